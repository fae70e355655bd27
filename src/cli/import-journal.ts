import { resolve } from 'node:path';
import { Command } from 'commander';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { createLogger } from '../shared/logger.ts';
import { EventRepository } from '../store/event-repository.ts';
import type { ImportReport } from '../store/journal/store-left.ts';
import { openDatabase } from '../store/open-store.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { endedJob } from './keeping.ts';
import { configOption, dataOption, readInput } from './options.ts';
import { Progress } from './progress.ts';

interface ImportJournalOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** `pbx400 import journal <file>`: stores the call events that a stop could put nowhere but on standard error. */
export function importJournalCommand(write: (text: string) => void, tell: (text: string) => void): Command {
  return new Command('journal')
    .description('call events that a stop wrote to standard error because no disk took them')
    .argument('<file>', 'what was written to standard error, or a log that holds it among other lines')
    .option('--json', 'the report as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async (file: string, { config: configFile, data, json }: ImportJournalOptions) => {
      readInput(file);
      const config = loadMachine({ file: configFile, overrides: data === undefined ? {} : { data } });
      const logger = createLogger('error');
      const progress = new Progress(tell);
      const onImport = (batches: number) => progress.say('batches', batches, 0);
      const { nodeId, journal: waiting } = config;
      const options = { nodeId, waiting, imports: resolve(file), onImport, logger };
      const database = await openDatabase(config.store, options).finally(() => progress.end());
      const report = database.imported!;
      const told = new EventRepository(database.db, config.nodeId).tell(endedJob('import', report));
      await told.finally(() => database.close());
      write(json ? `${JSON.stringify(report)}\n` : textOf(report));
      if (report.broken > 0) throw new ExitError(EXIT.unavailable);
    });
}

const HELP = `
The PBX must be stopped. Run it before the PBX is started again: calls that the stop cut then get their real end. Later it is as
good for calls that began afterwards; those that were closed with cause restart keep that record. A file that comes twice changes
nothing. Exit code 69: the database cannot be used, the file holds no call events, or some of its lines cannot be read.`;

function textOf({ batches, stored, broken }: ImportReport): string {
  const rest = broken === 0 ? '' : `; ${broken} lines cannot be read`;
  return `${batches} batches of call events read, ${stored} of them new${rest}\n`;
}
