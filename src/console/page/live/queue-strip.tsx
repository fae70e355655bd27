import { memo } from 'react';
import { useLiveAgents, useLiveQueues } from '../../api/live.ts';
import { type Items, inGroups } from '../../api/live-data.ts';
import type { AgentRow, QueueRow } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { count, percent } from '../../kit/format.ts';
import { levelOf, useLimits } from './limits.ts';
import { Peak } from './peak.tsx';
import { Leveled, Timer } from './timer.tsx';
import { liveWords } from './words.ts';

type Counted = QueueRow['today'];

export interface QueueStripProps {
  /** Name of the queue that all below is about; undefined: all. */
  readonly chosen: string | undefined;
  readonly choose: (queue: string | undefined) => void;
}

/** Queues as they are now, the sum of them first. A queue that is chosen narrows what stands below. */
export const QueueStrip = memo(function QueueStrip({ chosen, choose }: QueueStripProps) {
  const say = useSay(liveWords);
  const queues = useLiveQueues().data?.items ?? NONE;
  return (
    <section className="card strip" aria-label={say('queues')}>
      <table className="strip-table">
        <thead>
          <tr>
            <th>{say('queue')}</th>
            <th className="number">{say('waiting')}</th>
            <th className="number">{say('longest')}</th>
            <th className="number">{say('levelRecent')}</th>
            <th className="number wide">{say('levelToday')}</th>
            <th className="number wide" title={say('lostFormula')}>
              {say('lost')}
            </th>
            <th className="number middling">{say('ready')}</th>
            <th className="number wide">{say('onCall')}</th>
            <th className="number wide">{say('wrapUp')}</th>
            <th className="number wide">{say('away')}</th>
            <th>{say('peak')}</th>
          </tr>
        </thead>
        <tbody>
          {queues.length > 1 && <AllQueues queues={queues} isChosen={chosen === undefined} choose={choose} />}
          {queues.map((queue) => (
            <Row key={queue.name} queue={queue} isChosen={chosen === queue.name} choose={choose} />
          ))}
        </tbody>
      </table>
    </section>
  );
});

const NONE: readonly QueueRow[] = [];

/** All agents by state: one may serve several queues. */
function byGroup({ items }: Items<AgentRow>): QueueRow['agents'] {
  const states: Record<string, number> = {};
  for (const { state } of items) states[state] = (states[state] ?? 0) + 1;
  return inGroups(states);
}
const NO_AGENTS = inGroups({});

interface AllQueuesProps extends Omit<RowProps, 'queue'> {
  readonly queues: readonly QueueRow[];
}

function AllQueues({ queues, ...row }: AllQueuesProps) {
  const say = useSay(liveWords);
  const agents = useLiveAgents(byGroup).data ?? NO_AGENTS;
  return <Row {...row} queue={sumOf(queues, agents, say('allQueues'))} />;
}

interface RowProps {
  readonly queue: Omit<QueueRow, 'tenant' | 'longestWaitMs'>;
  readonly isChosen: boolean;
  readonly choose: QueueStripProps['choose'];
}

/** Drawn anew when its queue has changed. */
const Row = memo(function Row({ queue, isChosen, choose }: RowProps) {
  const say = useSay(liveWords);
  const limits = useLimits();
  const { name, title, waiting, waitsSince, agents, today, recent } = queue;
  const none = <span className="faint">{say('none')}</span>;
  // The sum has no name: it chooses none.
  const toggle = () => choose(isChosen || name === '' ? undefined : name);
  return (
    <tr className={isChosen ? 'strip-chosen' : undefined}>
      <th scope="row">
        <button type="button" className="strip-name" aria-pressed={isChosen} onClick={toggle}>
          {title || name}
        </button>
      </th>
      <td className="number strip-waiting">
        <Leveled level={levelOf(waiting, limits.waiting)}>{count(waiting)}</Leveled>
      </td>
      <td className="number strip-longest">
        {waitsSince ? <Timer since={waitsSince} limit={limits.longest} /> : none}
      </td>
      <Share of={recent} />
      <Share of={today} isWide />
      <Lost of={today} />
      <td className="number middling">{count(agents.ready)}</td>
      <td className="number wide">{count(agents.onCall)}</td>
      <td className="number wide">{count(agents.wrapUp)}</td>
      <td className="number wide">{count(agents.away)}</td>
      <td>
        <Peak queue={queue} />
      </td>
    </tr>
  );
});

function Share({ of, isWide = false }: { readonly of: Counted; readonly isWide?: boolean }) {
  const say = useSay(liveWords);
  const { serviceLevel } = useLimits();
  const share = of.serviceLevel;
  const title = say('levelFormula', { asks: of.asks, answered: of.answered });
  return (
    <td className={`number strip-share${isWide ? ' wide' : ''}`} title={title}>
      {share === null ? (
        <span className="faint">{say('none')}</span>
      ) : (
        <Leveled level={levelOf(share, serviceLevel)}>{percent(share)}</Leveled>
      )}
    </td>
  );
}

function Lost({ of: { asks, abandoned } }: { readonly of: Counted }) {
  const say = useSay(liveWords);
  const { lost } = useLimits();
  return (
    <td className="number strip-share wide" title={say('lostOf', { abandoned, asks })}>
      {asks === 0 ? (
        <span className="faint">{say('none')}</span>
      ) : (
        <Leveled level={levelOf(abandoned / asks, lost)}>{percent(abandoned / asks)}</Leveled>
      )}
    </td>
  );
}

/** All queues as one. */
export function sumOf(
  queues: readonly QueueRow[],
  agents: QueueRow['agents'],
  title: string,
): RowProps['queue'] {
  const sum = (of: (queue: QueueRow) => number) => queues.reduce((total, queue) => total + of(queue), 0);
  const counted = (of: (queue: QueueRow) => Counted): Counted => {
    const asks = sum((queue) => of(queue).asks);
    const inTime = sum((queue) => (of(queue).serviceLevel ?? 0) * of(queue).asks);
    return {
      asks,
      answered: sum((queue) => of(queue).answered),
      abandoned: sum((queue) => of(queue).abandoned),
      serviceLevel: asks === 0 ? null : inTime / asks,
    };
  };
  const begins = queues.flatMap(({ waitsSince }) => waitsSince ?? []).toSorted();
  return {
    name: '',
    title,
    waiting: sum(({ waiting }) => waiting),
    waitsSince: begins[0] ?? null,
    isPeak: false,
    peak: null,
    agents,
    today: counted(({ today }) => today),
    recent: { since: queues[0]?.recent.since ?? '', ...counted(({ recent }) => recent) },
  };
}
