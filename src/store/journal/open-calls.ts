import type { CallEvent } from '../../call/call-events.ts';
import type { Cdr } from '../../cdr/cdr.ts';
import { projectCdr } from '../../cdr/project-cdr.ts';
import { CAUSES } from '../../shared/cause.ts';
import { type FlatEvents, type FlatLayout, flatLength, flatType, unflatten } from './flat-events.ts';

/** What one batch of events asks to be written, all or nothing. */
export interface AbsorbedBatch {
  /** Records of the calls that ended. */
  readonly cdrs: readonly Cdr[];
  /** The batch's events of calls that are still open, and the ends of calls that an earlier batch left open. */
  readonly journal: FlatEvents;
}

/** Why a call is ended that its process left open: that process starts again, or another one finds it gone. */
export type LeftCause = 'restart' | 'node-lost';

/** A call that was ended because its process is gone. */
export interface ClosedCall {
  readonly cdr: Cdr;
  readonly ended: CallEvent & { readonly type: 'ended' };
}

/**
 * The calls that have arrived and not ended, with their events. Pure bookkeeping: the caller writes what
 * {@link absorb} returns. A call that begins and ends within one batch never reaches the journal.
 */
export class OpenCalls {
  readonly #layout: FlatLayout;
  readonly #calls = new Map<number, FlatEvents>();

  constructor(layout: FlatLayout) {
    this.#layout = layout;
  }

  get size(): number {
    return this.#calls.size;
  }

  absorb(batch: FlatEvents): AbsorbedBatch {
    const layout = this.#layout;
    const cdrs: Cdr[] = [];
    const journal: FlatEvents = [];
    /** Open calls of this batch, with the number of values that they had before. */
    const touched = new Map<number, number>();
    for (let index = 0; index < batch.length; ) {
      const next = index + flatLength(batch, index, layout);
      const type = flatType(batch, index, layout);
      const number = batch[index + 1] as number;
      const call = this.#callOf(number, type);
      if (call) {
        if (!touched.has(number)) touched.set(number, call.length);
        copy(batch, index, next, call);
      }
      if (call && type === 'ended') {
        this.#calls.delete(number);
        // Its earlier events are in the journal: a replay must see that it ended.
        if (touched.get(number)! > 0) copy(batch, index, next, journal);
        touched.delete(number);
        const cdr = projectCdr(unflatten(call, layout));
        if (cdr) cdrs.push(cdr);
      }
      index = next;
    }
    for (const [number, before] of touched) {
      const call = this.#calls.get(number)!;
      copy(call, before, call.length, journal);
    }
    return { cdrs, journal };
  }

  /** All events of all open calls: what a compacted journal holds. */
  snapshot(): FlatEvents {
    const all: FlatEvents = [];
    for (const call of this.#calls.values()) copy(call, 0, call.length, all);
    return all;
  }

  /**
   * Ends every open call because the process that carried them is gone. They ended when the process was last seen
   * alive.
   */
  closeAll(aliveAt: number, cause: LeftCause): ClosedCall[] {
    const closed: ClosedCall[] = [];
    for (const call of this.#calls.values()) {
      const events = unflatten(call, this.#layout);
      const last = events.at(-1)!;
      const ended: CallEvent & { type: 'ended' } = {
        tenantId: events[0]!.tenantId,
        callId: events[0]!.callId,
        seq: last.seq + 1,
        at: Math.max(last.at, aliveAt),
        type: 'ended',
        cause,
        q850: CAUSES[cause].q850,
        by: 'engine',
        fault: CAUSES[cause].fault,
      };
      const cdr = projectCdr([...events, ended]);
      if (cdr) closed.push({ cdr, ended });
    }
    this.#calls.clear();
    return closed;
  }

  #callOf(number: number, type: string): FlatEvents | undefined {
    const known = this.#calls.get(number);
    if (known || type !== 'arrived') return known;
    const call: FlatEvents = [];
    this.#calls.set(number, call);
    return call;
  }
}

function copy(from: FlatEvents, begin: number, end: number, to: FlatEvents): void {
  for (let index = begin; index < end; index++) to.push(from[index]);
}
