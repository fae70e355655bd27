import { Button, Progress } from 'antd';
import { useRef, useState } from 'react';
import type { JobRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { cancelJob } from '../../../kit/bulk/use-job.ts';
import { count, duration } from '../../../kit/format.ts';
import { listsWords } from './words.ts';

interface ProgressProps {
  readonly text: string;
  readonly job: JobRow | undefined;
  /** It changes the list; else it is looked through. */
  readonly isRun: boolean;
}

interface Mark {
  readonly at: number;
  readonly done: number;
}

/** How far an import is, how fast, and how long it takes still; it can be cancelled. */
export function ImportProgress({ text, job, isRun }: ProgressProps) {
  const say = useSay(listsWords);
  const [isCancelling, setCancelling] = useState(false);
  const first = useRef<Mark>(undefined);
  const done = job?.done ?? 0;
  const total = job?.total ?? null;
  if (job && first.current === undefined) first.current = { at: performance.now(), done };
  const seconds = first.current ? (performance.now() - first.current.at) / 1000 : 0;
  const speed = seconds > 1 ? (done - first.current!.done) / seconds : 0;
  return (
    <div className="import-running" role="status">
      <span>{isCancelling && isRun ? say('cancelling') : text}</span>
      {job && (
        <Button
          size="small"
          disabled={isCancelling}
          onClick={() => {
            setCancelling(true);
            // One that is over by now is shown as what it came to.
            void cancelJob(job.id).catch(() => setCancelling(false));
          }}
        >
          {say('cancelImport')}
        </Button>
      )}
      <Progress
        percent={total ? Math.round((done / total) * 100) : 0}
        showInfo={false}
        status={isCancelling ? 'exception' : 'active'}
        aria-label={text}
      />
      <span className="faint small list-import-told">
        {total === null ? (
          <span>{say('checked', { n: count(done) })}</span>
        ) : (
          <span>{say('progress', { done: count(done), total: count(total) })}</span>
        )}
        {speed > 0 && !isCancelling && <span>{say('speed', { n: count(Math.round(speed)) })}</span>}
        {speed > 0 && total !== null && !isCancelling && (
          <span>{say('rest', { time: duration(((total - done) / speed) * 1000) })}</span>
        )}
      </span>
    </div>
  );
}
