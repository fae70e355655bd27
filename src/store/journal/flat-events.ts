/**
 * Events as one flat list of plain values: number of the type, number of the call, time since the epoch of the
 * journal, then the fields of the type in a fixed order. That is the cheapest form to hand to another thread and the
 * most compact one to store: small integers cost a byte or two, and the call's id crosses once a call.
 */
import type { AgentEvent } from '../../acd/agent-events.ts';
import type { CallEvent, CallFactName, CallFacts } from '../../call/call-events.ts';
import type { JournalEvent, StoreFactName, StoreFacts } from '../events.ts';

export type FlatEvents = unknown[];

const CALL_FIELDS = {
  arrived: [
    'direction',
    'originKind',
    'originName',
    'caller',
    'called',
    'source',
    'sipCallId',
    'sentFrom',
    'sentTo',
    'sentIdentity',
  ],
  forwarded: ['number', 'reason'],
  located: ['area', 'carrier'],
  routed: ['hotline', 'version'],
  barred: ['rule'],
  step: ['step', 'why'],
  answered: [],
  segment: ['kind', 'owner'],
  keyed: ['purpose', 'digits'],
  asked: ['queue', 'priority'],
  askEnded: ['queue', 'ending', 'agent'],
  abandoned: ['queue', 'waitedMs'],
  ringing: ['target', 'kind', 'reason', 'queue', 'direction', 'caller', 'called', 'area', 'hotline', 'keys'],
  rung: ['target', 'outcome', 'ringMs', 'kind', 'reason', 'by', 'trunk'],
  joined: ['target', 'kind', 'reason', 'by', 'fromCall'],
  consulted: ['target', 'kind'],
  connected: ['target', 'kind'],
  disconnected: ['target', 'by'],
  recordingStarted: ['file'],
  recordingEnded: ['file', 'durationMs', 'bytes', 'sha256'],
  recordingFailed: ['file', 'error'],
  surveyed: ['survey', 'digit', 'rating'],
  voicemailLeft: ['box', 'file', 'durationMs', 'bytes', 'sha256', 'subject'],
  callbackPromised: ['queue', 'number'],
  callbackBegun: ['queue', 'promisedIn'],
  quality: ['leg', 'codec', 'mos', 'lost', 'received', 'jitterMs'],
  flagged: ['did', 'by', 'reason'],
  ended: ['cause', 'q850', 'by', 'fault'],
} as const satisfies { readonly [Name in CallFactName]: readonly (keyof CallFacts[Name])[] };

/** Events of no call: each also says whose it is. */
const OTHER_FIELDS = {
  agent: ['agent', 'did', 'state', 'reason', 'callId', 'queue', 'disposition', 'note', 'by'],
  entity: ['kind', 'name', 'id', 'revision', 'before', 'after', 'by'],
  switch: ['name', 'isOn', 'untilMs'],
  phoneSetting: ['extension', 'setting', 'value'],
  outsideLimit: ['extension', 'did', 'period', 'of', 'limit', 'by'],
  callback: ['id', 'queue', 'number', 'callId', 'lastCallId', 'state', 'tries', 'nextAt', 'result'],
  file: ['callId', 'startedAt', 'from', 'file', 'bytes', 'sha256', 'deletedAt', 'because'],
  message: [
    ...(['callId', 'startedAt', 'box', 'heardAt', 'heardBy', 'savedAt', 'note'] as const),
    ...(['doneAt', 'doneBy', 'deletedAt', 'because', 'by'] as const),
  ],
  noted: ['callId', 'startedAt', 'did', 'by', 'disposition', 'resolved', 'note'],
  missedCall: ['callId', 'startedAt', 'assignee', 'ending', 'by'],
  agentMessage: ['by', 'agents', 'queue', 'text'],
  agentHelp: [
    ...(['help', 'agent', 'did', 'callId', 'queue', 'by', 'text', 'mode', 'ending', 'waitedMs'] as const),
  ],
  agentTask: ['task', 'agent', 'did', 'kind', 'dueAt', 'isDone', 'revision'],
  removed: ['callId', 'startedAt'],
  imported: ['callId', 'record'],
  job: ['job', 'kind', 'did', 'by', 'done', 'total', 'outcome'],
  restored: ['from', 'to'],
  monthRemoved: ['from', 'to'],
} as const satisfies {
  readonly agent: readonly (keyof AgentEvent)[];
} & { readonly [Name in StoreFactName]: readonly (keyof StoreFacts[Name])[] };

type Forgotten =
  | {
      [Name in CallFactName]: Exclude<keyof CallFacts[Name], (typeof CALL_FIELDS)[Name][number]>;
    }[CallFactName]
  | {
      [Name in StoreFactName]: Exclude<keyof StoreFacts[Name], (typeof OTHER_FIELDS)[Name][number]>;
    }[StoreFactName]
  | Exclude<keyof AgentEvent, 'type' | 'tenantId' | 'at' | (typeof OTHER_FIELDS)['agent'][number]>;
