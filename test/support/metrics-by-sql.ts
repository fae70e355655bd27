/** Every metric once more by plain SQL over the records and the agents' events, in place of the counters. */
import Database from 'better-sqlite3';
import type { AgentEvent } from '../../src/acd/agent-events.ts';
import type { Cdr } from '../../src/cdr/cdr.ts';
import type { CounterRow } from '../../src/metric/counter-delta.ts';
import { BUCKET_MS } from '../../src/metric/cubes.ts';
import { figuresOf } from '../../src/metric/figures.ts';
import { METRICS } from '../../src/metric/registry/registry.ts';
import { reportOf } from '../../src/metric/report-of.ts';

/** What "in time" means in this proof. */
const WITHIN_MS = 20_000;

const VIEWS = `
create view call as select tenant, doc ->> 'outcome' outcome, doc ->> 'endedBy' ended_by, doc ->> 'hotline' hotline, doc ->> 'surveyDigit' digit, doc ->> 'surveyRating' rating,
  json_array_length(doc, '$.asks') asked, exists (select 1 from json_each(doc, '$.segments') where value ->> 'kind' = 'survey') surveyed, doc
  from record where doc ->> 'direction' = 'inbound';
create view ask as select tenant, value ->> 'outcome' outcome, value ->> 'waitMs' wait from record, json_each(doc, '$.asks');
create view segment as select tenant, record.id id, value ->> 'kind' kind, value ->> 'queue' queue, value ->> 'startMs' begins, value ->> 'startMs' + (value ->> 'ms') ends from record, json_each(doc, '$.segments');
create view target as select tenant, record.id id, key place, value ->> 'kind' kind, value ->> 'outcome' outcome, value ->> 'queue' queue, value ->> 'ringMs' ring, value ->> 'startMs' begins,
  value ->> 'consultedMs' consulted, value ->> 'connectedMs' connected, value ->> 'endMs' ends, value ->> 'by' brought_by, value ->> 'reason' reason, value ->> 'endedBy' ended_by,
  value ->> 'trunk' trunk, value ->> 'talkMs' talk, value ->> 'holdMs' hold, value ->> 'target' name from record, json_each(doc, '$.targets');
create view agent as select * from target where kind = 'agent';
create view last_spoken as select t.tenant, r.doc ->> 'surveyDigit' digit, r.doc ->> 'surveyRating' rating,
  exists (select 1 from json_each(r.doc, '$.segments') where value ->> 'kind' = 'survey') surveyed from record r join agent t on t.id = r.id
  where t.place = (select max(place) from agent a where a.id = r.id and a.connected is not null and a.name = r.doc ->> 'agent');
create view state_time as select tenant, state, until - at ms from (
  select tenant, agent, state, at, lead(at) over (partition by tenant, agent order by n) until from event) where state <> 'signed-out' and until is not null;
create view leg as select tenant, doc ->> '$.origin.trunk' trunk, doc ->> 'answeredAt' is not null answered, doc ->> 'durationMs' ms from record where doc ->> '$.origin.trunk' is not null
  union all select tenant, trunk, outcome = 'answered', ends - begins from target where trunk is not null;
`;

const calls = (where: string) => `(select count(*) from call where tenant = :t and ${where})`;
const asks = (where: string) => `(select count(*) from ask where tenant = :t and ${where})`;
const agents = (where: string) => `(select count(*) from agent where tenant = :t and ${where})`;
const state = (...names: readonly string[]) =>
  `(select coalesce(sum(ms), 0) from state_time where tenant = :t${names.length === 0 ? '' : ` and state in ('${names.join("', '")}')`})`;
const over = (one: string, other: string) => `select 1.0 * ${one} / nullif(${other}, 0)`;
const sum = (what: string, of: string, where = '1') =>
  `(select coalesce(sum(${what}), 0) from ${of} where tenant = :t and ${where})`;

const ALL = calls('1');
const ASKS = asks('1');
const ANSWERED = asks("outcome = 'answered'");
const ABANDONED = asks("outcome in ('abandoned_queue', 'abandoned_ring')");
const SHORT = asks("outcome in ('abandoned_queue', 'abandoned_ring') and wait <= 5000");
const IN_TIME = asks(`outcome = 'answered' and wait <= ${WITHIN_MS}`);
const LOST = calls("outcome in ('abandoned', 'busy', 'ivr_lost', 'failed', 'unanswered')");
const TOOK = agents("outcome like 'answered%'");
const SIGNED_IN = state();
const SERVING = state('talking', 'hold', 'consulting', 'conference', 'wrap-up');
const within = (seconds: number) => over(asks(`outcome = 'answered' and wait <= ${seconds * 1000}`), ASKS);
const rings = (ms: number) =>
  over(
    agents(`queue is not null and outcome = 'answered' and ring <= ${ms}`),
    agents("queue is not null and outcome = 'answered'"),
  );

