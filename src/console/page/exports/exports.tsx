import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import LinkOutlined from '@ant-design/icons/es/icons/LinkOutlined';
import StopOutlined from '@ant-design/icons/es/icons/StopOutlined';
import SyncOutlined from '@ant-design/icons/es/icons/SyncOutlined';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ask } from '../../api/ask.ts';
import { type Items, JOBS } from '../../api/live-data.ts';
import { useMay, useSession } from '../../api/session.tsx';
import type { JobRow } from '../../api/types.ts';
import { useSay, useSayOf } from '../../i18n/language.tsx';
import { bytes, count } from '../../kit/format.ts';
import { LinkDialog } from '../../kit/link-dialog.tsx';
import { Moment, useTitle } from '../../kit/moment.tsx';
import { Empty, Failed, Loading, ProblemText } from '../../kit/states.tsx';
import { Pill } from '../../kit/status-pill.tsx';
import { isOver, jobFile } from './awaited.tsx';
import { exportsWords } from './words.ts';
import '../../kit/details.css';
import './exports.css';

/** Exports that one has begun: how far they are, and their files. */
export default function Exports() {
  const say = useSay(exportsWords);
  useTitle(say('title'));
  const { me, company } = useSession();
  const jobs = useQuery({
    queryKey: [...JOBS, 'export', company],
    queryFn: ({ signal }) => ask<Items<JobRow>>('/jobs', { query: { kind: 'export', limit: 100 }, signal }),
  });
  const own = jobs.data?.items.filter(({ by }) => by === me.principal) ?? [];
  return (
    <div className="page">
      <div className="page-head">
        <h1>{say('title')}</h1>
        <span className="faint">{say('text')}</span>
      </div>
      <div className="card exports">
        {jobs.isPending && <Loading lines={6} />}
        {jobs.isError && <Failed error={jobs.error} retry={() => void jobs.refetch()} />}
        {jobs.isSuccess && own.length === 0 && (
          <Empty
            icon={<DownloadOutlined />}
            title={say('emptyTitle')}
            act={
              <Link to="/calls">
                <Button tabIndex={-1}>{say('toCalls')}</Button>
              </Link>
            }
          >
            {say('emptyText')}
          </Empty>
        )}
        {own.length > 0 && (
          <div className="plain-scroll">
            <table className="plain-table">
              <thead>
                <tr>
                  <th>{say('started')}</th>
                  <th>{say('what')}</th>
                  <th>{say('state')}</th>
                  <th className="number">{say('rows')}</th>
                  <th>{say('acts')}</th>
                </tr>
              </thead>
              <tbody>
                {own.map((job) => (
                  <Row key={job.id} job={job} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </div>
  );
}

const LOOKS = {
  waiting: { tone: 'grey', icon: <SyncOutlined /> },
  running: { tone: 'blue', icon: <SyncOutlined /> },
  done: { tone: 'green', icon: <CheckCircleOutlined /> },
  failed: { tone: 'red', icon: <CloseCircleOutlined /> },
  cancelled: { tone: 'grey', icon: <StopOutlined /> },
  interrupted: { tone: 'red', icon: <StopOutlined /> },
} as const;

interface Result {
  readonly what?: string;
  readonly isCut?: boolean;
  readonly missing?: number;
}

function Row({ job }: { readonly job: JobRow }) {
  const say = useSay(exportsWords);
  const sayOf = useSayOf(exportsWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayCancel = useMay('job:update');
  const mayLink = useMay('export:create');
  const [isLinking, setLinking] = useState(false);
  const cancel = useMutation({
    mutationFn: () => ask(`/jobs/${encodeURIComponent(job.id)}/cancel`, { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: JOBS }),
    onError: (error) => message.error(<ProblemText error={error} />),
  });
  const { what, isCut, missing = 0 } = (job.result ?? {}) as Result;
  return (
    <tr>
      <td>
        <Moment at={job.startedAt} />
      </td>
      <td className="export-what">{what === undefined ? say('none') : sayOf(what)}</td>
      <td>
        <Pill {...LOOKS[job.state]}>{say(job.state)}</Pill>
        {isCut === true && <p className="faint small">{say('cut')}</p>}
        {missing > 0 && <p className="faint small">{say('missing', { n: count(missing) })}</p>}
        {job.error && <p className="faint small">{job.error}</p>}
      </td>
      <td className="number export-rows">{count(job.done)}</td>
      <td>
        <span className="export-acts">
          {job.file && (
            <Button size="small" icon={<DownloadOutlined />} href={jobFile(job.id)}>
              {`${job.file.name} · ${bytes(job.file.bytes)}`}
            </Button>
          )}
          {job.file && job.state === 'done' && mayLink && (
            <Button size="small" type="text" icon={<LinkOutlined />} onClick={() => setLinking(true)}>
              {say('link')}
            </Button>
          )}
        </span>
        {isLinking && (
          <LinkDialog
            path={`/jobs/${encodeURIComponent(job.id)}/links`}
            title={`${say('link')} · ${job.file?.name}`}
            text={say('linkText')}
            longest="week"
            close={() => setLinking(false)}
          />
        )}
        {!isOver(job) && mayCancel && (
          <Button size="small" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {say('cancel')}
          </Button>
        )}
      </td>
    </tr>
  );
}
