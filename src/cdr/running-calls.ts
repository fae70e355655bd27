import type { CallEvent, CallJournal } from '../call/call-events.ts';
import type { Cdr } from './cdr.ts';
import { projectRunning } from './project-cdr.ts';

/** Which call, and when it arrived, ms since 1970. */
export interface RunningCall {
  readonly callId: string;
  readonly startedAt: number;
}

/**
 * Calls that have not ended, by what they have told the journal so far. It stands before the journal: an event costs a look-up, and what a
 * call is like is worked out when somebody asks.
 */
export class RunningCalls implements CallJournal {
  readonly #journal: CallJournal;
  readonly #events = new Map<string, CallEvent[]>();

  constructor(journal: CallJournal) {
    this.#journal = journal;
  }

  append(event: CallEvent): number {
    const { callId, type } = event;
    if (type === 'arrived') this.#events.set(callId, [event]);
    else if (type === 'ended') this.#events.delete(callId);
    else this.#events.get(callId)?.push(event);
    return this.#journal.append(event);
  }

  durable(place: number): Promise<void> | undefined {
    return this.#journal.durable(place);
  }

  /** The record that a call has by `now`, as if the engine ended it; undefined: there is none by that id. */
  record(callId: string, now: number): Cdr | undefined {
    const events = this.#events.get(callId);
    return events && projectRunning(events, now);
  }

  /** Those of a company, or of all, the newest first. */
  list(tenantId: string | undefined): readonly RunningCall[] {
    const found: RunningCall[] = [];
    for (const [callId, [arrived]] of this.#events)
      if (tenantId === undefined || arrived!.tenantId === tenantId)
        found.push({ callId, startedAt: arrived!.at });
    return found.sort(newestFirst);
  }
}

/** Those of the same millisecond by their ids. */
export function newestFirst(one: RunningCall, other: RunningCall): number {
  return other.startedAt - one.startedAt || (one.callId < other.callId ? 1 : -1);
}
