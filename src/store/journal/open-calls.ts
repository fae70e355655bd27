import type { CallEvent } from '../../call/call-events.ts';
import type { Cdr } from '../../cdr/cdr.ts';
import { projectCdr } from '../../cdr/project-cdr.ts';
import { CAUSES } from '../../shared/cause.ts';
import { FACT_FIELDS, type FieldTable, type FlatEvents, flatLength, unflatten } from './flat-events.ts';

/** What one batch of events asks to be written, all or nothing. */
export interface AbsorbedBatch {
  /** Records of the calls that ended. */
  readonly cdrs: readonly Cdr[];
  /** The batch's events of calls that are still open, and the ends of calls that an earlier batch left open. */
  readonly journal: FlatEvents;
  /** Events that belong to no open call. */
  readonly stray: number;
}

/**
 * The calls that have arrived and not ended, with their events. Pure bookkeeping: the caller writes what
 * {@link absorb} returns. A call that begins and ends within one batch never reaches the journal.
 */
export class OpenCalls {
  readonly #calls = new Map<string, FlatEvents>();

  get size(): number {
    return this.#calls.size;
  }

  absorb(batch: FlatEvents, table: FieldTable = FACT_FIELDS): AbsorbedBatch {
    const cdrs: Cdr[] = [];
    const ends: FlatEvents = [];
    /** Open calls of this batch, with the number of values that they had before. */
    const touched = new Map<string, number>();
    let stray = 0;
    for (let index = 0; index < batch.length; ) {
      const next = index + flatLength(batch, index, table);
      const callId = batch[index + 1] as string;
      const call = this.#callOf(callId, batch[index]);
      if (!call) stray++;
      else {
        if (!touched.has(callId)) touched.set(callId, call.length);
        copy(batch, index, next, call);
      }
      if (call && batch[index] === 'ended') {
        this.#calls.delete(callId);
        // Its earlier events are in the journal: a replay must see that it ended.
        if (touched.get(callId)! > 0) copy(batch, index, next, ends);
        touched.delete(callId);
        const cdr = projectCdr(unflatten(call, table));
        if (cdr) cdrs.push(cdr);
      }
      index = next;
    }
    return { cdrs, journal: this.#since(touched, ends), stray };
  }

  /** All events of all open calls: what a compacted journal holds. */
  snapshot(): FlatEvents {
    const all: FlatEvents = [];
    for (const call of this.#calls.values()) copy(call, 0, call.length, all);
    return all;
  }

  /**
   * Ends every open call because the process that carried them is gone; returns their records. They ended when
   * the process was last seen alive.
   */
  closeAll(aliveAt: number, table: FieldTable = FACT_FIELDS): Cdr[] {
    const cdrs: Cdr[] = [];
    for (const call of this.#calls.values()) {
      const events = unflatten(call, table);
      const last = events.at(-1)!;
      const ended: CallEvent = {
        tenantId: last.tenantId,
        callId: last.callId,
        seq: last.seq + 1,
        at: Math.max(last.at, aliveAt),
        type: 'ended',
        cause: 'restart',
        q850: CAUSES.restart.q850,
        by: 'engine',
      };
      const cdr = projectCdr([...events, ended]);
      if (cdr) cdrs.push(cdr);
    }
    this.#calls.clear();
    return cdrs;
  }

  #callOf(callId: string, type: unknown): FlatEvents | undefined {
    const known = this.#calls.get(callId);
    if (known || type !== 'arrived') return known;
    const call: FlatEvents = [];
    this.#calls.set(callId, call);
    return call;
  }

  #since(touched: ReadonlyMap<string, number>, journal: FlatEvents): FlatEvents {
    for (const [callId, before] of touched) {
      const call = this.#calls.get(callId)!;
      copy(call, before, call.length, journal);
    }
    return journal;
  }
}

function copy(from: FlatEvents, begin: number, end: number, to: FlatEvents): void {
  for (let index = begin; index < end; index++) to.push(from[index]);
}
