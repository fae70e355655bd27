import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import CloudServerOutlined from '@ant-design/icons/es/icons/CloudServerOutlined';
import PauseCircleOutlined from '@ant-design/icons/es/icons/PauseCircleOutlined';
import WarningOutlined from '@ant-design/icons/es/icons/WarningOutlined';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { NodeRow } from '../../../api/types.ts';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import { count } from '../../../kit/format.ts';
import { Moment, useTitle } from '../../../kit/moment.tsx';
import { Empty, Failed, Loading } from '../../../kit/states.tsx';
import { Pill } from '../../../kit/status-pill.tsx';
import { askAll } from '../people-data.ts';
import { SupportButton } from '../support/support-button.tsx';
import { nodesWords } from './words.ts';
import '../people.css';
import './nodes.css';

const LOOK_MS = 10_000;
/** As the API says: above it the database has lost it. */
const LOST_MS = 30_000;

/** Processes that share the database (节点), and how the one that answers is. */
export default function Nodes() {
  const say = useSay(nodesWords);
  useTitle(say('title'));
  const nodes = useQuery({
    queryKey: ['nodes'],
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) => askAll<NodeRow>('/nodes', {}, signal),
  });
  return (
    <div className="page">
      <div className="page-head">
        <h1>{say('title')}</h1>
        <span className="faint">{say('text')}</span>
        <span className="grow" />
        <SupportButton isWhole />
      </div>
      {nodes.isPending && <Loading lines={8} />}
      {nodes.isError && <Failed error={nodes.error} retry={() => void nodes.refetch()} />}
      {nodes.data?.length === 0 && (
        <Empty icon={<CloudServerOutlined />} title={say('emptyTitle')}>
          {say('emptyText')}
        </Empty>
      )}
      <ul className="nodes">
        {nodes.data?.map((node) => (
          <li key={node.id} className="card node">
            <Node node={node} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Health({ node: { state, leaseAgeMs } }: { readonly node: NodeRow }) {
  const say = useSay(nodesWords);
  const sayOf = useSayOf(nodesWords);
  if (leaseAgeMs !== null && leaseAgeMs > LOST_MS)
    return (
      <Pill tone="red" icon={<WarningOutlined />}>
        {say('lost')}
      </Pill>
    );
  if (state === 'draining')
    return (
      <Pill tone="amber" icon={<PauseCircleOutlined />}>
        {say('draining')}
      </Pill>
    );
  if (state !== null && state !== 'ok')
    return (
      <Pill tone="red" icon={<WarningOutlined />}>
        {sayOf(state)}
      </Pill>
    );
  return (
    <Pill tone="green" icon={<CheckCircleOutlined />}>
      {say(state === null ? 'seen' : 'ok')}
    </Pill>
  );
}

/** `1.2 GB` */
function giga(bytes: number): string {
  const mega = bytes / 1_000_000;
  return mega < 1000 ? `${count(Math.round(mega))} MB` : `${(mega / 1000).toFixed(1)} GB`;
}

function Node({ node }: { readonly node: NodeRow }) {
  const say = useSay(nodesWords);
  const sayOf = useSayOf(nodesWords);
  const { id, answers, leaseAgeMs, version, runtime, startedAt, load, cores, memoryBytes, disks, calls } =
    node;
  const [one = 0, five = 0, fifteen = 0] = load ?? [];
  const two = (value: number) => value.toFixed(2);
  return (
    <>
      <div className="people-head">
        <h2>{id}</h2>
        <Health node={node} />
        {answers && <span className="faint">{say('answers')}</span>}
      </div>
      <dl className="people-facts">
        <Fact name={say('lease')}>
          {leaseAgeMs === null ? say('leaseOwn') : say('ago', { s: (leaseAgeMs / 1000).toFixed(0) })}
        </Fact>
        {calls !== null && <Fact name={say('calls')}>{count(calls)}</Fact>}
        {startedAt !== null && (
          <Fact name={say('started')}>
            <Moment at={startedAt} />
          </Fact>
        )}
        {version !== null && <Fact name={say('version')}>{version}</Fact>}
        {runtime !== null && <Fact name={say('runtime')}>{`Node ${runtime}`}</Fact>}
        {load !== null && (
          <Fact name={say('load')}>
            {say('loadText', { one: two(one), five: two(five), fifteen: two(fifteen), cores: cores ?? 0 })}
          </Fact>
        )}
        {memoryBytes !== null && <Fact name={say('memory')}>{giga(memoryBytes)}</Fact>}
        {disks.map(({ folder, freeBytes, totalBytes, low }) => (
          <Fact key={folder} name={say('diskOf', { folder: sayOf(folder) })}>
            {say('free', { free: giga(freeBytes), total: giga(totalBytes) })}{' '}
            {low && (
              <Pill tone="red" icon={<WarningOutlined />}>
                {say('low')}
              </Pill>
            )}
          </Fact>
        ))}
      </dl>
      {!answers && <p className="faint small">{say('others')}</p>}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
