import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { PbxError } from '../shared/errors.ts';
import { rowsOf } from '../store/backup.ts';
import { copyStore, type TableProgress } from '../store/copy-store.ts';
import { appendFacts } from '../store/event-repository.ts';
import { requireNoneWaiting } from '../store/journal/waiting-files.ts';
import { openDatabase } from '../store/open-store.ts';
import type { StoreLocation } from '../store/store.ts';
import { endedJob } from './keeping.ts';
import { Progress } from './progress.ts';

interface CopyStoreOptions {
  readonly force?: boolean;
  readonly json?: boolean;
  readonly config?: string;
}

/** `pbx400 copy-store <from> <to>`: carries records, accounts, registrations and companies to another database. */
export function copyStoreCommand(write: (text: string) => void, tell: (text: string) => void): Command {
  return new Command('copy-store')
    .description('carry everything in a database to another one, SQLite or PostgreSQL, and compare')
    .argument('<from>', 'the pbx400.db of a data folder, or postgres://user@host/database')
    .argument('<to>', 'the same; made when it is a file that is missing')
    .option('--force', 'replace what the target holds')
    .option('--json', 'one table a line as JSON')
    .option(
      '--config <file>',
      'configuration of one of them: call events that wait for it are looked for, too',
    )
    .addHelpText('after', HELP)
    .action(async (source: string, target: string, options: CopyStoreOptions) => {
      const { force = false, json = false, config } = options;
      const [from, to] = [locationOf(source), locationOf(target)];
      if (JSON.stringify(from) === JSON.stringify(to)) {
        throw new PbxError('input', 'source and target are the same database');
      }
      requireNoneWaiting([...journalOf(config), ...filesOf(from), ...filesOf(to)]);
      const tables = await copy(from, to, force, tell);
      write(json ? tables.map(jsonOf).join('') : textOf(tables));
    });
}

const HELP = `
No PBX may run with either. Both are brought up to date first, as a start does. Nothing is left half done: when the copy
fails or differs, the target is as it was. A password belongs into PGPASSWORD or ~/.pgpass, where no list of processes shows it. Refused while
call events wait for either: beside a pbx400.db they are seen, those of PostgreSQL and in journal.second with --config.`;

const journalOf = (config?: string): readonly string[] =>
  config === undefined ? [] : loadMachine({ file: config }).journal.files;

const filesOf = (location: StoreLocation): readonly string[] =>
  location.engine === 'sqlite' ? [location.file] : [];

function locationOf(text: string): StoreLocation {
  if (!/^postgres(ql)?:\/\//.test(text)) return { engine: 'sqlite', file: resolve(text) };
  if (URL.canParse(text)) return { engine: 'postgres', url: text };
  throw new PbxError('input', 'that is no URL of a database; write postgres://user@host:port/database');
}

async function copy(
  from: StoreLocation,
  to: StoreLocation,
  force: boolean,
  tell: (text: string) => void,
): Promise<readonly TableProgress[]> {
  // A mistyped name would make an empty file and copy that.
  if (from.engine === 'sqlite' && !existsSync(from.file)) {
    throw new PbxError('input', `there is no ${from.file}`);
  }
  const source = await openDatabase(from);
  try {
    const target = await openDatabase(to);
    const progress = new Progress(tell);
    try {
      return await copyStore(source, target, {
        force,
        onProgress: ({ table, rows, total }) => progress.say(table, rows, total),
        finish: (transaction, copied) =>
          appendFacts(transaction, '', [endedJob('copy', { rows: rowsOf(copied) })]),
      });
    } finally {
      progress.end();
      await target.close();
    }
  } finally {
    await source.close();
  }
}

const jsonOf = ({ table, rows }: TableProgress): string => `${JSON.stringify({ table, rows })}\n`;

function textOf(tables: readonly TableProgress[]): string {
  const lines = tables.map(({ table, rows }) => `${table.padEnd(16)}${String(rows).padStart(10)}`);
  const all = tables.reduce((sum, { rows }) => sum + rows, 0);
  return `${lines.join('\n')}\n${all} rows copied, read back and found equal\n`;
}
