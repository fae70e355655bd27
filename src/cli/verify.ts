import { Command } from 'commander';
import { type FileProblem, type VerifyCounts, verifyFiles } from '../keeping/verify-files.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { systemClock } from '../shared/clock.ts';
import { openRecords } from '../store/open-store.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { runTold } from './keeping.ts';
import { configOption, dataOption } from './options.ts';
import { Progress } from './progress.ts';
import type { RunningOptions } from './running.ts';

/** `pbx400 verify`: recordings and messages are what their records say; works while the PBX runs. */
export function verifyCommand(write: (text: string) => void, tell: (text: string) => void): Command {
  return new Command('verify')
    .description(
      'compare each recording and message with the checksum in its record, and find files of no record',
    )
    .option('--json', 'one problem a line as JSON, then the counts')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async ({ json = false, config: file, data }: RunningOptions) => {
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      const { store, dataDir, nodeId } = config;
      const records = await openRecords(store);
      const progress = new Progress(tell);
      const counts = await runTold(config, 'verify', (onProgress) =>
        verifyFiles({
          records,
          dataDir,
          nodeId,
          now: systemClock.now(),
          onProblem: (problem) => write(json ? `${JSON.stringify(problem)}\n` : lineOf(problem)),
          onRecords: (count) => {
            progress.say('records', count, 0);
            onProgress(count);
          },
        }),
      ).finally(() => {
        progress.end();
        return records.close();
      });
      write(json ? `${JSON.stringify(counts)}\n` : summaryOf(counts));
      if (counts.missing + counts.changed + counts.orphaned > 0) throw new ExitError(EXIT.data);
    });
}

const HELP = `
Reads every file: at night, on a large installation. Exit code 65 when a file is missing, changed or of no record. Files that are
younger than a day may belong to calls under way and are not called orphaned. Where several nodes share a database, those
of another node are counted as elsewhere: run it on each.`;

function lineOf({ problem, file, tenant, callId }: FileProblem): string {
  return `${problem.padEnd(9)} ${file}${callId === null ? '' : ` (${tenant}, call ${callId})`}\n`;
}

function summaryOf({
  records,
  sound,
  unsummed,
  elsewhere,
  missing,
  changed,
  orphaned,
}: VerifyCounts): string {
  const parts = [`${sound} sound`, `${missing} missing`, `${changed} changed`, `${orphaned} orphaned`];
  if (unsummed > 0) parts.push(`${unsummed} without a checksum`);
  if (elsewhere > 0) parts.push(`${elsewhere} on other nodes`);
  return `files of ${records} records: ${parts.join(', ')}\n`;
}
