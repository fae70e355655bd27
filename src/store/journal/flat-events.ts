/**
 * Events as one flat list of plain values: envelope, then the fields of the event's type in a fixed order. That is
 * the cheapest form to hand to another thread (measured per call of 13 events: flat 3.5 us, objects 9 us,
 * JSON 16 us) and the most compact one to store.
 */
import type { CallEvent, CallFactName, CallFacts } from '../../call/call-events.ts';

export type FlatEvents = unknown[];
/** Field names by event type. Stored with the values, so that a newer version can read an older journal. */
export type FieldTable = Readonly<Record<string, readonly string[]>>;

/** type, callId, seq, at, tenantId. */
const ENVELOPE = 5;

export const FACT_FIELDS = {
  arrived: ['direction', 'caller', 'called', 'trunk', 'source', 'sipCallId'],
  located: ['area', 'carrier'],
  step: ['step', 'why'],
  answered: [],
  segment: ['kind', 'owner'],
  keyed: ['purpose', 'digits'],
  rung: ['target', 'outcome', 'ringMs'],
  connected: ['target', 'kind'],
  disconnected: ['target', 'by'],
  recordingStarted: ['file'],
  recordingEnded: ['file', 'durationMs', 'bytes', 'sha256'],
  recordingFailed: ['file', 'error'],
  surveyed: ['survey', 'digit'],
  callbackPromised: ['queue', 'number'],
  voicemailLeft: ['box', 'file', 'durationMs'],
  quality: ['leg', 'codec', 'mos', 'lost', 'received', 'jitterMs'],
  ended: ['cause', 'q850', 'by'],
} as const satisfies { readonly [Name in CallFactName]: readonly (keyof CallFacts[Name])[] };

type Forgotten = {
  [Name in CallFactName]: Exclude<keyof CallFacts[Name], (typeof FACT_FIELDS)[Name][number]>;
}[CallFactName];
/** Does not compile while a field of an event is missing in the table above. */
export const everyFieldIsListed: [Forgotten] extends [never] ? true : Forgotten = true;

const FIELDS: FieldTable = FACT_FIELDS;

/**
 * Appends `event` to `flat`; false for a type that is not in the table. The hot path: plain pushes, nothing
 * allocated. Only plain values get in, because one that cannot be handed to a thread would stop the whole batch.
 */
export function pushFlat(flat: FlatEvents, event: CallEvent): boolean {
  const values = event as unknown as Readonly<Record<string, unknown>>;
  const fields = FIELDS[event.type];
  if (!fields) return false;
  flat.push(event.type, event.callId, event.seq, event.at, event.tenantId);
  for (let index = 0; index < fields.length; index++) {
    const value = values[fields[index]!];
    flat.push(typeof value === 'object' || typeof value === 'function' ? String(value) : value);
  }
  return true;
}

/** Number of values of the event that begins at `index`. Throws RangeError when its type is not in the table. */
export function flatLength(flat: FlatEvents, index: number, table: FieldTable): number {
  const fields = table[flat[index] as string];
  if (!fields) throw new RangeError(`event ${String(flat[index])} is not in the table of fields`);
  return ENVELOPE + fields.length;
}

/** The events of a flat list. A field that is null in a stored journal was undefined. */
export function unflatten(flat: FlatEvents, table: FieldTable = FIELDS): CallEvent[] {
  const events: CallEvent[] = [];
  for (let index = 0; index < flat.length; index += flatLength(flat, index, table)) {
    const event: Record<string, unknown> = {
      type: flat[index],
      callId: flat[index + 1],
      seq: flat[index + 2],
      at: flat[index + 3],
      tenantId: flat[index + 4],
    };
    const fields = table[flat[index] as string]!;
    for (let field = 0; field < fields.length; field++) {
      event[fields[field]!] = flat[index + ENVELOPE + field] ?? undefined;
    }
    events.push(event as unknown as CallEvent);
  }
  return events;
}
