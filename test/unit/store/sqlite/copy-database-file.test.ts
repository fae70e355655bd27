import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyDatabaseFile } from '../../../../src/store/sqlite/copy-database-file.ts';

let dir: string;
let db: Database.Database;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-copy-file-'));
  db = new Database(join(dir, 'a.db'));
  db.pragma('journal_mode = WAL');
  db.exec('create table t (n integer, filler text)');
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

const add = (n: number) => db.prepare('insert into t values (?, ?)').run(n, 'x'.repeat(4000));

it('copies one moment, however often the database is written meanwhile', async () => {
  db.transaction(() => {
    for (let n = 0; n < 6000; n++) add(n);
  })();
  let steps = 0;
  const to = join(dir, 'b.db');
  await copyDatabaseFile(join(dir, 'a.db'), to, ({ done, total }) => {
    expect(done).toBeLessThanOrEqual(total);
    // Each would begin the copy anew if it were not held to its moment.
    add(100_000 + steps++);
  });
  expect(steps).toBeGreaterThan(2);
  expect(statSync(to).mode & 0o777).toBe(0o600);
  const copy = new Database(to, { readonly: true });
  expect(copy.prepare('select count(*), max(n) from t').raw().get()).toEqual([6000, 5999]);
  copy.close();
});

it('leaves nothing behind when it fails', async () => {
  await expect(copyDatabaseFile(join(dir, 'none.db'), join(dir, 'b.db'))).rejects.toThrow();
  await expect(copyDatabaseFile(join(dir, 'a.db'), join(dir, 'no/b.db'))).rejects.toThrow();
  expect(readdirSync(dir).filter((name) => name.startsWith('b'))).toEqual([]);
  expect(existsSync(join(dir, 'no'))).toBe(false);
});
