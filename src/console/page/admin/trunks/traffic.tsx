import { useQuery } from '@tanstack/react-query';
import { ask } from '../../../api/ask.ts';
import { useMay, useSession } from '../../../api/session.tsx';
import { useSay } from '../../../i18n/language.tsx';
import { count, dateOf, dayAfter, instantOf, percent, timeOf } from '../../../kit/format.ts';
import { Failed, Loading } from '../../../kit/states.tsx';
import { erlangB, erlangsOf } from './erlang.ts';
import { Part } from './part.tsx';
import { trunkWords } from './words.ts';

const LOOK_MS = 60_000;
const HOUR_MS = 3_600_000;

interface Counted {
  readonly items: readonly {
    readonly at: string;
    readonly axes: { readonly direction: string };
    readonly counts: { readonly calls: number; readonly answered: number; readonly occupied_ms: number };
  }[];
}

/** Calls of today and the traffic that they are, of who may see figures. */
export function Traffic({ trunk, channels }: { readonly trunk: string; readonly channels: number }) {
  const say = useSay(trunkWords);
  const mayCount = useMay('counter:read');
  const { zone, company } = useSession();
  const today = dateOf(Date.now(), zone);
  const fromMs = instantOf(today, '00:00:00', zone);
  const counted = useQuery({
    queryKey: ['counters', 'trunk', company, trunk, today],
    enabled: mayCount,
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) =>
      ask<Counted>('/counters', {
        query: {
          ...{ cube: 'trunk', trunk, by: 'direction', step: 'hour', from: fromMs },
          to: instantOf(dayAfter(today, 1), '00:00:00', zone),
        },
        signal,
      }),
  });
  if (!mayCount) return null;
  return (
    <Part title={say('traffic')}>
      {counted.isPending && <Loading lines={2} />}
      {counted.isError && <Failed error={counted.error} retry={() => void counted.refetch()} />}
      {counted.data && <Figures items={counted.data.items} channels={channels} fromMs={fromMs} />}
    </Part>
  );
}

interface FiguresProps {
  readonly items: Counted['items'];
  readonly channels: number;
  readonly fromMs: number;
}

function Figures({ items, channels, fromMs }: FiguresProps) {
  const say = useSay(trunkWords);
  const { zone } = useSession();
  if (items.length === 0) return <p className="faint">{say('trafficNone')}</p>;
  const hours = new Map<string, number>();
  for (const { at, counts } of items) hours.set(at, (hours.get(at) ?? 0) + counts.occupied_ms);
  const all = [...hours.values()].reduce((sum, each) => sum + each, 0);
  const [busyAt, busyMs] = [...hours].reduce((most, hour) => (hour[1] > most[1] ? hour : most));
  const busy = erlangsOf(busyMs, HOUR_MS);
  const of = (direction: string) => {
    const own = items.filter(({ axes }) => axes.direction === direction);
    const calls = own.reduce((sum, { counts }) => sum + counts.calls, 0);
    const answered = own.reduce((sum, { counts }) => sum + counts.answered, 0);
    return { calls, share: calls > 0 ? percent(answered / calls) : undefined };
  };
  const [inward, outward] = [of('inbound'), of('outbound')];
  const erl = (value: number) => value.toFixed(2);
  const facts = [
    [say('callsIn'), count(inward.calls), inward.share && say('answered', { share: inward.share })],
    [say('callsOut'), count(outward.calls), outward.share && say('answered', { share: outward.share })],
    [say('erlang'), say('erlangValue', { n: erl(erlangsOf(all, Date.now() - fromMs)) }), undefined],
    [
      say('busyHour'),
      say('busyHourValue', { hour: timeOf(busyAt, zone).slice(0, 5), n: erl(busy) }),
      undefined,
    ],
    [say('blocking'), percent(erlangB(busy, channels)), undefined],
  ] as const;
  return (
    <>
      <dl className="call-facts trunk-facts">
        {facts.map(([name, value, more]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <span className="trunk-figure">{value}</span>
              {more && <span className="faint small"> {more}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <p className="faint small">{say('blockingHint', { n: count(channels) })}</p>
    </>
  );
}