/** Does not compile while a field of an event is missing in the tables above. */
export const everyFieldIsListed: [Forgotten] extends [never] ? true : Forgotten = true;

/** How to read flat events. Stored beside them, so that a newer version can read an older journal. */
export interface FlatLayout {
  /** Added to each time, milliseconds since 1970. */
  readonly epoch: number;
  /** Name and fields of each type of event, by its number. */
  readonly types: readonly (readonly [name: string, fields: readonly string[]])[];
}

/** Type, call, time. */
export const ENVELOPE = 3;
/** The call of an event that belongs to none. */
export const NO_CALL = 0;

/** The first event also says whose call it is; the others are known by the call's number. */
const TYPES: FlatLayout['types'] = [
  ...Object.entries(CALL_FIELDS).map(
    ([name, fields]) => [name, name === 'arrived' ? ['callId', 'tenantId', ...fields] : fields] as const,
  ),
  ...Object.entries(OTHER_FIELDS).map(([name, fields]) => [name, ['tenantId', ...fields]] as const),
];
const NUMBER_OF_TYPE = new Map(TYPES.map(([name], number) => [name, number]));

/** How this version writes. */
export function layoutSince(epoch: number): FlatLayout {
  return { epoch, types: TYPES };
}

/** What became of an event: `stray` belongs to no call that has arrived and not ended. */
export type Encoded = 'done' | 'stray' | 'unknown';

/** Writes events in flat form; gives each call its number. */
export class FlatEncoder {
  readonly layout: FlatLayout;
  readonly #calls = new Map<string, number>();
  #nextCall = 1;

  constructor(epoch: number) {
    this.layout = layoutSince(epoch);
  }

  /** Calls that have arrived and not ended. */
  get openCalls(): number {
    return this.#calls.size;
  }

  /**
   * Appends `event` to `flat`. The hot path: plain pushes, nothing allocated. Only plain values get in, because one
   * that cannot be handed to a thread would stop the whole batch.
   */
  encode(event: JournalEvent, flat: FlatEvents): Encoded {
    const { type } = event;
    const number = NUMBER_OF_TYPE.get(type);
    if (number === undefined) return 'unknown';
    const call = type === 'agent' ? NO_CALL : this.#numberOf(event);
    if (call === undefined) return 'stray';
    flat.push(number, call, event.at - this.layout.epoch);
    const values = event as unknown as Readonly<Record<string, unknown>>;
    const fields = TYPES[number]![1];
    for (let index = 0; index < fields.length; index++) {
      const value = values[fields[index]!];
      flat.push(isPlain(value) ? value : String(value));
    }
    if (type === 'ended') this.#calls.delete(event.callId);
    return 'done';
  }

  #numberOf({ type, callId }: CallEvent): number | undefined {
    const known = this.#calls.get(callId);
    if (known !== undefined || type !== 'arrived') return known;
    const call = this.#nextCall++;
    this.#calls.set(callId, call);
    return call;
  }
}

/** Whether JSON takes it as it is. */
function isPlain(value: unknown): boolean {
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'undefined' || type === 'boolean';
}

/** Number of values of the event that begins at `index`. Throws RangeError when the layout has no such type. */
export function flatLength(flat: FlatEvents, index: number, { types }: FlatLayout): number {
  const type = types[flat[index] as number];
  if (!type) throw new RangeError(`event type ${String(flat[index])} is not in the layout`);
  return ENVELOPE + type[1].length;
}

/** The name of the event that begins at `index`. */
export function flatType(flat: FlatEvents, index: number, { types }: FlatLayout): string {
  return types[flat[index] as number]?.[0] ?? '';
}

/** The events of one call, `arrived` first. A field that is null in a stored journal was undefined. */
export function unflatten(flat: FlatEvents, layout: FlatLayout): CallEvent[] {
  const events: CallEvent[] = [];
  let callId: unknown;
  let tenantId: unknown;
  for (let index = 0; index < flat.length; ) {
    const [type, fields] = layout.types[flat[index] as number]!;
    const at = layout.epoch + (flat[index + 2] as number);
    const event: Record<string, unknown> = { tenantId, callId, seq: events.length, at, type };
    index += ENVELOPE;
    for (let field = 0; field < fields.length; field++) {
      event[fields[field]!] = flat[index++] ?? undefined;
    }
    if (events.length === 0) {
      ({ callId, tenantId } = event);
      if ('trunk' in event) bringUpToDate(event);
    }
    events.push(event as unknown as CallEvent);
  }
  return events;
}

/** An arrival in the journal of 0.1.0: it named a trunk, `phone` for the calls of phones. */
function bringUpToDate(arrived: Record<string, unknown>): void {
  const isPhone = arrived.trunk === 'phone';
  arrived.originKind = isPhone ? 'extension' : 'trunk';
  arrived.originName = isPhone ? arrived.caller : arrived.trunk;
  arrived.sentFrom = arrived.caller;
  arrived.sentTo = arrived.called;
  delete arrived.trunk;
}
