import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { PbxError } from '../shared/errors.ts';
import { textTable } from '../shared/text-table.ts';
import type { ComparedTable, Difference } from '../store/compare-table.ts';
import { requireNoneWaiting } from '../store/journal/waiting-files.ts';
import { openDatabase } from '../store/open-store.ts';
import { rebuild } from '../store/rebuild.ts';
import type { StoreLocation } from '../store/store.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { configOption, dataOption } from './options.ts';
import { Progress } from './progress.ts';

interface RebuildOptions {
  readonly check?: boolean;
  readonly json?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** Differences shown to a person. */
const SHOWN = 20;

/** `pbx400 rebuild`: makes records, times of agents and counters anew from the events that are kept, and says what differed. */
export function rebuildCommand(write: (text: string) => void, tell: (text: string) => void): Command {
  return new Command('rebuild')
    .description(
      'make call records, times of agents and counters anew from the events that are kept, and say what differed',
    )
    .option('--check', 'only compare; nothing is written')
    .option('--json', 'one difference, then one table, a line as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async ({ check = false, json = false, config: file, data }: RebuildOptions) => {
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      let shown = 0;
      const onDifference = (difference: Difference) => {
        if (json) write(`${JSON.stringify(difference)}\n`);
        else if (++shown <= SHOWN) write(textOf(difference));
      };
      requireNoneWaiting(config.journal.files);
      const tables = await compare(config.store, check, onDifference, tell);
      write(json ? tables.map((table) => `${JSON.stringify(table)}\n`).join('') : tableOf(tables));
      if (check && tables.some(({ differing }) => differing > 0)) throw new ExitError(EXIT.data);
    });
}

const HELP = `
No PBX may run with the database. Only calls whose events are all kept are compared, and counters of quarters of an hour whose events
are: older ones stay as they are. A record of pbx400 0.1.0 has no events but itself: it is compared and not written. What no events explain is counted and left alone.
Exit code with --check: 0 all is equal, 65 something differs.`;

async function compare(
  location: StoreLocation,
  checks: boolean,
  onDifference: (difference: Difference) => void,
  tell: (text: string) => void,
): Promise<readonly ComparedTable[]> {
  if (location.engine === 'sqlite' && !existsSync(location.file)) {
    throw new PbxError('input', `there is no ${location.file}; name the data folder with --data DIR`);
  }
  const database = await openDatabase(location);
  const progress = new Progress(tell);
  const onProgress = (events: number) => progress.say('events', events, 0);
  try {
    return await rebuild(database, { checks, onDifference, onProgress });
  } finally {
    progress.end();
    await database.close();
  }
}

const textOf = ({ table, tenantId, callId, key, stored, rebuilt }: Difference): string =>
  `${table}: ${callId === undefined ? JSON.stringify(key) : `call ${callId}`} of ${tenantId}\n  stored  ${stored}\n  rebuilt ${rebuilt}\n`;

function tableOf(tables: readonly ComparedTable[]): string {
  return textTable(
    [
      { title: 'table', of: ({ table }) => table },
      { title: 'compared', of: ({ compared }) => String(compared) },
      { title: 'differing', of: ({ differing }) => String(differing) },
      { title: 'unexplained', of: ({ unexplained }) => String(unexplained) },
    ],
    tables,
  );
}
