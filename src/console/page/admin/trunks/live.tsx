import ArrowDownOutlined from '@ant-design/icons/es/icons/ArrowDownOutlined';
import CheckCircleOutlined from '@ant-design/icons/es/icons/CheckCircleOutlined';
import ClockCircleOutlined from '@ant-design/icons/es/icons/ClockCircleOutlined';
import CloseCircleOutlined from '@ant-design/icons/es/icons/CloseCircleOutlined';
import SyncOutlined from '@ant-design/icons/es/icons/SyncOutlined';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import type { TrunkWatchRow } from '../../../api/types.ts';
import { useSay } from '../../../i18n/language.tsx';
import { ConfirmAct } from '../../../kit/confirm-act.tsx';
import type { EntityTabProps } from '../../../kit/entity/entity-tab.ts';
import { count, dateOf, dateTime } from '../../../kit/format.ts';
import { Moment } from '../../../kit/moment.tsx';
import { Failed, Loading } from '../../../kit/states.tsx';
import { Pill } from '../../../kit/status-pill.tsx';
import { Part } from './part.tsx';
import { Traffic } from './traffic.tsx';
import { whyText } from './why-text.ts';
import { trunkWords } from './words.ts';
import '../../../kit/details.css';
import './trunks.css';

const LOOK_MS = 5_000;

/** How a trunk is at this moment (实况). */
export default function TrunkLive({ entityKey, entity }: EntityTabProps) {
  const say = useSay(trunkWords);
  const { company } = useSession();
  const trunk = useQuery({
    queryKey: ['live', 'trunks', company, entityKey],
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) => ask<TrunkWatchRow>(`/live/trunks/${encodeURIComponent(entityKey)}`, { signal }),
  });
  if (trunk.isPending) return <Loading lines={8} />;
  if (trunk.isError) return <Failed error={trunk.error} retry={() => void trunk.refetch()} />;
  const row = trunk.data;
  return (
    <div className="trunk-live">
      <Part title={say('state')}>
        <State row={row} failures={Number(entity['probeFailures'] ?? 0)} />
      </Part>
      <Part title={say('channels')}>
        <Channels row={row} />
      </Part>
      <Traffic trunk={entityKey} channels={row.channels} />
      <Part title={say('peaks')}>
        <PeakDays row={row} />
      </Part>
      {row.shares.length > 0 && (
        <Part title={say('shares')}>
          <Shares shares={row.shares} />
        </Part>
      )}
    </div>
  );
}

function State({ row, failures }: { readonly row: TrunkWatchRow; readonly failures: number }) {
  const say = useSay(trunkWords);
  const { message } = App.useApp();
  const { zone, company } = useSession();
  const client = useQueryClient();
  const mayTakeUp = useMay('trunk:update');
  const [isAsking, setAsking] = useState(false);
  const { name, state, why, since, nextTry, hasWayOut, registration } = row;
  return (
    <div className="trunk-state">
      <p>
        {!hasWayOut ? (
          <Pill tone="grey" icon={<ArrowDownOutlined />}>
            {say('inboundOnly')}
          </Pill>
        ) : state === 'up' ? (
          <Pill tone="green" icon={<CheckCircleOutlined />}>
            {say('up')}
          </Pill>
        ) : (
          <Pill tone="red" icon={<CloseCircleOutlined />}>
            {say('down')}
          </Pill>
        )}{' '}
        {!hasWayOut ? say('inboundOnlyText') : why === null ? say('upSince') : whyText(why, say)}{' '}
        {since !== null && (
          <span className="faint">
            <Moment at={since} />
          </span>
        )}
      </p>
      {nextTry !== null && <p className="faint">{say('nextTry', { time: dateTime(nextTry, zone) })}</p>}
      {state === 'down' && mayTakeUp && (
        <div>
          <Button onClick={() => setAsking(true)}>{say('takeUp')}</Button>
        </div>
      )}
      {registration && <Registered registration={registration} />}
      {isAsking && (
        <ConfirmAct
          title={say('takeUpTitle', { name })}
          verb={say('takeUp')}
          act={() => ask(`/trunks/${encodeURIComponent(name)}/up`, { method: 'POST' })}
          done={async () => {
            message.success(say('tookUp', { name }));
            await client.invalidateQueries({ queryKey: ['live', 'trunks', company] });
          }}
          close={() => setAsking(false)}
        >
          <p>{say('takeUpText', { n: failures })}</p>
        </ConfirmAct>
      )}
    </div>
  );
}

