import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Cdr, CdrVoicemail } from '../cdr/cdr.ts';
import { bitesOf } from './bites.ts';
import { filesOf } from './call-files.ts';
import { withdrawErased } from './callback-repository.ts';
import { searchText } from './cdr-row.ts';
import { withHandling } from './changed-files.ts';
import { countRows, proofOf } from './erasure-proof.ts';
import { type HoldableCall, holdCheck } from './hold-repository.ts';
import { editBody } from './journal/event-rows.ts';
import { PersonNumber } from './person-number.ts';
import { PERSONAL_TABLES, personalColumns } from './personal-tables.ts';
import { RecordingRepository } from './recording-repository.ts';
import type { Tables } from './schema.ts';
import { storableJson } from './storable.ts';
import { StoreError } from './store.ts';
import { readRecord, storedRecord } from './stored-record.ts';
import { TABLE_FACTS, type TableFacts } from './table-facts.ts';
import type { Erased, Erasure, Hold } from './upkeep.ts';

/** After a call its agent finishes his notes of it within so long. */
const NOTED_MS = 86_400_000;

type Row = Readonly<Record<string, unknown>>;

/** Those of the stream and of the records have their own way. */
const OTHER_TABLES = PERSONAL_TABLES.filter(({ name }) => name !== 'cdr' && name !== 'event_batch');

/** Columns of `cdr`; the call's record comes last, so that an erasure that was cut finds its calls again. */
const RECORD_COLUMNS = personalColumns(TABLE_FACTS.cdr);

/**
 * Erases a person (个人信息删除): his number in all forms, what he keyed, his recordings and messages. Calls, times and
 * counters stay. It may be cut at any moment and done again.
 */
export async function erasePerson(
  db: Kysely<Tables>,
  nodeId: string,
  erasure: Erasure,
  holds: readonly Hold[],
): Promise<Erased> {
  const person = PersonNumber.parse(erasure.number);
  if (!person) {
    throw new StoreError(
      `${erasure.number} is too short to be told from other numbers; write it whole, with its area code`,
    );
  }
  const run = (of: Erasure) => new PersonEraser(db, nodeId, of, person, holds).run();
  if (erasure.dryRun) return await run(erasure);
  const before = await countRows(db, erasure.tenantId);
  const erased = await run(erasure);
  const left = await run({ ...erasure, dryRun: true });
  return { ...erased, proof: proofOf(before, await countRows(db, erasure.tenantId), left) };
}

class PersonEraser {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;
  readonly #erasure: Erasure;
  readonly #person: PersonNumber;
  readonly #isHeld: (call: HoldableCall) => boolean;
  /** Calls of the person, but those on hold. */
  readonly #calls = new Map<string, Cdr>();
  readonly #held = new Set<string>();
  readonly #rows: Record<string, number> = {};
  readonly #setUp = new Set<string>();

  constructor(
    db: Kysely<Tables>,
    nodeId: string,
    erasure: Erasure,
    person: PersonNumber,
    holds: readonly Hold[],
  ) {
    this.#db = db;
    this.#nodeId = nodeId;
    this.#erasure = erasure;
    this.#person = person;
    this.#isHeld = holdCheck(holds);
  }

