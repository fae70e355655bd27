/** What the engines that outlive the process promise besides the port. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { findRecords, openDatabase, openRecords, openStore } from '../../../src/store/open-store.ts';
import { MONTHLY_TABLES } from '../../../src/store/postgres/monthly-tables.ts';
import { type Store, StoreError } from '../../../src/store/store.ts';
import { TABLE_FACTS } from '../../../src/store/table-facts.ts';
import { CallScript, sampleCall } from '../../support/call-events.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { DATABASES, type StorePlace } from '../../support/store-engines.ts';

/** A month of a table, on PostgreSQL: it has the columns of the whole. */
const PART = new RegExp(
  `^(${MONTHLY_TABLES.map(({ name }) => name).join('|')})_((before_|after_)?\\d{4}(_\\d{2})?|other)$`,
);

for (const engine of DATABASES) {
  describe.skipIf(engine.missing)(titleOn('a database', engine), () => {
    let place: StorePlace;
    const opened: Store[] = [];
    beforeEach(async () => {
      place = await engine.make();
    });
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
      await place.remove();
    });

    async function open(): Promise<Store> {
      const options = { nodeId: 'n1', clock: systemClock, logger: silentLogger };
      const store = await openStore(place.location, options);
      opened.push(store);
      return store;
    }

    it('lets others read while it is open and after it is closed, and says when there is nothing to read', async () => {
      await place.remove();
      place = await engine.makeEmpty();
      expect(await findRecords(place.location)).toBeUndefined();
      await expect(openRecords(place.location)).rejects.toThrow(/there are no call records/);
      const store = await open();
      for (const event of sampleCall('c1').events) store.journal.append(event);
      await store.journal.flush();
      for (const action of [async () => {}, () => store.close()]) {
        await action();
        const records = await openRecords(place.location);
        expect((await records.cdrs.query({})).cdrs.map(({ callId }) => callId)).toEqual(['c1']);
        expect(await records.entities.isUntouched()).toBe(true);
        await records.close();
      }
    });

    it('lets no second PBX touch the calls of a running one', async () => {
      const first = await open();
      const { events } = sampleCall('c1');
      for (const event of events.slice(0, 5)) first.journal.append(event);
      await first.journal.flush();
      await expect(open()).rejects.toThrow(/another PBX is running with this/);
      for (const event of events.slice(5)) first.journal.append(event);
      await first.close();
      const second = await open();
      expect(second.recoveredCalls).toBe(0);
      expect((await second.cdrs.query({})).cdrs.map(({ cause }) => cause)).toEqual(['normal']);
    });

    it('refuses tables that a newer pbx400 made, and leaves them as they are', async () => {
      await (await open()).close();
      await place.sql("insert into kysely_migration (name, timestamp) values ('2099-01-future', 'x')");
      const before = await place.sql('select * from kysely_migration order by name');
      await expect(open()).rejects.toThrow(StoreError);
      await expect(open()).rejects.toThrow('a newer pbx400 made its tables (2099-01-future)');
      expect(await place.sql('select * from kysely_migration order by name')).toEqual(before);
    });

    it('takes no change of the audit trail, and no removal', async () => {
      const { audit } = await open();
      await audit.append({ tenantId: 'demo', at: 5, action: 'hold', by: 'li', details: { calls: 1 } });
      const forge = ["update audit set by = 'wang'", 'delete from audit'];
      for (const statement of forge)
        await expect(place.sql(statement)).rejects.toThrow(/neither changed nor/);
      expect(await place.sql('select by, node_id from audit')).toEqual([{ by: 'li', node_id: 'n1' }]);
    });

    it('has no table and no column of text of which nobody said what of a person is in it', async () => {
      await (await open()).close();
      const database = await openDatabase(place.location);
      try {
        const tables = await database.db.introspection.getTables();
        const ours = tables.filter(
          ({ name }) => !/^kysely_|^sqlite_|^cdr_gram/.test(name) && !PART.test(name),
        );
        expect(ours.map(({ name }) => name).sort()).toEqual(Object.keys(TABLE_FACTS).sort());
        for (const { name, columns } of ours) {
          const { key, texts } = TABLE_FACTS[name as keyof typeof TABLE_FACTS];
          const text = columns.filter(({ dataType }) => /text|json|char/i.test(dataType));
          expect(text.map((column) => column.name).sort(), name).toEqual(Object.keys(texts).sort());
          expect(columns.map((column) => column.name)).toEqual(expect.arrayContaining([...key]));
        }
      } finally {
        await database.close();
      }
    });

    it('says in each row of a call which process carried it', async () => {
      const store = await open();
      for (const event of sampleCall('c1').events) store.journal.append(event);
      for (const event of new CallScript('open').arrive().events) store.journal.append(event);
      await store.journal.flush();
      expect(await place.sql('select call_id, node_id from cdr')).toEqual([{ call_id: 'c1', node_id: 'n1' }]);
      expect(await place.sql('select node_id from call_journal')).toEqual([{ node_id: 'n1' }]);
    });

    it('can be asked by SQL what is in the JSON of its rows, whatever callers sent', async () => {
      const store = await open();
      const odd = '\u0000 \ud800 \\\\u0000 \u{1f600}达';
      const taken = '\ufffd \ufffd \\\\u0000 \u{1f600}达';
      const script = new CallScript('c1')
        .arrive({ caller: odd })
        .emit('step', { step: 'odd', why: odd })
        .end();
      for (const event of [...sampleCall('c2').events, ...script.events]) store.journal.append(event);
      await store.journal.flush();
      const rows = await place.sql("select record ->> 'agent' as agent from cdr order by call_id");
      expect(rows).toEqual([{ agent: null }, { agent: '8002' }]);
      const { cdrs } = await store.cdrs.query({});
      expect(cdrs.find(({ callId }) => callId === 'c1')).toMatchObject({
        caller: taken,
        path: [{ why: taken }],
      });
      expect(await place.sql("select caller from cdr where call_id = 'c1'")).toEqual([{ caller: taken }]);
    });
  });
}
