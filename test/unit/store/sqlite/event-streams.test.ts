import Database from 'better-sqlite3';
import fc from 'fast-check';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, it } from 'vitest';
import type { CallEvent } from '../../../../src/call/call-events.ts';
import { SQLITE_TYPES } from '../../../../src/store/column-types.ts';
import { EventRepository } from '../../../../src/store/event-repository.ts';
import { FlatEncoder, type FlatEvents } from '../../../../src/store/journal/flat-events.ts';
import { migrate } from '../../../../src/store/migrations.ts';
import type { Tables } from '../../../../src/store/schema.ts';
import { SqliteJournal } from '../../../../src/store/sqlite/sqlite-journal.ts';
import { CallScript, MONDAY_10 } from '../../../support/call-events.ts';

const TENANTS = ['a', 'b', 'c'];
const STEP_MS = 1000;

/** What happens to a database: calls of companies in one batch, one that comes again, one that fails, a restart, retention. */
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.nat({ max: TENANTS.length - 1 }), { minLength: 1, maxLength: 6 }) },
  { weight: 2, arbitrary: fc.constantFrom('again', 'failure', 'restart') },
  { weight: 1, arbitrary: fc.record({ dropsSteps: fc.nat({ max: 12 }) }) },
);

it('streams have no gap and no number twice, whatever becomes of batches, processes and old events', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 25 }), async (happenings) => {
      const db = new Database(':memory:');
      const kysely = new Kysely<Tables>({ dialect: new SqliteDialect({ database: db }) });
      await migrate(kysely, SQLITE_TYPES);
      const events = new EventRepository(kysely);
      let journal = new SqliteJournal(db, 'n1');
      journal.begin(db);
      journal.recover(db);
      let encoder = new FlatEncoder(MONDAY_10);
      let number = 0;
      let last: Parameters<SqliteJournal['write']>[0] | undefined;
      const told = new Map<string, CallEvent[]>(TENANTS.map((tenant) => [tenant, []]));
      let dropped = new Map<string, number>();

      for (const [step, what] of happenings.entries()) {
        const at = MONDAY_10 + step * STEP_MS;
        if (Array.isArray(what)) {
          const flat: FlatEvents = [];
          for (const [index, tenant] of what.entries()) {
            const tenantId = TENANTS[tenant]!;
            const script = new CallScript(`${step}-${index}`, { at, tenantId }).arrive().end();
            for (const event of script.events) encoder.encode(event, flat);
            told.get(tenantId)!.push(...script.events);
          }
          last = { number: ++number, now: at, epoch: encoder.layout.epoch, events: flat };
          journal.write(last);
        } else if (what === 'again') {
          if (last) journal.write(last);
        } else if (what === 'failure') {
          db.exec('alter table cdr rename to gone');
          const script = new CallScript(`${step}`, { at, tenantId: 'a' }).arrive().end();
          const flat: FlatEvents = [];
          for (const event of script.events) encoder.encode(event, flat);
          last = { number: ++number, now: at, epoch: encoder.layout.epoch, events: flat };
          expect(() => journal.write(last!)).toThrow();
          db.exec('alter table gone rename to cdr');
          journal.write(last);
          told.get('a')!.push(...script.events);
        } else if (what === 'restart') {
          journal = new SqliteJournal(db, 'n1');
          journal.recover(db);
          encoder = new FlatEncoder(MONDAY_10 + number + 1);
        } else {
          const before = at - what.dropsSteps * STEP_MS;
          for (const tenant of TENANTS) {
            const gone = (dropped.get(tenant) ?? 0) + (await events.drop(tenant, before));
            dropped = new Map([...dropped, [tenant, gone]]);
          }
        }
      }

      for (const [tenant, all] of told) {
        expect(await events.head(tenant)).toBe(all.length);
        const gone = dropped.get(tenant) ?? 0;
        const kept = await events.read(tenant, 0, 10_000);
        expect(kept.map(({ seq }) => seq)).toEqual(all.slice(gone).map((_, index) => gone + index + 1));
        const names = (list: readonly { readonly type: string }[]) =>
          list.map((event) => ('callId' in event ? `${event.callId} ${event.type}` : ''));
        expect(names(kept)).toEqual(names(all.slice(gone)));
      }
      db.close();
    }),
    { numRuns: 40, seed: 20261129 },
  );
}, 60_000);
