/** Peak mode (高峰应急): a queue has more agents and shorter wrap-up for a while. */
import type { Told } from './inputs.ts';
import type { Moment } from './moment.ts';
import type { Roster } from './roster.ts';
import type { Queue } from './state.ts';

/** The wrap-up that a talk for the queue is followed by. */
export function wrapUpOf({ settings: { wrapUpMs, peak }, peakUntil }: Queue): number {
  return (peakUntil > 0 ? peak?.wrapUpMs : undefined) ?? wrapUpMs;
}

/** Begins it and ends it, also by itself. */
export class Peaks {
  readonly #moment: Moment;
  readonly #roster: Roster;

  constructor(moment: Moment, roster: Roster) {
    this.#moment = moment;
    this.#roster = roster;
  }

  turn({ queue: name, on, forMs = Number.POSITIVE_INFINITY }: Told<'peak'>): void {
    const queue = this.#roster.queue(name);
    if (!queue) return;
    const until = on ? this.#moment.now + forMs : 0;
    if (until > 0 && until < Number.POSITIVE_INFINITY) this.#moment.deadlines.add(until, queue);
    this.#set(queue, until);
  }

  /** Its time may be over. */
  due(queue: Queue): void {
    if (queue.peakUntil > 0 && queue.peakUntil <= this.#moment.now) this.#set(queue, 0);
  }

  #set(queue: Queue, until: number): void {
    const wasOn = queue.peakUntil > 0;
    this.#roster.setPeak(queue, until);
    if (wasOn === until > 0) return;
    this.#moment.touched.add(queue);
    const { name, peak } = queue.settings;
    const seconds = peak?.wrapUpMs === undefined ? '' : `; wrap-up ${wrapUpOf(queue) / 1000} s`;
    const agents = peak?.agents.join(', ') || 'nobody more';
    const why = until > 0 ? `${agents} help${seconds}` : `as before${seconds}`;
    this.#moment.tell({ type: 'peak-changed', queue: name, on: until > 0, why });
  }
}
