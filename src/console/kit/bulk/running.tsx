import { Button, Progress } from 'antd';
import type { JobRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { count } from '../format.ts';
import { cancelJob } from './use-job.ts';
import { bulkWords } from './words.ts';

/** How far it is; it can be ended. */
export function Running({ text, job }: { readonly text: string; readonly job: JobRow | undefined }) {
  const say = useSay(bulkWords);
  const total = job?.total ?? null;
  const done = job?.done ?? 0;
  return (
    <div className="import-running" role="status">
      <span>{text}</span>
      <Progress percent={total ? Math.round((done / total) * 100) : 0} showInfo={false} aria-label={text} />
      {total !== null && (
        <span className="faint small">{say('progress', { done: count(done), total: count(total) })}</span>
      )}
      {job && (
        <Button size="small" onClick={() => void cancelJob(job.id).catch(() => {})}>
          {say('cancel')}
        </Button>
      )}
    </div>
  );
}
