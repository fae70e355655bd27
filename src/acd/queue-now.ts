import { waitsSince } from './core/line.ts';
import type { Queue } from './core/state.ts';

/** A queue as it is now. */
export interface QueueNow {
  readonly tenant: string;
  readonly queue: string;
  /** Callers in its line, also those who are offered to agents. */
  readonly waiting: number;
  /** When who waits longest joined, nobody being rung for him, ms since 1970; undefined: nobody waits. */
  readonly waitsSince: number | undefined;
  /** 高峰应急 */
  readonly isPeak: boolean;
  /** When that ends by itself, ms since 1970; undefined: when it is turned off. */
  readonly peakUntil: number | undefined;
  /** Work numbers of who serves it now, signed in or not. */
  readonly agents: readonly string[];
}

export function queueNow(tenant: string, queue: Readonly<Queue>): QueueNow {
  const { settings, line, members, peakUntil } = queue;
  const since = waitsSince(queue, Number.POSITIVE_INFINITY);
  return {
    tenant,
    queue: settings.name,
    waiting: line.length,
    waitsSince: since < Number.POSITIVE_INFINITY ? since : undefined,
    isPeak: peakUntil > 0,
    peakUntil: peakUntil > 0 && peakUntil < Number.POSITIVE_INFINITY ? peakUntil : undefined,
    agents: members.map(({ agent }) => agent.id),
  };
}
