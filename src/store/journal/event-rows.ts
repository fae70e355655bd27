/**
 * Rows of `event_batch`: what one batch has of one company, as one flat list, for a row an event would be most of the
 * database. A row can be read alone: it names its calls, and the kinds of events stand in `event_layout`.
 */
import { createHash } from 'node:crypto';
import type { Fact } from '../events.ts';
import { storableJson, storableText } from '../storable.ts';
import {
  ENVELOPE,
  type FlatEvents,
  type FlatLayout,
  flatLength,
  layoutSince,
  NO_CALL,
} from './flat-events.ts';
import { renameAgentEvent } from './former-names.ts';

/** A row that has no number yet. */
export interface EventRow {
  readonly tenantId: string;
  /** How many events it holds. */
  readonly events: number;
  /** Times of the earliest and of the latest. */
  readonly fromAt: number;
  readonly toAt: number;
  /** JSON of {@link EventBody}. */
  readonly body: string;
}

interface EventBody {
  /** Added to each time, milliseconds since 1970. */
  readonly at: number;
  readonly calls: readonly string[];
  /** Number of the type, place of the call in `calls` counted from 1, time, the fields of the type; and so on. */
  readonly events: readonly unknown[];
}

type Types = FlatLayout['types'];

/** Fields that say whose an event is: a row says that once. */
const OWNER: ReadonlySet<string> = new Set(['callId', 'tenantId']);

function ownersOf(fields: readonly string[]): number {
  if (fields[0] === 'tenantId') return 1;
  return fields[0] === 'callId' && fields[1] === 'tenantId' ? OWNER.size : 0;
}

const TYPES: Types = layoutSince(0).types.map(([name, fields]) => [name, fields.slice(ownersOf(fields))]);
const NUMBER_OF_TYPE = new Map(TYPES.map(([name], number) => [name, number]));

/** How this version writes rows; `id` stands in each, the rest once in the database. */
export const ROW_LAYOUT = layoutOf(JSON.stringify(TYPES));

function layoutOf(types: string) {
  return { id: createHash('sha256').update(types).digest('hex').slice(0, 12), types } as const;
}

/** One company's part of a batch. */
class Part {
  readonly #tenantId: string;
  readonly #calls = new Map<string, number>();
  readonly #events: unknown[] = [];
  readonly #at: number;
  #count = 0;
  #fromAt = Number.POSITIVE_INFINITY;
  #toAt = Number.NEGATIVE_INFINITY;

  constructor(tenantId: string, at: number) {
    this.#tenantId = tenantId;
    this.#at = at;
  }

