import type { CallEvent } from '../call/call-events.ts';
import { projectCdr } from '../cdr/project-cdr.ts';
import type { Ended } from './compare-table.ts';
import type { StreamEvent } from './events.ts';
import { isOfCall } from './retained-events.ts';

/** Makes the records of the calls that began and ended in a stream. */
export class EndedCalls {
  readonly #open = new Map<string, CallEvent[]>();
  /** Another node presumed their end: what they say themselves counts more. */
  readonly #presumed = new Map<string, CallEvent>();

  /** The next event; the call that ended with it, if one did. */
  take(event: StreamEvent): Ended | undefined {
    if (event.type === 'imported') return { cdr: event.record, isImported: true };
    if (!isOfCall(event)) return undefined;
    const { callId } = event;
    if (event.type === 'arrived' && !this.#open.has(callId)) this.#open.set(callId, []);
    const call = this.#open.get(callId);
    if (!call) return undefined;
    const told = { ...event, seq: call.length } as CallEvent;
    if (told.type === 'ended' && told.cause === 'node-lost') {
      this.#presumed.set(callId, told);
      return undefined;
    }
    this.#presumed.delete(callId);
    call.push(told);
    if (told.type !== 'ended') return undefined;
    this.#open.delete(callId);
    return recordOf(call);
  }

  /** After the last event: those whose end was presumed, and nothing else was heard of. */
  get presumed(): readonly Ended[] {
    return [...this.#presumed].flatMap(
      ([callId, ended]) => recordOf([...this.#open.get(callId)!, ended]) ?? [],
    );
  }
}

function recordOf(events: readonly CallEvent[]): Ended | undefined {
  const cdr = projectCdr(events);
  return cdr && { cdr, isImported: false };
}
