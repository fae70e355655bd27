import type { CallEvent, CallJournal } from '../call/call-events.ts';
import type { CallId } from '../shared/ids.ts';
import { Asks } from './asks.ts';
import type { CdrAsk } from './cdr.ts';

/** What became of what a queue was asked (人工请求), by calls that are over. */
export interface AskTotals {
  readonly tenant: string;
  readonly queue: string;
  readonly asks: number;
  readonly answered: number;
  /** Of those, within the time of the service level. */
  readonly inTime: number;
  readonly abandoned: number;
}

type Sums = { -readonly [Field in keyof AskTotals]: AskTotals[Field] };

interface OpenCall {
  readonly asks: Asks;
  /** Of its last event: a clock that is set back makes no time negative. */
  now: number;
}

/**
 * Counts asks since this process began, with the outcomes that the records have, whatever the database does: what is measured from
 * outside must go on while it is away, and several nodes on one add up.
 */
export class AskTally {
  readonly #inTimeMs: number;
  readonly #calls = new Map<CallId, OpenCall>();
  readonly #totals = new Map<string, Sums>();

  /** `inTimeMs`: the limit of the service level (服务水平). */
  constructor(inTimeMs: number) {
    this.#inTimeMs = inTimeMs;
  }

  get totals(): readonly AskTotals[] {
    return [...this.#totals.values()];
  }

  /** The journal, with what goes into it counted. */
  beside(journal: CallJournal): CallJournal {
    return {
      append: (event) => {
        this.take(event);
        return journal.append(event);
      },
      durable: (place) => journal.durable(place),
    };
  }

  take(event: CallEvent): void {
    const { callId, type } = event;
    let call = this.#calls.get(callId);
    if (!call) {
      if (type !== 'asked') return;
      call = { asks: new Asks(), now: event.at };
      this.#calls.set(callId, call);
    }
    if (event.at > call.now) call.now = event.at;
    call.asks.take(event, call.now);
    if (type !== 'ended') return;
    this.#calls.delete(callId);
    call.asks.end(call.now);
    for (const ask of call.asks.all) this.#count(event.tenantId, ask);
  }

  #count(tenant: string, { queue, outcome, waitMs }: CdrAsk): void {
    const key = `${tenant}\n${queue}`;
    let sums = this.#totals.get(key);
    if (!sums) {
      sums = { tenant, queue, asks: 0, answered: 0, inTime: 0, abandoned: 0 };
      this.#totals.set(key, sums);
    }
    sums.asks++;
    if (outcome === 'answered') {
      sums.answered++;
      if (waitMs <= this.#inTimeMs) sums.inTime++;
    }
    if (outcome === 'abandoned_queue' || outcome === 'abandoned_ring') sums.abandoned++;
  }
}
