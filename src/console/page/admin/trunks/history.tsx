import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { CallPage, CallRow, TrunkFailureRow, TrunkProbesRow } from '../../../api/types.ts';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import type { EntityTabProps } from '../../../kit/entity/entity-tab.ts';
import { count, phoneNumber, shortTime } from '../../../kit/format.ts';
import { Failed, Loading } from '../../../kit/states.tsx';
import { Pill } from '../../../kit/status-pill.tsx';
import { Ladder } from '../../calls/ladder/ladder.tsx';
import { reasonWords } from '../../calls/reason-words.ts';
import { historyWords } from './history-words.ts';
import { Part } from './part.tsx';
import { ProbeChart } from './probe-chart.tsx';
import { statusText } from './status-text.ts';
import '../../../kit/details.css';
import './trunks.css';

const LOOK_MS = 5_000;
const CALLS = 20;
const SHOWN = 20;

/** What a trunk has been through (历史探测与故障): answers to OPTIONS of a day, and what failed last, with its messages. */
export default function TrunkHistory({ entityKey, entity }: EntityTabProps) {
  const say = useSay(historyWords);
  const { company } = useSession();
  const path = `/trunks/${encodeURIComponent(entityKey)}`;
  const probes = useQuery({
    queryKey: ['trunk-probes', company, entityKey],
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) => ask<TrunkProbesRow>(`${path}/probes`, { signal }),
  });
  return (
    <div className="trunk-live">
      <Part title={say('probes')}>
        {probes.isPending && <Loading lines={4} />}
        {probes.isError && <Failed error={probes.error} retry={() => void probes.refetch()} />}
        {probes.data && <Probes probes={probes.data} isAsked={Number(entity['probeMs']) > 0} />}
      </Part>
      <Part title={say('failures')}>
        <Failures path={path} trunk={entityKey} />
      </Part>
    </div>
  );
}

function Probes({ probes, isAsked }: { readonly probes: TrunkProbesRow; readonly isAsked: boolean }) {
  const say = useSay(historyWords);
  const { zone } = useSession();
  if (probes.last.length === 0) return <p className="faint">{say(isAsked ? 'noProbes' : 'notProbed')}</p>;
  const sum = (name: 'answered' | 'late' | 'failed') =>
    probes.quarters.reduce((all, quarter) => all + quarter[name], 0);
  const [last] = probes.last;
  return (
    <>
      <p>
        {say('probeSums', {
          answered: count(sum('answered')),
          late: count(sum('late')),
          failed: count(sum('failed')),
        })}{' '}
        <span className="faint">
          {last!.status === null
            ? say('lastNone', { time: shortTime(last!.at, zone, Date.now()) })
            : say('lastOne', {
                ...{ time: shortTime(last!.at, zone, Date.now()), status: last!.status },
                ms: count(last!.tookMs),
              })}
        </span>
      </p>
      <ProbeChart quarters={probes.quarters} />
    </>
  );
}

/** One thing that failed, of whatever kind. */
interface Line {
  readonly id: string;
  readonly at: string;
  readonly what: string;
  readonly why: string;
  readonly call: CallRow | undefined;
}

function Failures({ path, trunk }: { readonly path: string; readonly trunk: string }) {
  const say = useSay(historyWords);
  const sayReason = useSayOf(reasonWords);
  const { company } = useSession();
  const maySeeCalls = useMay('call:read');
  const failures = useQuery({
    queryKey: ['trunk-failures', company, trunk],
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) =>
      ask<{ readonly items: readonly TrunkFailureRow[] }>(`${path}/failures`, { signal }),
  });
  const calls = useQuery({
    queryKey: ['calls', 'failed-over', company, trunk],
    enabled: maySeeCalls,
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) =>
      ask<CallPage>('/calls', { query: { trunk, outcome: 'failed', limit: CALLS }, signal }),
  });
  if (failures.isPending || (maySeeCalls && calls.isPending)) return <Loading lines={4} />;
  if (failures.isError) return <Failed error={failures.error} retry={() => void failures.refetch()} />;
  if (calls.isError) return <Failed error={calls.error} retry={() => void calls.refetch()} />;
  const ofCalls = (calls.data?.items ?? []).map((call): Line => {
    const number = phoneNumber(call.direction === 'inbound' ? call.caller : call.called);
    return {
      ...{ id: call.id, at: call.startedAt, call },
      what: say(call.direction === 'inbound' ? 'callIn' : 'callOut', { number }),
      why: call.cause === null ? '' : sayReason(call.cause),
    };
  });
  const ofRequests = failures.data.items.map(
    ({ at, kind, status, reason, ladderId }): Line => ({
      ...{ id: ladderId, at, call: undefined },
      what: say(kind),
      why: statusText(status, reason, say),
    }),
  );
  const lines = [...ofCalls, ...ofRequests]
    .sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
    .slice(0, SHOWN);
  if (lines.length === 0)
    return (
      <p>
        <Pill tone="green" icon={<CheckCircleOutlined />}>
          {say('noFailures')}
        </Pill>{' '}
        <span className="faint">{say('noFailuresText')}</span>
      </p>
    );
  return (
    <ul className="failures">
      {lines.map((line) => (
        <FailureLine key={`${line.id} ${line.at}`} line={line} />
      ))}
    </ul>
  );
}

function FailureLine({ line: { id, at, what, why, call } }: { readonly line: Line }) {
  const say = useSay(historyWords);
  const { zone } = useSession();
  const maySeeLadder = useMay('ladder:read');
  const [isOpen, setOpen] = useState(false);
  const time = shortTime(at, zone, Date.now());
  return (
    <li>
      <span className="faint">{time}</span>
      <span>{what}</span>
      <span>{why}</span>
      <span className="failure-acts">
        {call && (
          <Link to={`/calls/${call.id}`} aria-label={`${say('call')} ${time}`}>
            {say('call')}
          </Link>
        )}
        {maySeeLadder && (
          <Button
            type="link"
            size="small"
            aria-expanded={isOpen}
            aria-label={`${say(isOpen ? 'hideLadder' : 'ladder')} ${what} ${time}`}
            onClick={() => setOpen(!isOpen)}
          >
            {say(isOpen ? 'hideLadder' : 'ladder')}
          </Button>
        )}
      </span>
      {isOpen && (
        <div className="failure-ladder">
          <Ladder callId={id} isRunning={false} isShown />
        </div>
      )}
    </li>
  );
}
