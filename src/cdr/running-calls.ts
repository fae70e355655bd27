import type { CallEvent, CallJournal } from '../call/call-events.ts';
import type { Cdr, CdrSegment } from './cdr.ts';
import { projectRunning } from './project-cdr.ts';

/** A call that has not ended, as a list shows it. Milliseconds since 1970. */
export interface RunningCall {
  readonly callId: string;
  readonly tenantId: string;
  readonly record: Cdr;
  /** What it does now. */
  readonly segment: Pick<CdrSegment, 'kind' | 'owner' | 'queue'> & { readonly since: number };
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

  /** What a call has come to by `now`; undefined: there is none by that id. */
  get(callId: string, now: number): RunningCall | undefined {
    const events = this.#events.get(callId);
    return events && runningCall(events, now);
  }

  /** Ids of those that a company has, of all companies when it names none, the newest first. */
  ids(tenantId: string | undefined): readonly string[] {
    const all = [...this.#events].filter(
      ([, [arrived]]) => tenantId === undefined || arrived!.tenantId === tenantId,
    );
    return all.map(([callId]) => callId).reverse();
  }
}

function runningCall(events: readonly CallEvent[], now: number): RunningCall {
  const record = projectRunning(events, now)!;
  const { callId, tenantId, startedAt, segments } = record;
  const { kind, owner, queue, startMs } = segments.at(-1)!;
  return { callId, tenantId, record, segment: { kind, owner, queue, since: startedAt + startMs } };
}
