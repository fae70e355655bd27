import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import ScheduleOutlined from '@ant-design/icons/es/icons/ScheduleOutlined';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Progress } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import { ApiError, ask, pathOf } from '../../../api/ask.ts';
import { JOBS } from '../../../api/live-data.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { JobRow } from '../../../api/types.ts';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import { ConfirmAct } from '../../../kit/confirm-act.tsx';
import { bytes, count } from '../../../kit/format.ts';
import { Moment } from '../../../kit/moment.tsx';
import { Empty, Failed, Loading } from '../../../kit/states.tsx';
import { resourceWords } from '../rights/words.ts';
import { jobKindWords, jobsWords, resultWords } from './words.ts';
import '../people.css';

const LOOK_MS = 2000;
const isOver = ({ state }: JobRow): boolean => state !== 'waiting' && state !== 'running';
const pathTo = (id: string) => `/jobs/${encodeURIComponent(id)}`;

/** A job: how far it is, its end, what came of it. */
export function JobDrawer({ close }: { readonly close: () => void }) {
  const say = useSay(jobsWords);
  const sayKind = useSayOf(jobKindWords);
  const { id = '' } = useParams();
  const job = useQuery<JobRow>({
    queryKey: [...JOBS, id],
    // No event tells each step of it.
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? LOOK_MS : false),
    queryFn: ({ signal }) => ask<JobRow>(pathTo(id), { signal }),
  });
  const isGone = job.error instanceof ApiError && job.error.status === 404;
  return (
    <Drawer open size={560} onClose={close} title={job.data ? sayKind(job.data.kind) : say('title')}>
      {job.isPending && <Loading lines={6} />}
      {isGone && (
        <Empty
          icon={<ScheduleOutlined />}
          title={say('gone')}
          act={<Button onClick={close}>{say('close')}</Button>}
        >
          {say('goneText')}
        </Empty>
      )}
      {job.isError && !isGone && <Failed error={job.error} retry={() => void job.refetch()} />}
      {job.data && <Body job={job.data} />}
    </Drawer>
  );
}

function Body({ job }: { readonly job: JobRow }) {
  const say = useSay(jobsWords);
  const { me } = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayCancel = useMay('job:update');
  const [isCancelling, setCancelling] = useState(false);
  const { id, state, by, startedAt, endedAt, done, total, error, file, result } = job;
  const share = total ? Math.floor((done / total) * 100) : undefined;
  return (
    <div className="people-body">
      {!isOver(job) && share !== undefined && (
        <Progress percent={share} status="active" aria-label={say('progress')} />
      )}
      <dl className="people-facts people-first">
        <div>
          <dt>{say('state')}</dt>
          <dd>{say(state)}</dd>
        </div>
        <div>
          <dt>{say('progress')}</dt>
          <dd>{total === null ? count(done) : say('of', { done: count(done), total: count(total) })}</dd>
        </div>
        <div>
          <dt>{say('by')}</dt>
          <dd>{by}</dd>
        </div>
        <div>
          <dt>{say('started')}</dt>
          <dd>
            <Moment at={startedAt} />
          </dd>
        </div>
        {endedAt !== null && (
          <div>
            <dt>{say('ended')}</dt>
            <dd>
              <Moment at={endedAt} />
            </dd>
          </div>
        )}
      </dl>
      {error !== null && <Alert type="error" showIcon title={say('error')} description={error} />}
      {file && by === me.principal && (
        <div>
          <Button type="primary" icon={<DownloadOutlined />} href={pathOf(`${pathTo(id)}/file`)}>
            {say('file', { name: file.name, size: bytes(file.bytes) })}
          </Button>
        </div>
      )}
      {file && by !== me.principal && <p className="faint">{say('fileOfOthers')}</p>}
      <Result result={result} />
      {!isOver(job) && mayCancel && (
        <div>
          <Button danger onClick={() => setCancelling(true)}>
            {say('cancel')}
          </Button>
        </div>
      )}
      {isCancelling && (
        <ConfirmAct
          isDanger
          title={say('cancel')}
          act={() => ask(`${pathTo(id)}/cancel`, { method: 'POST' })}
          done={async () => {
            message.success(say('cancelled2'));
            await client.invalidateQueries({ queryKey: JOBS });
          }}
          close={() => setCancelling(false)}
        >
          <p>{say('cancelText')}</p>
        </ConfirmAct>
      )}
    </div>
  );
}

/** What came of it, as far as it is said in words and figures. */
function Result({ result }: { readonly result: unknown }) {
  const say = useSay(jobsWords);
  const sayResult = useSayOf(resultWords);
  const sayResource = useSayOf(resourceWords);
  if (typeof result !== 'object' || result === null) return null;
  const known = Object.entries(result).filter(
    ([name, value]) =>
      Object.hasOwn(resultWords.texts.en, name) && value !== null && value !== undefined && value !== false,
  );
  if (known.length === 0) return null;
  const text = (value: unknown): string => {
    if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
    if (typeof value === 'number') return count(value);
    if (Array.isArray(value)) return value.length === 0 ? say('none') : value.map(String).join('\n');
    if (typeof value === 'object' && value !== null)
      return Object.entries(value)
        .map(([name, each]) => `${sayResult(name)} ${text(each)}`)
        .join('  ');
    return String(value);
  };
  return (
    <section>
      <h2 className="people-title">{say('result')}</h2>
      <dl className="people-facts people-first">
        {known.map(([name, value]) => (
          <div key={name}>
            <dt>{sayResult(name)}</dt>
            <dd className="job-value">
              {(name === 'what' || name === 'kind') && typeof value === 'string'
                ? sayResource(value)
                : text(value)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
