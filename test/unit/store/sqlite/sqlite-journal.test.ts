import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SQLITE_TYPES } from '../../../../src/store/column-types.ts';
import { FlatEncoder, type FlatEvents, layoutSince } from '../../../../src/store/journal/flat-events.ts';
import { migrate } from '../../../../src/store/migrations.ts';
import type { Tables } from '../../../../src/store/schema.ts';
import { SqliteJournal } from '../../../../src/store/sqlite/sqlite-journal.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../../support/call-events.ts';

let db: Database.Database;
beforeEach(async () => {
  db = new Database(':memory:');
  await migrate(new Kysely<Tables>({ dialect: new SqliteDialect({ database: db }) }), SQLITE_TYPES);
});
afterEach(() => {
  db.close();
});

const EPOCH = MONDAY_10;
let encoder: FlatEncoder;
beforeEach(() => {
  encoder = new FlatEncoder(EPOCH);
});

const flat = (script: CallScript, from = 0, to?: number): FlatEvents => {
  const events: FlatEvents = [];
  for (const event of script.events.slice(from, to)) encoder.encode(event, events);
  return events;
};
const write = (journal: SqliteJournal, number: number, now: number, events: FlatEvents) =>
  journal.write({ number, now, epoch: EPOCH, events });
const count = (table: string) => db.prepare(`select count(*) from ${table}`).pluck().get();
const causes = () => db.prepare('select call_id, cause, ended_at from cdr order by call_id').raw().all();

