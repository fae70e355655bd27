import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { ApiError } from '../../api/ask.ts';
import { CHANGES, JOBS } from '../../api/live-data.ts';
import { useSay } from '../../i18n/language.tsx';
import { ProblemText } from '../states.tsx';
import { Running } from './running.tsx';
import { useSteps } from './use-steps.ts';
import { bulkWords } from './words.ts';
import './bulk.css';

/** Names that are told of what was changed since. */
const TOLD = 5;

interface UndoProps {
  readonly change: string;
  readonly word?: 'undo' | 'undoEdit' | 'undoShort';
  /** It is taken back; `restored`: how many are what they were. */
  readonly undone: (restored: number) => void;
}

/** Takes a change of many back (撤销); what was changed since is named, and left alone where one says so. */
export function UndoChange({ change, word = 'undoShort', undone }: UndoProps) {
  const say = useSay(bulkWords);
  const client = useQueryClient();
  const steps = useSteps<'undo'>((_, job) => {
    void client.invalidateQueries({ queryKey: CHANGES });
    void client.invalidateQueries({ queryKey: JOBS });
    undone((job.result as { readonly restored: number }).restored);
  });
  const isChanged = steps.error instanceof ApiError && steps.error.code === 'changed-since';
  const names = isChanged ? changedNames(steps.error) : [];
  const undo = (partial: boolean) => steps.begin('undo', `/changes/${change}/undo`, { body: { partial } });
  return (
    <div className="undo">
      {steps.isBusy && <Running text={say('undoing')} job={steps.job} />}
      {isChanged && !steps.isBusy && (
        <Alert
          type="warning"
          showIcon
          title={say('changedSince')}
          description={say(names.length > TOLD ? 'changedMany' : 'changedNames', {
            names: names.slice(0, TOLD).join(say('comma')),
            n: names.length,
          })}
        />
      )}
      {steps.error !== null && !isChanged && (
        <Alert type="error" showIcon title={<ProblemText error={steps.error} />} />
      )}
      {steps.ended !== undefined && <Alert type="error" showIcon title={steps.ended} />}
      {!steps.isBusy && (
        <Button size="small" onClick={() => undo(isChanged)}>
          {say(isChanged ? 'undoRest' : word)}
        </Button>
      )}
    </div>
  );
}

/** `/extension/8001`: its last part is what people call it. */
const changedNames = (error: unknown): readonly string[] =>
  (error as ApiError).problem?.errors?.map(({ pointer }) => pointer.split('/').at(-1) ?? '') ?? [];
