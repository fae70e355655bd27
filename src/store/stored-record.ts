/**
 * How a record stands in the database: JSON whose members have their names, so that SQL can ask for them (`record ->> 'agent'`), but
 * the rows of its lists have none, and what is not known is left out. That is half as long as what the API gives.
 */
import type { Cdr } from '../cdr/cdr.ts';
import { storableJson } from './storable.ts';

/**
 * Each member of a record in its order; of a list the members of its rows. A later version adds names at the end of a row's list and
 * moves none: rows that were stored before are shorter, and what they lack is null.
 */
const MEMBERS = {
  callId: 'value',
  tenantId: 'value',
  direction: 'value',
  origin: 'value',
  caller: 'value',
  called: 'value',
  hotline: 'value',
  hotlineVersion: 'value',
  sent: 'value',
  diversions: ['number', 'reason'],
  area: 'value',
  carrier: 'value',
  source: 'value',
  sipCallId: 'value',
  startedAt: 'value',
  answeredAt: 'value',
  endedAt: 'value',
  durationMs: 'value',
  answeredMs: 'value',
  talkMs: 'value',
  outcome: 'value',
  barred: 'value',
  cause: 'value',
  q850: 'value',
  endedBy: 'value',
  fault: 'value',
  agent: 'value',
  surveyDigit: 'value',
  surveyRating: 'value',
  path: ['step', 'why', 'at'],
  keys: ['purpose', 'digits', 'at'],
  segments: ['kind', 'owner', 'startMs', 'ms', 'queue'],
  targets: [
    ...(['target', 'outcome', 'ringMs', 'kind', 'reason', 'queue', 'startMs', 'endMs'] as const),
    ...(['talkMs', 'holdMs', 'consultMs', 'connectedMs', 'endedBy'] as const),
    ...(['trunk', 'by', 'fromCall', 'consultedMs', 'wrapUpMs', 'disposition', 'note'] as const),
  ],
  asks: ['queue', 'priority', 'startMs', 'waitMs', 'outcome', 'ending', 'agent', 'previous'],
  recordings: ['file', 'durationMs', 'bytes', 'sha256', 'error', 'deletedAt', 'deletedBecause', 'startMs'],
  voicemail: 'value',
  callback: 'value',
  quality: ['leg', 'codec', 'mos', 'lost', 'received', 'jitterMs'],
  noted: 'value',
  flag: 'value',
} as const satisfies {
  readonly [Name in keyof Cdr]: Cdr[Name] extends readonly (infer Row)[] ? readonly (keyof Row)[] : 'value';
};

type Members = typeof MEMBERS;
type Forgotten = {
  [Name in keyof Cdr]: Members[Name] extends readonly (infer Known)[]
    ? Exclude<keyof (Cdr[Name] & readonly unknown[])[number], Known>
    : never;
}[keyof Cdr];
/** Does not compile while a member of a list's rows is missing in the table above. */
export const everyMemberIsListed: [Forgotten] extends [never] ? true : Forgotten = true;

/** `list`: the members of its rows; undefined: it is no list. */
const TABLE = Object.entries(MEMBERS).map(([name, form]) => ({
  name: name as keyof Cdr,
  list: form === 'value' ? undefined : (form as readonly string[]),
}));

/** Stands first in a record of this form; those of older versions begin with their call. */
const FORM = 1;

/** The text of the column `record`. */
export function storedRecord(cdr: Cdr): string {
  const stored: Record<string, unknown> = { form: FORM };
  for (const { name, list } of TABLE) {
    const value: unknown = cdr[name];
    if (list) {
      if ((value as readonly unknown[]).length > 0) stored[name] = rowsOf(value as readonly object[], list);
    } else if (value !== null) stored[name] = value;
  }
  return storableJson(JSON.stringify(stored));
}

/** The record in such a text, or in one of an older version: that is given as it is. */
export function readRecord(text: string): Cdr {
  const stored = JSON.parse(text) as Record<string, unknown>;
  if (stored['form'] !== FORM) return stored as unknown as Cdr;
  const cdr: Record<string, unknown> = {};
  for (const { name, list } of TABLE) {
    const value = stored[name];
    cdr[name] = list ? objectsOf((value ?? []) as readonly (readonly unknown[])[], list) : (value ?? null);
  }
  return cdr as unknown as Cdr;
}

function rowsOf(objects: readonly object[], names: readonly string[]): unknown[][] {
  return objects.map((each) => {
    const row: unknown[] = names.map((name) => (each as Readonly<Record<string, unknown>>)[name]);
    while (row.length > 0 && (row.at(-1) ?? null) === null) row.pop();
    return row;
  });
}

function objectsOf(rows: readonly (readonly unknown[])[], names: readonly string[]): object[] {
  return rows.map((row) => {
    const object: Record<string, unknown> = {};
    for (const [index, name] of names.entries()) object[name] = row[index] ?? null;
    return object;
  });
}