describe('SqliteJournal', () => {
  it('journals only calls that outlive their batch and empties itself when none is open', () => {
    const journal = new SqliteJournal(db, 'n1');
    write(journal, 1, 0, flat(sampleCall('short')));
    expect([count('call_journal'), count('cdr')]).toEqual([0, 1]);
    const long = sampleCall('long');
    write(journal, 2, 0, flat(long, 0, 3));
    expect(count('call_journal')).toBe(1);
    write(journal, 3, 0, flat(long, 3));
    expect([count('call_journal'), count('cdr')]).toEqual([0, 2]);
  });

  it('writes a batch once that comes again after a failure', () => {
    const journal = new SqliteJournal(db, 'n1');
    const script = sampleCall('c1');
    write(journal, 1, 0, flat(script, 0, 5));
    db.exec('alter table cdr rename to gone');
    expect(() => write(journal, 2, 0, flat(script, 5))).toThrow();
    expect(() => write(journal, 2, 0, flat(script, 5))).toThrow();
    db.exec('alter table gone rename to cdr');
    write(journal, 2, 0, flat(script, 5));
    expect(count('call_journal')).toBe(0);
    const record = JSON.parse(db.prepare('select record from cdr').pluck().get() as string);
    expect(record.targets).toHaveLength(2);
    expect(record.path).toHaveLength(3);
  });

  it('writes a batch once that comes again to another process', () => {
    const script = sampleCall('c1');
    write(new SqliteJournal(db, 'n1'), 7, 0, flat(script));
    db.exec('delete from cdr');
    const again = new SqliteJournal(db, 'n1');
    expect([again.lastBatch(), new SqliteJournal(db, 'n2').lastBatch()]).toEqual([7, 0]);
    write(again, 7, 0, flat(script));
    expect(count('cdr')).toBe(0);
    write(again, 8, 0, flat(sampleCall('c2')));
    expect([count('cdr'), again.lastBatch()]).toEqual([1, 8]);
  });

  it('loses nothing while the disk is full', () => {
    const journal = new SqliteJournal(db, 'n1');
    const script = new CallScript('big').arrive().emit('step', { step: 'x', why: 'y'.repeat(200_000) });
    write(journal, 1, 0, flat(sampleCall('before')));
    const pages = db.pragma('page_count', { simple: true });
    db.pragma(`max_page_count = ${pages}`);
    const events = flat(script.end());
    expect(() => write(journal, 2, 0, events)).toThrow(/full/);
    db.pragma('max_page_count = 100000');
    write(journal, 2, 0, events);
    expect(causes().map((row) => (row as unknown[])[0])).toEqual(['before', 'big']);
  });

  it('ends cut calls when the process was last seen alive', () => {
    const journal = new SqliteJournal(db, 'n1');
    write(journal, 1, MONDAY_10 + 100, flat(new CallScript('cut').arrive()));
    write(journal, 2, MONDAY_10 + 5000, []);
    expect(new SqliteJournal(db, 'n1').recover(db)).toBe(1);
    expect(causes()).toEqual([['cut', 'restart', MONDAY_10 + 5000]]);
    expect(new SqliteJournal(db, 'n1').recover(db)).toBe(0);
    expect(count('call_journal')).toBe(0);
  });

  it('does not revive a call that ended while others went on', () => {
    const journal = new SqliteJournal(db, 'n1');
    const other = new CallScript('other').arrive();
    const script = sampleCall('c1');
    write(journal, 1, 0, [...flat(script, 0, 5), ...flat(other)]);
    write(journal, 2, 0, flat(script, 5));
    db.exec('delete from cdr');
    expect(new SqliteJournal(db, 'n1').recover(db)).toBe(1);
    expect(causes().map((row) => (row as unknown[])[0])).toEqual(['other']);
  });

  it('stays small while one call lasts for ever', () => {
    const journal = new SqliteJournal(db, 'n1');
    const forever = new CallScript('forever').arrive().emit('answered', {});
    write(journal, 1, 0, flat(forever));
    const why = 'x'.repeat(100_000);
    for (let batch = 2; batch < 300; batch++) {
      const script = new CallScript(`c${batch}`).arrive().emit('step', { step: 'big', why }).end();
      write(journal, 2 * batch, 0, flat(script, 0, 2));
      write(journal, 2 * batch + 1, 0, flat(script, 2));
    }
    const bytes = db.prepare('select sum(length(events)) from call_journal').pluck().get() as number;
    expect(bytes).toBeLessThan(9 * 1024 * 1024);
    expect(new SqliteJournal(db, 'n1').recover(db)).toBe(1);
    expect(count('cdr')).toBe(299);
  });

  it('reads a journal of an older version, with other types, fields and order', () => {
    const types = [
      ['hummed', ['tune']],
      ['arrived', ['caller', 'callId', 'tenantId', 'direction']],
    ];
    const events = [1, 9, 5, '123', 'old', 'demo', 'inbound', 0, 9, 14, 'la'];
    const row = [JSON.stringify({ epoch: 1000, types }), JSON.stringify(events)];
    db.prepare('insert into call_journal (layout, events) values (?, ?)').run(row);
    db.exec("insert into journal_mark values ('n1', 7, 1)");
    // A column that an old event cannot fill does not stop the start.
    expect(new SqliteJournal(db, 'n1').recover(db)).toBe(1);
    expect(causes()).toEqual([['old', 'restart', 1014]]);
    expect(layoutSince(0).types[0]).toEqual([
      'arrived',
      expect.arrayContaining(['callId', 'tenantId', 'caller']),
    ]);
  });

  it('recovers what was written with any epoch, 0 included', () => {
    encoder = new FlatEncoder(0);
    const events = flat(new CallScript('c1').arrive());
    new SqliteJournal(db, 'n1').write({ number: 1, now: 5, epoch: 0, events });
    expect(new SqliteJournal(db, 'n1').recover(db)).toBe(1);
    expect(causes()).toEqual([['c1', 'restart', MONDAY_10]]);
  });

  it('is not stopped by an event that holds nonsense', () => {
    const journal = new SqliteJournal(db, 'n1');
    const odd = { caller: { toString: () => 'x' }, called: undefined, originName: Number.NaN } as never;
    write(journal, 1, 0, flat(new CallScript('odd').arrive(odd).end({ by: undefined } as never)));
    expect(db.prepare('select caller, called, origin_name from cdr').raw().all()).toEqual([['x', '', 'NaN']]);
  });

  it('finds records by number through an index', () => {
    const plan = (where: string) =>
      db
        .prepare(`explain query plan select record from cdr where ${where} order by started_at desc limit 5`)
        .all();
    expect(JSON.stringify(plan("caller = '1'"))).toContain('cdr_by_caller');
    expect(JSON.stringify(plan("called = '1'"))).toContain('cdr_by_called');
    expect(JSON.stringify(plan('(started_at, call_id) < (5, 1)'))).toContain('cdr_by_start');
  });
});
