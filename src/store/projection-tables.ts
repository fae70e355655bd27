import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

type Column = readonly [name: string, type: 'text' | 'integer', isNull?: 'null'];

const CALL: readonly Column[] = [
  ['started_at', 'integer'],
  ['call_id', 'text'],
];
const PART: readonly Column[] = [...CALL, ['no', 'integer'], ['tenant_id', 'text']];
const BUCKET: readonly Column[] = [
  ['tenant_id', 'text'],
  ['bucket', 'integer'],
];

const texts = (...names: string[]): Column[] => names.map((name) => [name, 'text']);
const nullTexts = (...names: string[]): Column[] => names.map((name) => [name, 'text', 'null']);
const integers = (...names: string[]): Column[] => names.map((name) => [name, 'integer']);
const nullIntegers = (...names: string[]): Column[] => names.map((name) => [name, 'integer', 'null']);

/** As a migration made them: it never changes, while `metric/cubes.ts` may. */
const HOTLINE_COUNTERS = [
  ...['calls', 'answered', 'abandoned', 'overflowed_out', 'callback', 'voicemail', 'transferred_out'],
  ...['self_served', 'ivr_lost', 'blocked', 'busy', 'failed', 'unanswered'],
  ...['ended_by_caller', 'ended_by_target', 'ended_by_engine', 'asked_calls'],
  ...['asks', 'ask_answered', 'ask_abandoned_queue', 'ask_abandoned_ring', 'ask_overflow_timeout'],
  ...['ask_overflow_full', 'ask_overflow_no_agent', 'ask_left_by_key', 'ask_callback', 'ask_to_voicemail'],
  ...['wait_ms', 'answered_wait_ms', 'abandoned_wait_ms', 'surveys_asked', 'surveys_scored'],
  ...['setup_ms', 'ivr_ms', 'queue_ms', 'ring_ms', 'talk_ms', 'hold_ms', 'consult_ms', 'conference_ms'],
  ...['survey_ms', 'voicemail_ms'],
];
const AGENT_COUNTERS = [
  ...['offers', 'answered', 'no_answer', 'refused', 'unreachable', 'cancelled'],
  ...['transfers', 'consults', 'holds', 'hung_up', 'ring_ms', 'talk_ms', 'hold_ms', 'consult_ms'],
  ...['signed_in_ms', 'idle_ms', 'ringing_ms', 'talking_ms', 'wrap_up_ms', 'paused_ms'],
];

/** What is made of events beside the record: see README.md. */
export async function createProjections(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const create = (name: string, key: readonly string[], columns: readonly Column[]) =>
    createTable(db, types, name, key, columns);
  const segment = [...texts('kind', 'owner'), ...nullTexts('queue'), ...integers('start_ms', 'ms')];
  await create('call_segment', ['started_at', 'call_id', 'no'], [...PART, ...segment]);
  await create(
    'call_target',
    ['started_at', 'call_id', 'no'],
    [
      ...PART,
      ...texts('target', 'outcome'),
      ...nullTexts('kind', 'reason'),
      ...nullIntegers('by_no'),
      ...nullTexts('from_call', 'queue', 'trunk', 'ended_by'),
      ...nullIntegers('start_ms'),
      ...integers('ring_ms'),
      ...nullIntegers('consulted_ms', 'connected_ms', 'end_ms'),
      ...nullIntegers('talk_ms', 'hold_ms', 'consult_ms', 'wrap_up_ms'),
    ],
  );
  await create(
    'call_ask',
    ['started_at', 'call_id', 'no'],
    [
      ...PART,
      ...texts('queue'),
      ...integers('priority', 'start_ms', 'wait_ms'),
      ...texts('outcome'),
      ...nullTexts('ending', 'agent'),
      ...nullIntegers('previous_no'),
    ],
  );
  await create(
    'missed_call',
    ['started_at', 'call_id'],
    [
      ...CALL,
      ...texts('tenant_id', 'caller', 'called'),
      ...nullTexts('hotline', 'queue'),
      ...texts('outcome'),
      ...integers('wait_ms', 'ended_at'),
      ...nullIntegers('closed_at'),
      ...nullTexts('closed_by'),
    ],
  );
  await create(
    'agent_time',
    ['tenant_id', 'agent', 'from_at'],
    [
      ...texts('tenant_id', 'agent'),
      ...integers('from_at'),
      ...nullIntegers('until_at'),
      ...texts('state'),
      ...nullTexts('reason', 'call_id', 'queue'),
      ...texts('node_id'),
    ],
  );
  await createCounters(db, types);
  // Those that are settled are most, and nobody looks for them by their caller.
  await sql`create index missed_call_open on missed_call (tenant_id, caller) where closed_at is null`.execute(
    db,
  );
  await sql`create index agent_time_open on agent_time (node_id) where until_at is null`.execute(db);
}

async function createCounters(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const create = (name: string, axes: readonly Column[], counters: readonly string[]) => {
    const key = [...BUCKET, ...axes].map(([column]) => column);
    return createTable(db, types, name, key, [...BUCKET, ...axes, ...integers(...counters)]);
  };
  await create('counter_hotline', texts('hotline', 'queue', 'direction'), HOTLINE_COUNTERS);
  await create('counter_agent', texts('agent', 'queue'), AGENT_COUNTERS);
  await create('counter_trunk', texts('trunk', 'direction'), ['calls', 'answered', 'occupied_ms']);
  const area = ['calls', 'answered', 'abandoned', 'asked_calls', 'talk_ms'];
  await create('counter_area', texts('hotline', 'area'), area);
  await create('counter_result', texts('hotline', 'class', 'result'), ['calls']);
  await create('histogram', [...texts('queue', 'measure'), ...integers('bound')], ['n']);
}

const RATINGS = ['rated_very_satisfied', 'rated_satisfied', 'rated_fair', 'rated_dissatisfied'];

/** Of calls before, a rebuild counts them. */
export async function addRatings(db: Kysely<unknown>, { integer }: ColumnTypes): Promise<void> {
  const counters = {
    counter_hotline: RATINGS,
    counter_agent: ['surveys_asked', 'surveys_scored', ...RATINGS],
  };
  for (const [table, columns] of Object.entries(counters)) {
    for (const name of columns) {
      const added = db.schema
        .alterTable(table)
        .addColumn(name, integer, (column) => column.notNull().defaultTo(0));
      await added.execute();
    }
  }
}

async function createTable(
  db: Kysely<unknown>,
  types: ColumnTypes,
  name: string,
  key: readonly string[],
  columns: readonly Column[],
): Promise<void> {
  let table = db.schema.createTable(name) as ReturnType<typeof db.schema.createTable>;
  for (const [column, type, isNull] of columns) {
    table = table.addColumn(column, types[type], (each) => (isNull ? each : each.notNull()));
  }
  table = table.addPrimaryKeyConstraint(`${name}_pk`, key as string[] as never);
  // The key is the table: without a number of its own a row is half as large.
  await (types.engine === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table).execute();
}
