/** Agents' events and times that a version before wrote, when their states had other names and fewer of them were told apart. */
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUCKET_MS } from '../../../src/metric/cubes.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { POSTGRES_TYPES, SQLITE_TYPES } from '../../../src/store/column-types.ts';
import { migrationsFor } from '../../../src/store/migrations.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { postgresDialect } from '../../../src/store/postgres/postgres-dialect.ts';
import { rebuilt } from '../../support/rebuilt.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

const LAST_BEFORE = '2027-04-records-by-month';
/** Of this month, whose partition is there. */
const AT = Date.now() - (Date.now() % BUCKET_MS);
const FIELDS = '[["agent",["agent","did","state","reason","callId","queue"]]]';
const EVENTS = [
  [0, 0, 0, '8001', 'log-in', 'idle', null, null, null],
  [0, 0, 5_000, '8001', 'pause', 'paused', 'lunch', null, null],
  [0, 0, 9_000, '8001', 'resume', 'idle', null, null, null],
  [0, 0, 10_000, '8001', 'log-out', 'logged-out', null, null, null],
].flat();

/** The tables as they were. */
async function makeFormer({ location }: StorePlace): Promise<void> {
  const [dialect, types] =
    location.engine === 'sqlite'
      ? [new SqliteDialect({ database: new Database(location.file) }), SQLITE_TYPES]
      : [postgresDialect(location.url, { max: 1 }), POSTGRES_TYPES];
  const db = new Kysely<unknown>({ dialect });
  const provider = { getMigrations: async () => migrationsFor(types) };
  const { error } = await new Migrator({ db, provider }).migrateTo(LAST_BEFORE);
  await db.destroy();
  expect(error).toBeUndefined();
}

describe.each(DATABASES)('$name', (engine) => {
  describe.skipIf(engine.missing)(titleOn('states of agents under their former names', engine), () => {
    let place: StorePlace;
    beforeEach(async () => {
      place = await engine.makeEmpty();
    });
    afterEach(() => place.remove());

    it('are read, counted and rebuilt under those of today', async () => {
      await makeFormer(place);
      const body = JSON.stringify({ at: AT, calls: [], events: EVENTS });
      await place.sql(`insert into event_layout (id, types) values ('former', '${FIELDS}')`);
      await place.sql("insert into event_head (tenant_id, seq) values ('demo', 4)");
      await place.sql(`insert into event_batch
        (tenant_id, first_seq, events, node_id, batch, from_at, to_at, layout, body)
        values ('demo', 1, 4, 'n1', 1, ${AT}, ${AT + 10_000}, 'former', '${body}')`);
      const times = [
        ['idle', 0, 5_000, null],
        ['paused', 5_000, 9_000, 'lunch'],
        ['idle', 9_000, 10_000, null],
      ] as const;
      for (const [state, from, until, reason] of times)
        await place.sql(`insert into agent_time (tenant_id, agent, from_at, until_at, state, reason, node_id)
          values ('demo', '8001', ${AT + from}, ${AT + until}, '${state}', ${reason && `'${reason}'`}, 'n1')`);
      const others = ['offers', 'answered', 'no_answer', 'refused', 'unreachable', 'cancelled', 'transfers'];
      others.push('consults', 'holds', 'hung_up', 'ring_ms', 'talk_ms', 'hold_ms', 'consult_ms');
      others.push('ringing_ms', 'talking_ms', 'wrap_up_ms');
      await place.sql(`insert into counter_agent
        (tenant_id, bucket, agent, queue, signed_in_ms, idle_ms, paused_ms, ${others.join()})
        values ('demo', ${AT}, '8001', '', 10000, 6000, 4000, ${others.map(() => 0).join()})`);

      const store = await openStore(place.location, {
        nodeId: 'n1',
        clock: systemClock,
        logger: silentLogger,
      });
      const events = (await store.events.read('demo', 0, 10)) as readonly { did?: string; state?: string }[];
      await store.close();
      expect(events.map(({ did, state }) => [did, state])).toEqual([
        ['sign-in', 'ready'],
        ['busy', 'busy'],
        ['ready', 'ready'],
        ['sign-out', 'signed-out'],
      ]);
      const stored = await place.sql('select state, reason from agent_time order by from_at');
      expect(stored.map(({ state, reason }) => [state, reason])).toEqual([
        ['ready', null],
        ['busy', 'lunch'],
        ['ready', null],
      ]);
      const counted = await place.sql('select signed_in_ms, ready_ms, busy_ms, break_ms from counter_agent');
      expect(counted.map((row) => Object.values(row).map(Number))).toEqual([[10_000, 6_000, 4_000, 0]]);
      expect((await rebuilt(place.location, true)).differences).toEqual([]);
    });
  });
});