function satisfaction(view: string, prefix: string): Readonly<Record<string, string>> {
  const count = (where: string) => `(select count(*) from ${view} where tenant = :t and ${where})`;
  const good = count("rating in ('very-satisfied', 'satisfied')");
  const rated = count('rating is not null');
  const points =
    "case rating when 'very-satisfied' then 4 when 'satisfied' then 3 when 'fair' then 2 when 'dissatisfied' then 1 end";
  return {
    [`${prefix}satisfaction of-rated`]: over(good, rated),
    [`${prefix}satisfaction of-asked`]: over(good, count('surveyed')),
    [`${prefix}average_score four-to-one`]: `select avg(${points}) from ${view} where tenant = :t`,
    [`${prefix}dissatisfaction of-rated`]: over(count("rating = 'dissatisfied'"), rated),
    [`${prefix}response_rate of-asked`]: over(count('digit is not null'), count('surveyed')),
  };
}

/** By metric and the way to reckon it. */
const BY_SQL: Readonly<Record<string, string>> = {
  'calls count': `select ${ALL}`,
  'answered_calls count': `select ${calls("outcome = 'answered'")}`,
  'self_served_calls count': `select ${calls("outcome = 'self_served'")}`,
  'lost_calls count': `select ${LOST}`,
  'blocked_calls count': `select ${calls("outcome = 'blocked'")}`,
  'busy_calls count': `select ${calls("outcome = 'busy'")}`,
  'voicemail_calls count': `select ${calls("outcome = 'voicemail'")}`,
  'callback_calls count': `select ${calls("outcome = 'callback'")}`,
  'asks count': `select ${ASKS}`,
  'answered_asks count': `select ${ANSWERED}`,
  'abandoned_asks count': `select ${ABANDONED}`,
  'line_answer_rate share': over(calls("outcome not in ('busy', 'failed')"), ALL),
  'busy_rate share': over(calls("outcome = 'busy'"), ALL),
  'ivr_lost_rate share': over(calls("outcome = 'ivr_lost'"), ALL),
  'self_service_rate share': over(calls("outcome = 'self_served'"), ALL),
  'asked_rate share': over(calls('asked > 0'), ALL),
  'answer_rate of-asks': over(ANSWERED, ASKS),
  'answer_rate of-calls': over(calls("outcome = 'answered'"), ALL),
  'answer_rate with-self-service': over(calls("outcome in ('answered', 'self_served')"), ALL),
  'loss_rate not-answered': over(asks("outcome <> 'answered'"), ASKS),
  'loss_rate of-calls': over(calls("outcome <> 'answered'"), ALL),
  'loss_rate all-losses': over(LOST, ASKS),
  'service_level of-asks': over(IN_TIME, ASKS),
  'service_level of-answered': over(IN_TIME, ANSWERED),
  'service_level without-short-abandons': over(IN_TIME, `(${ASKS} - ${SHORT})`),
  'service_level with-abandons': over(
    asks(`outcome in ('answered', 'abandoned_queue', 'abandoned_ring') and wait <= ${WITHIN_MS}`),
    asks("outcome in ('answered', 'abandoned_queue', 'abandoned_ring')"),
  ),
  ...Object.fromEntries([5, 10, 15, 20, 30].map((each) => [`answered_within_${each} of-asks`, within(each)])),
  'answered_within_3_rings of-answered': rings(11_000),
  'answered_within_4_rings of-answered': rings(16_000),
  'abandon_rate of-asks': over(ABANDONED, ASKS),
  'abandon_rate without-short': over(`(${ABANDONED} - ${SHORT})`, `(${ASKS} - ${SHORT})`),
  'abandon_rate with-ivr': over(calls("outcome in ('abandoned', 'ivr_lost')"), ALL),
  'average_speed_of_answer from-queue': over(sum('wait', 'ask', "outcome = 'answered'"), ANSWERED),
  'average_wait of-asks': over(sum('wait', 'ask'), ASKS),
  'average_time_to_abandon of-abandoned': over(
    sum('wait', 'ask', "outcome in ('abandoned_queue', 'abandoned_ring')"),
    ABANDONED,
  ),
  'offers default': `select ${agents('1')}`,
  'agent_answered default': `select ${TOOK}`,
  'no_answer_rate default': over(
    agents(
      "outcome like 'no-answer%' or tenant = :t and outcome like 'busy%' or tenant = :t and outcome like 'rejected%'",
    ),
    agents('1'),
  ),
  'average_ring default': over(sum('ring', 'agent', 'begins is not null and ends is not null'), agents('1')),
  'average_talk default': over(sum('talk', 'agent'), TOOK),
  'average_hold default': over(sum('hold', 'agent'), TOOK),
  'holds default': `select count(*) from agent a join segment s on s.id = a.id where a.tenant = :t and (
    a.connected is not null and s.kind = 'hold' and min(a.ends, s.ends) > max(a.connected, s.begins)
    or a.consulted is not null and s.kind in ('hold', 'talk') and min(coalesce(a.connected, a.ends), s.ends) > max(a.consulted, s.begins))`,
  'average_wrap_up default': over(state('wrap-up'), TOOK),
  'average_handling_time with-hold': over(`(${sum('talk + hold', 'agent')} + ${state('wrap-up')})`, TOOK),
  'average_handling_time without-hold': over(`(${sum('talk', 'agent')} + ${state('wrap-up')})`, TOOK),
  'transfer_rate default': over(
    `(select count(*) from agent a join target b on b.id = a.id and b.brought_by = a.place where a.tenant = :t and b.connected is not null and b.reason in ('transfer', 'consult'))`,
    TOOK,
  ),
  'consult_rate default': over(
    `(select count(*) from agent a join target b on b.id = a.id and b.brought_by = a.place where a.tenant = :t and b.reason = 'consult')`,
    TOOK,
  ),
  'agent_hung_up_rate default': over(agents("ended_by = 'target'"), TOOK),
  'caller_hung_up_rate default': over(calls("ended_by = 'caller'"), ALL),
  'calls_per_hour default': over(`${TOOK} * 3600000.0`, SIGNED_IN),
  'signed_in_time default': `select ${SIGNED_IN}`,
  'ready_time default': `select ${state('ready')}`,
  'talk_time default': `select ${state('talking')}`,
  'busy_time default': `select ${state('busy')}`,
  'break_time default': `select ${state('break')}`,
  'busy_share default': over(state('busy'), SIGNED_IN),
  'break_share default': over(state('break'), SIGNED_IN),
  'utilisation default': over(SERVING, SIGNED_IN),
  'talk_utilisation default': over(state('talking'), SIGNED_IN),
  'occupancy default': over(
    SERVING,
    `(${SIGNED_IN} - ${state('break', 'busy', 'meeting', 'training', 'unreachable')})`,
  ),
  'average_duration default': over(
    "(select coalesce(sum(doc ->> 'durationMs'), 0) from call where tenant = :t)",
    ALL,
  ),
  ...satisfaction('call', ''),
  ...satisfaction('last_spoken', 'agent_'),
  'survey_invitation_rate of-answered': over(calls('surveyed'), calls("outcome = 'answered'")),
  'trunk_calls count': 'select count(*) from leg where tenant = :t',
  'trunk_answer_rate share': over(sum('answered', 'leg'), '(select count(*) from leg where tenant = :t)'),
  'erlang erlang': over(sum('ms', 'leg'), ':time'),
  'area_calls count': `select ${ALL}`,
  'area_answer_rate of-calls': over(calls("outcome = 'answered'"), ALL),
  'area_average_talk of-answered': over(
    `(select coalesce(sum(s.value ->> 'ms'), 0) from call, json_each(doc, '$.segments') s where tenant = :t and s.value ->> 'kind' in ('talk', 'conference'))`,
    calls("outcome = 'answered'"),
  ),
};

