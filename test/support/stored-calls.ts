/** A data folder in which so many calls are stored already: made by the database itself, in five seconds each 100,000. */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../src/store/open-store.ts';
import { makeDatabase } from '../bench/store/bench-database.ts';
import { type CallRange, manyCalls } from './many-calls.ts';

export async function storeCalls(dataDir: string, range: CallRange): Promise<void> {
  const database = await makeDatabase('sqlite');
  if (database.location.engine !== 'sqlite') throw new Error('SQLite is meant');
  await (await openDatabase(database.location)).close();
  await database.fill([manyCalls('sqlite', range)]);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  renameSync(database.location.file, join(dataDir, 'pbx400.db'));
  await database.remove();
}