const REGISTRATION_LOOKS = {
  registered: { tone: 'green', icon: <CheckCircleOutlined /> },
  registering: { tone: 'amber', icon: <SyncOutlined /> },
  waiting: { tone: 'red', icon: <CloseCircleOutlined /> },
  idle: { tone: 'grey', icon: <ClockCircleOutlined /> },
} as const;

function Registered({
  registration: { state, answeredAt, status, reason, until },
}: {
  readonly registration: NonNullable<TrunkWatchRow['registration']>;
}) {
  const say = useSay(trunkWords);
  const { zone } = useSession();
  const known = state in REGISTRATION_LOOKS ? (state as keyof typeof REGISTRATION_LOOKS) : 'idle';
  return (
    <p>
      <span className="faint">{say('registration')}</span>{' '}
      <Pill {...REGISTRATION_LOOKS[known]}>{say(known)}</Pill>{' '}
      {until !== null
        ? say('validUntil', { time: dateTime(until, zone) })
        : answeredAt !== null &&
          (status === null ? say('noAnswer') : say('lastAnswer', { status, reason }))}{' '}
      {until === null && answeredAt !== null && (
        <span className="faint">
          <Moment at={answeredAt} />
        </span>
      )}
    </p>
  );
}

function Channels({ row }: { readonly row: TrunkWatchRow }) {
  const say = useSay(trunkWords);
  const { zone } = useSession();
  const { calls, channels, in: inNow, out, limits, peaks } = row;
  const today = peaks.days.find(({ date }) => date === dateOf(Date.now(), zone));
  const limitOf = (limit: number | null) =>
    limit !== null && <span className="faint small"> {say('limit', { n: count(limit) })}</span>;
  return (
    <dl className="call-facts trunk-facts">
      <div>
        <dt>{say('now')}</dt>
        <dd>
          <span className="trunk-figure">{say('used', { n: count(calls), all: count(channels) })}</span>
          <meter
            min={0}
            max={channels}
            value={calls}
            high={channels * 0.8}
            optimum={0}
            aria-label={say('now')}
          />
        </dd>
      </div>
      <div>
        <dt>{say('inNow')}</dt>
        <dd>
          <span className="trunk-figure">{count(inNow)}</span>
          {limitOf(limits.in)}
        </dd>
      </div>
      <div>
        <dt>{say('outNow')}</dt>
        <dd>
          <span className="trunk-figure">{count(out)}</span>
          {limitOf(limits.out)}
        </dd>
      </div>
      <div>
        <dt>{say('peakToday')}</dt>
        <dd>
          <span className="trunk-figure">{count(today?.most ?? 0)}</span>
          {today && (
            <span className="faint small">
              {' '}
              <Moment at={today.at} isShort />
            </span>
          )}
        </dd>
      </div>
    </dl>
  );
}

function PeakDays({ row: { peaks, channels } }: { readonly row: TrunkWatchRow }) {
  const say = useSay(trunkWords);
  const { zone } = useSession();
  return (
    <>
      {peaks.days.length === 0 ? (
        <p className="faint">{say('peakNone')}</p>
      ) : (
        <table className="plain-table trunk-table">
          <thead>
            <tr>
              <th>{say('day')}</th>
              <th className="number">{say('most')}</th>
              <th>{say('quarter')}</th>
            </tr>
          </thead>
          <tbody>
            {peaks.days.map(({ date, most, at }) => (
              <tr key={date}>
                <td>{date}</td>
                <td className="number">{say('used', { n: count(most), all: count(channels) })}</td>
                <td>{dateTime(at, zone).slice(11, 16)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="faint small">{say('peakSince', { time: dateTime(peaks.since, zone) })}</p>
    </>
  );
}

function Shares({ shares }: { readonly shares: TrunkWatchRow['shares'] }) {
  const say = useSay(trunkWords);
  return (
    <table className="plain-table trunk-table">
      <thead>
        <tr>
          <th>{say('company')}</th>
          <th className="number">{say('now')}</th>
          <th className="number">{say('shareLimit')}</th>
        </tr>
      </thead>
      <tbody>
        {shares.map(({ tenant, calls, channels }) => (
          <tr key={tenant}>
            <td>{tenant}</td>
            <td className="number">{count(calls)}</td>
            <td className="number">{channels === null ? say('unlimited') : count(channels)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
