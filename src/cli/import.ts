import { basename, join } from 'node:path';
import { Command } from 'commander';
import { readHolidays } from '../calendar/holiday-file.ts';
import type { SpecialDays } from '../calendar/holidays.ts';
import type { Config } from '../config/config.ts';
import { ConfigErrors } from '../config/config-errors.ts';
import { prepareDataDir } from '../config/data-dir.ts';
import { loadAreas, loadAreaTable } from '../numbering/area-source.ts';
import { changedSegments, coverageOf, importSegments } from '../numbering/segments.ts';
import { readCompanies } from '../open-companies.ts';
import { keepHolidays, keepSegments, tableFile } from '../open-tables.ts';
import type { ProposedEntity } from '../provisioning/change.ts';
import { mistakeText } from '../provisioning/check/mistake.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { readAddressed } from '../shared/addressed-file.ts';
import { systemClock } from '../shared/clock.ts';
import { ConfigError, PbxError } from '../shared/errors.ts';
import { systemIds } from '../shared/ids.ts';
import { changeCompanies } from './change-companies.ts';
import { importJournalCommand } from './import-journal.ts';
import { configOption, dataOption, readInput } from './options.ts';
import { who } from './running.ts';

interface ImportOptions {
  readonly config?: string;
  readonly data?: string;
  readonly tableVersion?: string;
  readonly json?: boolean;
}

/** `pbx400 import segments <file>`: proves a segment table (号段表) and takes it for all companies. */
export function importCommand(write: (text: string) => void, tell: (text: string) => void): Command {
  const command = new Command('import').description(
    'take over what all companies share (tenant system), or call events that could not be stored',
  );
  const segments = new Command('segments')
    .description(
      'mobile segments (号段): phone.dat, JSON or CSV of prefixes or runs, gzipped or not; a running PBX takes it at once',
    )
    .argument('<file>', 'the table')
    .option(
      '--table-version <text>',
      'what to call it where the file names no version',
      new Date(systemClock.now()).toISOString().slice(0, 10),
    )
    .option('--json', 'the report as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (file: string, { config: configFile, data, tableVersion, json }: ImportOptions) => {
      const config = loadMachine({ file: configFile, overrides: data === undefined ? {} : { data } });
      const table = loadAreaTable();
      const count = importSegments(table, readInput(file), file, tableVersion);
      const before = await segmentsSoFar(config);
      prepareDataDir(config.dataDir);
      const target = await take(config, keepSegments(config.dataDir, table, originOf(file)), file);
      const { known, share } = coverageOf(table);
      const changed = changedSegments(before, table);
      if (json) {
        const coverage = Object.fromEntries(known);
        write(`${JSON.stringify({ version: table.version, segments: count, changed, share, coverage })}\n`);
        return;
      }
      write(`${count} segments, version ${table.version}: ${changed} differ from before; in ${target}\n`);
      for (const [prefix, segments] of known)
        write(`${prefix}  ${(segments / 100).toFixed(1).padStart(5)} %\n`);
      write(`of all mobile prefixes ${(share * 100).toFixed(1)} % have an area\n`);
    });
  return command
    .addCommand(segments)
    .addCommand(holidaysCommand(write))
    .addCommand(importJournalCommand(write, tell));
}

/** `pbx400 import holidays <file>`: proves public holidays (法定节假日) and takes them over those known so far. */
function holidaysCommand(write: (text: string) => void): Command {
  return new Command('holidays')
    .description(
      'public holidays and make-up work days (调休): ICS or JSON; a running PBX takes them at once',
    )
    .argument('<file>', 'the calendar')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (file: string, { config: configFile, data }: ImportOptions) => {
      const config = loadMachine({ file: configFile, overrides: data === undefined ? {} : { data } });
      const days = new Map(readHolidays(readInput(file).toString(), file));
      const years = new Set([...days.keys()].map((date) => date.slice(0, 4)));
      // Years that were imported before and are not in this file stay.
      for (const [date, day] of await holidaysSoFar(config, write)) {
        if (!years.has(date.slice(0, 4))) days.set(date, day);
      }
      prepareDataDir(config.dataDir);
      const target = await take(config, keepHolidays(config.dataDir, days, originOf(file)), file);
      write(`holidays of ${[...years].sort().join(', ')} taken, ${days.size} days in all, in ${target}\n`);
    });
}

/** Has the change taken; returns the path of the file that its entity names. Throws ConfigErrors, PbxError. */
async function take(config: Config, entity: ProposedEntity, file: string): Promise<string> {
  const by = who(`import ${entity.kind}`);
  const request = { ask: 'apply', put: [entity], prune: [], dryRun: false, by } as const;
  const answer = await changeCompanies(config, request);
  if ('error' in answer) throw new PbxError('control', answer.error);
  if ('mistakes' in answer) {
    const errors = answer.mistakes.map((mistake) => new ConfigError(mistakeText(mistake), mistake.place));
    throw new ConfigErrors(file, errors);
  }
  return join(config.dataDir, String(entity.value['file']));
}

const originOf = (file: string) => ({ source: basename(file), atMs: systemClock.now() });

async function fileSoFar(config: Config, kind: 'segments' | 'holidays'): Promise<string | undefined> {
  const companies = await readCompanies(config, { clock: systemClock, ids: systemIds });
  return tableFile(config.dataDir, companies, kind);
}

/** The table so far; a file that cannot be read any more is about to be replaced. */
async function segmentsSoFar(config: Config) {
  const file = await fileSoFar(config, 'segments');
  try {
    return loadAreas(file);
  } catch {
    return loadAreaTable();
  }
}

/** What was imported so far; of a file that cannot be read any more, people are told which years to import anew. */
async function holidaysSoFar(config: Config, write: (text: string) => void): Promise<SpecialDays> {
  const file = await fileSoFar(config, 'holidays');
  if (file === undefined) return new Map();
  try {
    return readHolidays(readAddressed(file).toString(), file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    write(`${error.message}: years that were imported before must be imported anew\n`);
    return new Map();
  }
}
