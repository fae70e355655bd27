import type { CallEvent, CallJournal } from '../call/call-events.ts';
import type { Cdr } from './cdr.ts';
import { projectCdr, projectRunning } from './project-cdr.ts';

/** Which call, and when it arrived, ms since 1970. */
export interface RunningCall {
  readonly callId: string;
  readonly startedAt: number;
}

/** A call that has ended, and the place of its last event in the journal. */
interface EndedCall {
  readonly events: readonly CallEvent[];
  readonly place: number;
}

/** Of ended calls whose records are not stored so many are known still, the last ones: a database that is away may be so for hours. */
const MOST_ENDED = 2000;

/**
 * Calls that have not ended, by what they have told the journal so far, and those that have, until their records can be read: nobody who
 * asks for a call misses it between the two. It stands before the journal: an event costs a look-up, and what a call is like is worked out
 * when somebody asks.
 */
export class RunningCalls implements CallJournal {
  readonly #journal: CallJournal;
  readonly #isStored: (place: number) => boolean;
  readonly #events = new Map<string, CallEvent[]>();
  /** In the order in which they ended. */
  readonly #ended = new Map<string, EndedCall>();

  /** `isStored`: whether what the journal has up to a place can be read from the database. */
  constructor(journal: CallJournal, isStored: (place: number) => boolean) {
    this.#journal = journal;
    this.#isStored = isStored;
  }

  append(event: CallEvent): number {
    const { callId, type } = event;
    if (type === 'arrived') this.#events.set(callId, [event]);
    else this.#events.get(callId)?.push(event);
    const place = this.#journal.append(event);
    if (type === 'ended') this.#end(callId, place);
    return place;
  }

  durable(place: number): Promise<void> | undefined {
    return this.#journal.durable(place);
  }

  /**
   * The record that a call has by `now`, as if the engine ended it, or has had since its end; undefined: there is none by that id, or its record
   * is stored.
   */
  record(callId: string, now: number): Cdr | undefined {
    const events = this.#events.get(callId);
    if (events) return projectRunning(events, now);
    this.#letGo();
    const ended = this.#ended.get(callId);
    return ended && projectCdr(ended.events);
  }

  /** Resolves when what a call that has ended told the journal outlives the process; see {@link CallJournal.durable}. */
  async kept(callId: string): Promise<void> {
    const ended = this.#ended.get(callId);
    if (ended) await this.#journal.durable(ended.place);
  }

  /** Those of a company, or of all, that have not ended, the newest first. */
  list(tenantId: string | undefined): readonly RunningCall[] {
    const found: RunningCall[] = [];
    for (const [callId, [arrived]] of this.#events)
      if (tenantId === undefined || arrived!.tenantId === tenantId)
        found.push({ callId, startedAt: arrived!.at });
    return found.sort(newestFirst);
  }

  #end(callId: string, place: number): void {
    const events = this.#events.get(callId);
    if (!events) return;
    this.#events.delete(callId);
    this.#ended.set(callId, { events, place });
    this.#letGo();
  }

  /** Of those that are stored, and of too many; the first that is not stored comes before all that are not. */
  #letGo(): void {
    for (const [callId, { place }] of this.#ended) {
      if (this.#ended.size <= MOST_ENDED && !this.#isStored(place)) return;
      this.#ended.delete(callId);
    }
  }
}

/** Those of the same millisecond by their ids. */
export function newestFirst(one: RunningCall, other: RunningCall): number {
  return other.startedAt - one.startedAt || (one.callId < other.callId ? 1 : -1);
}
