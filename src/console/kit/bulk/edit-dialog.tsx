import CloseOutlined from '@ant-design/icons/es/icons/CloseOutlined';
import { QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Modal, Segmented, Select } from 'antd';
import { useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError, ask } from '../../api/ask.ts';
import { CHANGES, type Items, JOBS } from '../../api/live-data.ts';
import { useMay } from '../../api/session.tsx';
import type { JobRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { count } from '../format.ts';
import { ProblemText } from '../states.tsx';
import type { EditField } from './edit-fields.tsx';
import { editWords } from './edit-words.ts';
import { type Counts, PreviewRows } from './preview-rows.tsx';
import { Running } from './running.tsx';
import { UndoChange } from './undo-change.tsx';
import { useSteps } from './use-steps.ts';
import { bulkWords } from './words.ts';
import './bulk.css';

/** So long one may take it back from where it was done; after that from the list of changes. */
const TOAST_S = 30;
/** Rows that are read at once, to be left out. */
const PAGE = 200;

interface Edit {
  readonly path: string;
  readonly how: 'set' | 'add' | 'take';
  readonly value: unknown;
}
interface Preview {
  readonly counts: Counts;
  readonly problems: readonly string[];
  readonly isRunnable: boolean;
}
interface Done {
  readonly change: string;
  readonly updated: number;
  readonly removed: number;
}

interface EditDialogProps {
  /** As paths and rights call it: `break-reason`. */
  readonly resource: string;
  /** What people call them. */
  readonly title: string;
  /** Keys, or logins. */
  readonly names: readonly string[];
  /** To change; undefined: the rows are removed. */
  readonly fields: readonly EditField[] | undefined;
  readonly close: () => void;
  /** Something was changed, or taken back. */
  readonly changed: () => void;
  /** It is done: the rows are chosen no more. */
  readonly done: () => void;
}

/** Rows that were chosen are changed alike, or removed (批量修改): looked through first, then taken as a whole, and taken back. */
export function EditDialog(props: EditDialogProps) {
  const { resource, title, names, fields, close, changed, done } = props;
  const say = useSay(editWords);
  const isRemoval = fields === undefined;
  const [edits, setEdits] = useState<readonly Edit[]>([]);
  const [chosen, setChosen] = useState(names);
  const [preview, setPreview] = useState<{ readonly id: string; readonly result: Preview }>();
  const tell = useToast(changed);
  const steps = useSteps<'preview' | 'run'>((step, job: JobRow) => {
    if (step === 'preview') return setPreview({ id: job.id, result: job.result as Preview });
    tell(job.result as Done);
    done();
    close();
  });
  const look = (rows = chosen) => {
    setPreview(undefined);
    const change = edits.map(({ path: field, how, value }) => ({ field, how, value }));
    const body = { kind: resource, names: rows, ...(isRemoval ? { remove: true } : { change }) };
    steps.begin('preview', '/bulk-edits', { body });
  };
  const leaveOut = async () => {
    const wrong = await namesOf(preview!.id);
    const rest = chosen.filter((name) => !wrong.has(name));
    setChosen(rest);
    if (rest.length > 0) look(rest);
  };
  const isOutdated = steps.error instanceof ApiError && steps.error.code === 'changed-meanwhile';
  const counts = preview?.result.counts;
  const toDo = counts ? counts.update + counts.remove : 0;
  const isReady = preview !== undefined && !isOutdated;
  const checks = !isReady && (isRemoval || edits.length > 0);
  return (
    <Modal
      open
      width={760}
      title={say(isRemoval ? 'removeTitle' : 'editTitle', { kind: title, n: count(chosen.length) })}
      onCancel={() => {
        if (!steps.isBusy) close();
      }}
      mask={{ closable: false }}
      footer={
        <>
          {preview && !isRemoval && (
            <Button
              disabled={steps.isBusy}
              onClick={() => {
                setPreview(undefined);
                steps.forget();
              }}
            >
              {say('back')}
            </Button>
          )}
          {isReady ? (
            <Button
              type="primary"
              danger={isRemoval}
              disabled={steps.isBusy || !preview.result.isRunnable || toDo === 0}
              onClick={() => steps.begin('run', `/bulk-edits/${preview.id}/run`)}
            >
              {runText(preview.result, toDo, isRemoval, say)}
            </Button>
          ) : (
            <Button
              type="primary"
              disabled={steps.isBusy || !checks || chosen.length === 0}
              onClick={() => look()}
            >
              {isOutdated ? say('checkAgain') : say('check', { n: count(chosen.length) })}
            </Button>
          )}
        </>
      }
    >
      <div className="import">
        {!preview && fields && <EditForm fields={fields} edits={edits} change={setEdits} />}
        {steps.isBusy && (
          <Running
            text={say(steps.step === 'run' ? (isRemoval ? 'removing' : 'running') : 'checking', {
              n: count(chosen.length),
            })}
            job={steps.job}
          />
        )}
        {steps.ended !== undefined && <Alert type="error" showIcon title={steps.ended} />}
        {steps.error !== null && (
          <Alert
            type={isOutdated ? 'warning' : 'error'}
            showIcon
            title={isOutdated ? say('changedMeanwhile') : <ProblemText error={steps.error} />}
          />
        )}
        {isReady && !steps.isBusy && counts && (
          <>
            {preview.result.problems.length > 0 && (
              <Alert
                type="error"
                showIcon
                title={preview.result.problems[0]}
                description={preview.result.problems.slice(1).map((each) => <p key={each}>{each}</p>)}
              />
            )}
            {counts.left > 0 && <Alert type="info" showIcon title={say('left', { n: count(counts.left) })} />}
            <PreviewRows
              rowsPath={`/bulk-edits/${preview.id}/rows`}
              kind={fields ? undefined : resource}
              fields={fields}
              counts={counts}
            />
            {counts.error > 0 && counts.error < chosen.length && (
              <Button size="small" onClick={() => void leaveOut()}>
                {say('leaveOut', { n: count(counts.error) })}
              </Button>
            )}
          </>
        )}
      </div>
    </Modal>
  );
}

function runText(
  { counts, isRunnable }: Preview,
  toDo: number,
  isRemoval: boolean,
  say: ReturnType<typeof useSay<keyof (typeof editWords)['texts']['en']>>,
): string {
  if (!isRunnable) return say(isRemoval ? 'mendRemove' : 'mendFirst', { n: count(counts.error) });
  if (toDo === 0) return say('nothing');
  return say(isRemoval ? 'runRemove' : 'run', { n: count(toDo) });
}

/** Rows of a preview that are wrong. */
async function namesOf(preview: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (let after: string | undefined; ; ) {
    const query = { verdict: 'error', limit: PAGE, after };
    const page = await ask<Items<{ readonly name: string }>>(`/bulk-edits/${preview}/rows`, { query });
    for (const { name } of page.items) names.add(name);
    if (page.next === null) return names;
    after = page.next;
  }
}

/** Says what was done, with a button that takes it back. */
function useToast(changed: () => void) {
  const say = useSay(editWords);
  const sayBulk = useSay(bulkWords);
  const client = useQueryClient();
  const mayUndo = useMay('change:update');
  const maySee = useMay('change:read');
  const { notification, message } = App.useApp();
  const navigate = useNavigate();
  return ({ change, updated, removed }: Done) => {
    changed();
    void client.invalidateQueries({ queryKey: CHANGES });
    void client.invalidateQueries({ queryKey: JOBS });
    const undone = (restored: number) => {
      notification.destroy(change);
      message.success(sayBulk('undone', { n: count(restored) }));
      changed();
    };
    notification.success({
      key: change,
      title: removed > 0 ? say('doneRemove', { n: count(removed) }) : say('done', { n: count(updated) }),
      duration: TOAST_S,
      pauseOnHover: true,
      description: (
        <div className="edit-done">
          {mayUndo && (
            // What antd tells stands beside the page, not in it.
            <QueryClientProvider client={client}>
              <UndoChange change={change} undone={undone} />
            </QueryClientProvider>
          )}
          {maySee && (
            <Button
              size="small"
              type="link"
              className="edit-changes"
              onClick={() => void navigate(`/admin/changes/${encodeURIComponent(change)}`)}
            >
              {say('changes')}
            </Button>
          )}
        </div>
      ),
    });
  };
}

interface EditFormProps {
  readonly fields: readonly EditField[];
  readonly edits: readonly Edit[];
  readonly change: (edits: readonly Edit[]) => void;
}

function EditForm({ fields, edits, change }: EditFormProps) {
  const say = useSay(editWords);
  const left = fields.filter(({ path }) => edits.every((each) => each.path !== path));
  const put = (edit: Edit) => change(edits.map((each) => (each.path === edit.path ? edit : each)));
  return (
    <>
      <p>{say('intro')}</p>
      {edits.map((edit) => {
        const field = fields.find(({ path }) => path === edit.path)!;
        return (
          <EditRow
            key={edit.path}
            field={field}
            edit={edit}
            put={put}
            drop={() => change(edits.filter((each) => each !== edit))}
          />
        );
      })}
      <Select
        className="edit-add"
        aria-label={say('addField')}
        placeholder={say('addField')}
        value={null}
        showSearch={{ optionFilterProp: 'label' }}
        options={left.map(({ path, label }) => ({ value: path, label }))}
        onChange={(path: string | null) => {
          const field = fields.find((each) => each.path === path);
          if (field) change([...edits, { path: field.path, how: 'set', value: field.first }]);
        }}
      />
    </>
  );
}

interface EditRowProps {
  readonly field: EditField;
  readonly edit: Edit;
  readonly put: (edit: Edit) => void;
  readonly drop: () => void;
}

function EditRow({ field, edit, put, drop }: EditRowProps) {
  const say = useSay(editWords);
  const id = useId();
  const hows = field.isList ? (['set', 'add', 'take'] as const) : (['set'] as const);
  return (
    <div className="edit-field">
      <div className="edit-head">
        <label htmlFor={id}>{field.label}</label>
        {field.isList && (
          <Segmented
            size="small"
            aria-label={`${field.label} ${say('how')}`}
            value={edit.how}
            options={hows.map((how) => ({ value: how, label: say(how) }))}
            onChange={(how) => put({ ...edit, how })}
          />
        )}
        <span className="grow" />
        <Button
          size="small"
          type="text"
          icon={<CloseOutlined />}
          aria-label={say('drop', { field: field.label })}
          title={say('drop', { field: field.label })}
          onClick={drop}
        />
      </div>
      {field.input({ id, value: edit.value, change: (value) => put({ ...edit, value }) })}
      {edit.value === null && <span className="faint small">{say('empty')}</span>}
    </div>
  );
}
