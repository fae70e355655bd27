import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readHolidays, writeHolidays } from '../calendar/holiday-file.ts';
import { HOLIDAYS_FILE } from '../calendar/holiday-source.ts';
import { prepareDataDir } from '../config/data-dir.ts';
import { loadAreas, loadAreaTable, SEGMENTS_FILE } from '../numbering/area-source.ts';
import { changedSegments, coverageOf, importSegments, writeSegments } from '../numbering/segments.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { systemClock } from '../shared/clock.ts';
import { configOption, dataOption, readInput } from './options.ts';

interface ImportOptions {
  readonly config?: string;
  readonly data?: string;
  readonly tableVersion?: string;
  readonly json?: boolean;
}

/** `pbx400 import segments <file>`: proves a segment table (号段表) and takes it into the data folder. */
export function importCommand(write: (text: string) => void): Command {
  const command = new Command('import').description('take data over into the data folder');
  const segments = new Command('segments')
    .description(
      'mobile segments (号段): phone.dat, JSON or CSV of prefixes or runs, gzipped or not; a running PBX takes it within seconds',
    )
    .argument('<file>', 'the table')
    .option(
      '--table-version <text>',
      'what to call it where the file names no version',
      isoDay(systemClock.now()),
    )
    .option('--json', 'the report as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action((file: string, { config: configFile, data, tableVersion, json }: ImportOptions) => {
      const { dataDir } = loadMachine({ file: configFile, overrides: data === undefined ? {} : { data } });
      const target = join(dataDir, SEGMENTS_FILE);
      const before = loadBefore(target);
      const table = loadAreaTable();
      const count = importSegments(table, readInput(file), file, tableVersion);
      replaceFile(target, writeSegments(table), dataDir);
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
  return command.addCommand(segments).addCommand(holidaysCommand(write));
}

/** The table so far; a file that cannot be read any more is about to be replaced. */
function loadBefore(target: string) {
  try {
    return loadAreas(target);
  } catch {
    return loadAreaTable();
  }
}

/** `pbx400 import holidays <file>`: proves public holidays (法定节假日) and takes them over those known so far. */
function holidaysCommand(write: (text: string) => void): Command {
  return new Command('holidays')
    .description(
      'public holidays and make-up work days (调休): ICS or JSON; a running PBX takes them within seconds',
    )
    .argument('<file>', 'the calendar')
    .addOption(configOption())
    .addOption(dataOption())
    .action((file: string, { config: configFile, data }: ImportOptions) => {
      const { dataDir } = loadMachine({ file: configFile, overrides: data === undefined ? {} : { data } });
      const target = join(dataDir, HOLIDAYS_FILE);
      const days = new Map(readHolidays(readInput(file).toString(), file));
      const years = new Set([...days.keys()].map((date) => date.slice(0, 4)));
      // Years that were imported before and are not in this file stay.
      for (const [date, day] of existsSync(target)
        ? readHolidays(readInput(target).toString(), target)
        : []) {
        if (!years.has(date.slice(0, 4))) days.set(date, day);
      }
      replaceFile(target, writeHolidays(days), dataDir);
      write(`holidays of ${[...years].sort().join(', ')} taken, ${days.size} days in all, in ${target}\n`);
    });
}

/** Writes a file of the data folder so that who reads it meanwhile finds the old or the new one, whole. */
function replaceFile(target: string, text: string, dataDir: string): void {
  prepareDataDir(dataDir);
  writeFileSync(`${target}.new`, text, { mode: 0o600 });
  renameSync(`${target}.new`, target);
}

const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);