  /** Begins an event; the list takes the fields of its type next. */
  begin(type: number, callId: string | undefined, at: number): unknown[] {
    this.#count++;
    if (at < this.#fromAt) this.#fromAt = at;
    if (at > this.#toAt) this.#toAt = at;
    this.#events.push(type, callId === undefined ? NO_CALL : this.#placeOf(callId), at - this.#at);
    return this.#events;
  }

  get row(): EventRow {
    const body: EventBody = { at: this.#at, calls: [...this.#calls.keys()], events: this.#events };
    return {
      tenantId: storableText(this.#tenantId),
      events: this.#count,
      fromAt: this.#fromAt,
      toAt: this.#toAt,
      body: storableJson(JSON.stringify(body)),
    };
  }

  #placeOf(callId: string): number {
    const known = this.#calls.get(callId);
    if (known !== undefined) return known;
    this.#calls.set(callId, this.#calls.size + 1);
    return this.#calls.size;
  }
}

/** Parts by company. */
class Parts {
  readonly #parts = new Map<string, Part>();

  of(tenantId: string, at: number): Part {
    const known = this.#parts.get(tenantId);
    if (known) return known;
    const part = new Part(tenantId, at);
    this.#parts.set(tenantId, part);
    return part;
  }

  /** In the order of the companies' names: two writers who take their numbers in one order never wait for each other in a ring. */
  rows(): EventRow[] {
    const names = [...this.#parts.keys()].sort();
    return names.map((name) => this.#parts.get(name)!.row);
  }
}

/** How an event of a batch, which another version may have written, becomes one of ours. */
interface Translation {
  readonly name: string;
  /** Values that say whose it is. */
  readonly owners: number;
  /** Undefined: this version does not know it. */
  readonly type: number | undefined;
  /** Where the values of our fields stand in the batch's event; -1: it has no such field. */
  readonly places: readonly number[];
}

function translationOf([name, fields]: Types[number]): Translation {
  const type = NUMBER_OF_TYPE.get(name);
  const ours = type === undefined ? [] : TYPES[type]![1];
  const places = ours.map((field) => fields.lastIndexOf(field));
  return { name, owners: ownersOf(fields), type, places };
}

/** Divides the batches of a process by company. */
export class BatchDivider {
  readonly #layout: FlatLayout;
  readonly #translations: readonly Translation[];
  /** Calls that have arrived and not ended, by their number. */
  readonly #calls = new Map<number, { readonly callId: string; readonly tenantId: string }>();

  constructor(layout: FlatLayout) {
    this.#layout = layout;
    this.#translations = layout.types.map(translationOf);
  }

  /** The rows of a batch; its calls must have arrived in it or in an earlier one. */
  divide(batch: FlatEvents): EventRow[] {
    const { epoch } = this.#layout;
    const parts = new Parts();
    for (let index = 0; index < batch.length; ) {
      const next = index + flatLength(batch, index, this.#layout);
      const { name, owners, type, places } = this.#translations[batch[index] as number]!;
      const owner = this.#ownerOf(batch, index, owners);
      if (owner && type !== undefined) {
        const at = epoch + (batch[index + 2] as number);
        const events = parts.of(owner.tenantId, at).begin(type, owner.callId, at);
        for (const place of places) events.push(place < 0 ? undefined : batch[index + ENVELOPE + place]);
      }
      if (name === 'ended') this.#calls.delete(batch[index + 1] as number);
      index = next;
    }
    return parts.rows();
  }

  /** Whose the event is that begins at `index`; undefined: of a call that has not arrived. */
  #ownerOf(batch: FlatEvents, index: number, owners: number) {
    const call = batch[index + 1] as number;
    const first = String(batch[index + ENVELOPE]);
    if (call === NO_CALL) return { tenantId: first, callId: undefined };
    const known = this.#calls.get(call);
    if (known || owners < OWNER.size) return known;
    const arrived = { callId: first, tenantId: String(batch[index + ENVELOPE + 1]) };
    this.#calls.set(call, arrived);
    return arrived;
  }
}

/** The rows of facts that the store itself knows. */
export function rowsOf(facts: readonly Fact[]): EventRow[] {
  const parts = new Parts();
  for (const fact of facts) {
    const { tenantId, type, at } = fact;
    const number = NUMBER_OF_TYPE.get(type)!;
    const fields = TYPES[number]![1];
    const values = fact as unknown as Readonly<Record<string, unknown>>;
    const callId = fields.includes('callId') ? undefined : (values.callId as string | undefined);
    const events = parts.of(tenantId, at).begin(number, callId, at);
    for (const field of fields) events.push(values[field]);
  }
  return parts.rows();
}

/** Changes one value of an event: of its type, its call and its field. */
export type EditValue = (type: string, callId: string | undefined, field: string, value: unknown) => unknown;

/** A row's body with values of its events changed; undefined: none was. `types`: JSON of the row's layout. */
export function editBody(body: string, types: string, edit: EditValue): string | undefined {
  const { at, calls, events } = JSON.parse(body) as EventBody;
  const known = JSON.parse(types) as Types;
  const edited = [...events];
  for (let index = 0; index < events.length; ) {
    const [type, fields] = known[events[index] as number]!;
    const place = fields.indexOf('callId');
    const own = place < 0 ? undefined : (events[index + ENVELOPE + place] as string | null);
    const callId = calls[(events[index + 1] as number) - 1] ?? own ?? undefined;
    index += ENVELOPE;
    for (const field of fields) {
      edited[index] = edit(type, callId, field, events[index]);
      index++;
    }
  }
  const after = JSON.stringify({ at, calls, events: edited } satisfies EventBody);
  return after === JSON.stringify({ at, calls, events }) ? undefined : after;
}

/** The facts in a row, as they came. `types`: JSON of the row's layout. A field that is null was undefined. */
export function factsOf(tenantId: string, body: string, types: string): Fact[] {
  const { at, calls, events } = JSON.parse(body) as EventBody;
  const known = JSON.parse(types) as Types;
  const facts: Fact[] = [];
  for (let index = 0; index < events.length; ) {
    const [type, fields] = known[events[index] as number]!;
    const callId = calls[(events[index + 1] as number) - 1];
    const fact: Record<string, unknown> = { tenantId, type, at: at + (events[index + 2] as number) };
    if (callId !== undefined) fact.callId = callId;
    index += ENVELOPE;
    for (const field of fields) fact[field] = events[index++] ?? undefined;
    if (type === 'agent') renameAgentEvent(fact);
    facts.push(fact as unknown as Fact);
  }
  return facts;
}