  async run(): Promise<Erased> {
    await this.#findCalls();
    const { dryRun, deleteFiles } = this.#erasure;
    const files = [...this.#calls.values()].flatMap(filesOf);
    const deletedFiles = dryRun ? 0 : await deleteFiles(files);
    if (!dryRun) await this.#markDeleted();
    const eventRows = await this.#eraseEvents();
    if (!dryRun) await withdrawErased(this.#db, this.#nodeId, this.#erasure, this.#person);
    for (const table of OTHER_TABLES) await this.#eraseTable(table);
    await this.#eraseNotes();
    await this.#eraseRecords();
    const [calls, held] = [this.#calls.size, this.#held.size];
    const counts = { calls, held, files: files.length, deletedFiles, eventRows };
    return { ...counts, rows: this.#rows, setUp: [...this.#setUp].sort() };
  }

  async #findCalls(): Promise<void> {
    for await (const row of this.#rowsWith('cdr', TABLE_FACTS.cdr.key, RECORD_COLUMNS)) {
      if (!this.#isIn(row, RECORD_COLUMNS)) continue;
      const call = row as unknown as HoldableCall;
      const record = readRecord(call.record);
      if (record.hotline !== null && this.#person.isIn(record.hotline)) {
        throw new StoreError(
          `${this.#erasure.number} is the number of a hotline of the company, no person's`,
        );
      }
      if (this.#isHeld(call)) this.#held.add(call.call_id);
      else this.#calls.set(call.call_id, record);
    }
  }

  /** In the records and the company's stream, so that these still say the same. */
  async #markDeleted(): Promise<void> {
    const recordings = new RecordingRepository(this.#db, this.#nodeId);
    for (const record of this.#calls.values()) {
      const files = new Set(filesOf(record));
      const range = { from: record.startedAt, to: record.startedAt + 1 };
      if (files.size > 0) await recordings.markDeleted({ files, ...range, deletedAt: this.#erasure.now });
    }
  }

  async #eraseEvents(): Promise<number> {
    const types = await this.#db.selectFrom('event_layout').selectAll().execute();
    const layouts = new Map(types.map((layout) => [layout.id, layout.types]));
    const of = this.#times();
    let changed = 0;
    for await (const row of this.#rowsWith('event_batch', ['tenant_id', 'first_seq'], ['body'], of)) {
      const { first_seq, layout, body } = row as { first_seq: number; layout: string; body: string };
      const erased = editBody(body, layouts.get(layout)!, (...event) => this.#eraseValue(...event));
      if (erased === undefined) continue;
      changed++;
      if (this.#erasure.dryRun) continue;
      await this.#db
        .updateTable('event_batch')
        .set({ body: storableJson(erased) })
        .where('tenant_id', '=', this.#erasure.tenantId)
        .where('first_seq', '=', first_seq)
        .execute();
    }
    return changed;
  }

  /** One value of an event. What companies set up stays: it is changed there. */
  #eraseValue(type: string, callId: string | undefined, field: string, value: unknown): unknown {
    if (type === 'entity' || (callId !== undefined && this.#held.has(callId))) return value;
    const isHis = callId !== undefined && this.#calls.has(callId);
    if (isHis && ((type === 'keyed' && field === 'digits') || isNote(type, field, value))) return '';
    if (type === 'imported' && field === 'record') {
      const record = value as Cdr;
      if (this.#held.has(record.callId)) return value;
      return this.#calls.has(record.callId) ? this.#erased(record) : value;
    }
    return this.#person.replaceInJson(value, this.#erasure.token);
  }

  /** Rows of events while his calls lasted and were written up: what he keyed, or was noted of him, does not hold his number. */
  #times(): RawBuilder<boolean> {
    const records = [...this.#calls.values()];
    if (records.length === 0) return sql<boolean>`false`;
    const from = records.reduce((least, { startedAt }) => Math.min(least, startedAt), Infinity);
    const to = records.reduce((most, { endedAt }) => Math.max(most, endedAt), 0);
    const meanwhile = sql<boolean>`(to_at >= ${from} and from_at <= ${to + NOTED_MS})`;
    // What is written of a message, or said of a call, comes whenever it does: not of a batch, but told by the store alone.
    const isHandled = records.some(({ voicemail, noted, flag }) => voicemail?.handling || noted || flag);
    return isHandled ? sql<boolean>`(${meanwhile} or batch is null)` : meanwhile;
  }

  async #eraseTable({ name, key, isSetUp, personal, texts }: (typeof OTHER_TABLES)[number]): Promise<void> {
    for await (const row of this.#rowsWith(name, key, personal)) {
      if (!this.#isIn(row, personal) || this.#held.has(String(row.call_id))) continue;
      if (isSetUp)
        this.#setUp.add(`${name} ${String(row.kind ?? '')} ${String(row.name ?? row.list ?? row.id)}`);
      else await this.#update(name, key, row, this.#erasedColumns(row, personal, texts));
    }
  }

  /** What agents noted of his calls, and others wrote beside them. */
  async #eraseNotes(): Promise<void> {
    for (const [table, column] of [
      ['agent_time', 'note'],
      ['call_note', 'text'],
      ['missed_call_work', 'note'],
      ['call_draft', 'note'],
      ['call_draft', 'hand_over'],
      ['agent_task', 'text'],
    ] as const) {
      const { key } = TABLE_FACTS[table];
      const hasText = sql<boolean>`(${sql.ref(column)} is not null and ${sql.ref(column)} <> '')`;
      for await (const row of this.#rowsWith(table, key, [column], hasText)) {
        if (this.#calls.has(String(row.call_id))) await this.#update(table, key, row, { [column]: '' });
      }
    }
  }

  async #eraseRecords(): Promise<void> {
    const { key, texts } = TABLE_FACTS.cdr;
    const columns = RECORD_COLUMNS.filter((column) => column !== 'record' && column !== 'search');
    for await (const row of this.#rowsWith('cdr', key, RECORD_COLUMNS)) {
      if (!this.#calls.has(String(row.call_id))) continue;
      const record = this.#erased(readRecord(String(row.record)));
      const erased = this.#erasedColumns(row, columns, texts);
      const made = { search: searchText(record), record: storedRecord(record) };
      await this.#update('cdr', key, row, { ...erased, ...made });
    }
  }

  #erased(record: Cdr): Cdr {
    const { token, now } = this.#erasure;
    const { keys, recordings, voicemail, targets, noted, flag, ...rest } = record;
    const deletedAt = (before: number | null | undefined) => before ?? now;
    return {
      ...this.#person.replaceInJson(rest, token),
      targets: this.#person
        .replaceInJson(targets, token)
        .map((each) => ({ ...each, note: typeof each.note === 'string' ? '' : each.note })),
      noted: noted && { ...noted, note: noted.note === null ? null : '' },
      flag: flag && { ...flag, reason: flag.reason === null ? null : '' },
      keys: keys.map((each) => ({ ...each, digits: '' })),
      recordings: recordings.map((each) => ({
        ...each,
        deletedAt: deletedAt(each.deletedAt),
        deletedBecause: this.#person.replaceInJson(each.deletedBecause ?? null, token),
      })),
      voicemail: voicemail && { ...withoutWords(voicemail), deletedAt: deletedAt(voicemail.deletedAt) },
    };
  }

  #erasedColumns(row: Row, columns: readonly string[], texts: TableFacts['texts']): Row {
    const { token } = this.#erasure;
    const erased = (column: string, value: unknown) => {
      if (typeof value !== 'string') return value;
      if (!texts[column]!.endsWith('json')) return this.#person.replaceIn(value, token);
      return json(this.#person.replaceInJson(JSON.parse(value), token));
    };
    return Object.fromEntries(columns.map((column) => [column, erased(column, row[column])]));
  }

  async #update(table: keyof Tables, key: readonly string[], row: Row, values: Row): Promise<void> {
    this.#rows[table] = (this.#rows[table] ?? 0) + 1;
    if (this.#erasure.dryRun) return;
    const assignments = Object.entries(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
    const place = key.map((column) => sql`${sql.ref(column)} = ${row[column]}`);
    const update = sql`update ${sql.table(table)} set ${sql.join(assignments)} where ${sql.join(place, sql` and `)}`;
    await update.execute(this.#db);
  }

  #isIn(row: Row, columns: readonly string[]): boolean {
    return columns.some((column) => this.#person.isIn(String(row[column] ?? '')));
  }

  /** The company's rows that may hold the person, or that `also` names. */
  async *#rowsWith(
    table: keyof Tables,
    key: readonly string[],
    columns: readonly string[],
    also: RawBuilder<boolean> = sql<boolean>`false`,
  ): AsyncGenerator<Row> {
    const pattern = `%${this.#person.core}%`;
    const texts = columns.map((column) => sql`cast(${sql.ref(column)} as text) like ${pattern}`);
    const wanted = sql.join([...texts, also], sql` or `);
    for await (const bite of bitesOf(this.#db, table, key, this.#erasure.tenantId)) {
      const query = sql<Row>`select * from ${sql.table(table)} where ${bite} and (${wanted})`;
      yield* (await query.execute(this.#db)).rows;
    }
  }
}

function withoutWords(message: CdrVoicemail): CdrVoicemail {
  const { handling } = message;
  if (!handling) return message;
  const deletedBecause = handling.deletedBecause === null ? null : '';
  return withHandling(message, { ...handling, note: '', deletedBecause });
}

/** Words about him that somebody wrote down. */
const isNote = (type: string, field: string, value: unknown): boolean =>
  typeof value === 'string' &&
  (((type === 'agent' || type === 'noted') && field === 'note') ||
    (type === 'flagged' && field === 'reason') ||
    (type === 'message' && (field === 'note' || field === 'because')));

const json = (value: unknown): string => storableJson(JSON.stringify(value));
