import type { Acd } from './acd/acd.ts';
import type { Clock } from './shared/clock.ts';
import { TypedEvents } from './shared/events.ts';
import type { Logger } from './shared/logger.ts';
import type { Store } from './store/store.ts';
import type { QueueGauge } from './stream/event-types.ts';
import { EventFeed } from './stream/feed.ts';
import { type LiveGauges, Streams } from './stream/streams.ts';

interface Services {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The event streams of the running PBX: facts of its store, gauges of its queues. */
export function openStreams(
  { events }: Pick<Store, 'events'>,
  acd: Pick<Acd, 'events' | 'agents' | 'queues'>,
  { clock, logger }: Services,
): Streams {
  return new Streams({ feed: new EventFeed(events), gauges: gaugesOf(acd), clock, log: logger });
}

function gaugesOf(acd: Pick<Acd, 'events' | 'agents' | 'queues'>): LiveGauges {
  const events: LiveGauges['events'] = new TypedEvents();
  for (const what of ['queueChanged', 'agentChanged', 'peakChanged'] as const)
    acd.events.on(what, ({ tenant }) => events.emit('changed', { tenantId: tenant }));
  const of = (tenantId: string): QueueGauge[] => {
    const agents = acd.agents().filter(({ tenant }) => tenant === tenantId);
    const states = new Map(agents.map(({ agent, state }) => [agent, state]));
    return acd
      .queues()
      .filter(({ tenant }) => tenant === tenantId)
      .map(({ queue, waiting, waitsSince, isPeak, agents: serving }) => {
        const counts: Record<string, number> = {};
        for (const agent of serving) {
          const state = states.get(agent) ?? 'signed-out';
          counts[state] = (counts[state] ?? 0) + 1;
        }
        const since = waitsSince === undefined ? null : new Date(waitsSince).toISOString();
        return { queue, waiting, waitsSince: since, isPeak, agents: counts };
      });
  };
  return { events, of };
}