/** Throws with the first metric of a company whose figure of the counters is another than that of the records. */
export async function proveMetrics(
  rows: readonly CounterRow[],
  cdrs: readonly Cdr[],
  events: readonly AgentEvent[],
): Promise<void> {
  const database = databaseOf(cdrs, events);
  const [from, to] = spanOf(rows);
  const wishes = METRICS.flatMap(({ id, variants }) =>
    variants.map((variant) => ({ metric: id, variant: variant.id })),
  );
  const counters = {
    report: (query: Parameters<typeof reportOf>[1]) => Promise.resolve(reportOf(rows, query)),
  };
  for (const tenantId of new Set(rows.map((row) => row.tenantId))) {
    const time = { from, to, step: 'all', zone: 'Asia/Shanghai' } as const;
    const { totals } = await figuresOf(counters, {
      ...{ tenantId, metrics: wishes, by: [], only: {}, withinMs: WITHIN_MS, ...time },
    });
    for (const [at, { metric, variant }] of wishes.entries()) {
      const name = `${metric} ${variant}`;
      const sql = BY_SQL[name];
      if (!sql) throw new Error(`no SQL for the metric ${name}`);
      const expected = database
        .prepare(sql)
        .pluck()
        .get({ t: tenantId, time: to - from }) as number | null;
      const { value } = totals[at]!;
      const isEqual =
        value === expected ||
        Math.abs((value ?? Number.NaN) - (expected ?? Number.NaN)) < 1e-9 * Math.abs(value ?? 0);
      if (!isEqual)
        throw new Error(`${name} of ${tenantId}: ${value} by the counters, ${expected} by the records`);
    }
  }
  database.close();
}

function databaseOf(cdrs: readonly Cdr[], events: readonly AgentEvent[]) {
  const database = new Database(':memory:');
  database.exec(
    'create table record (id text, tenant text, doc text); create table event (n integer, tenant text, agent text, at integer, state text)',
  );
  database.exec(VIEWS);
  const record = database.prepare('insert into record values (?, ?, ?)');
  for (const cdr of cdrs) if (cdr.outcome !== null) record.run(cdr.callId, cdr.tenantId, JSON.stringify(cdr));
  const event = database.prepare('insert into event values (?, ?, ?, ?, ?)');
  for (const [at, each] of events.entries()) event.run(at, each.tenantId, each.agent, each.at, each.state);
  return database;
}

function spanOf(rows: readonly CounterRow[]): readonly [number, number] {
  const buckets = rows.map(({ bucket }) => bucket);
  return [Math.min(...buckets, BUCKET_MS * 1e6), Math.max(...buckets, 0) + BUCKET_MS];
}
