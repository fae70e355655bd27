import { Command } from 'commander';
import type { EraseRequest } from '../keeping/keeping-answers.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { systemClock } from '../shared/clock.ts';
import type { Erased, ErasureProof } from '../store/upkeep.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { keep } from './keeping.ts';
import { configOption, dataOption } from './options.ts';
import { type RunningOptions, who } from './running.ts';

interface EraseOptions extends RunningOptions {
  readonly tenant: string;
  readonly number: string;
  readonly dryRun?: boolean;
}

/** `pbx400 erase`: a person asks a company to erase what it keeps of him (个人信息保护法 47). */
export function eraseCommand(write: (text: string) => void): Command {
  return new Command('erase')
    .description('erase a person from the data of a company, by his telephone number')
    .requiredOption('--tenant <id>', 'the company')
    .requiredOption('--number <number>', 'in any form: 13800138000, +8613800138000')
    .option('--dry-run', 'only say what would be erased')
    .option('--json', 'the counts as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async ({ tenant, number, dryRun = false, json, config: file, data }: EraseOptions) => {
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      const at = systemClock.now();
      const request: EraseRequest = { ask: 'erase', tenantId: tenant, number, dryRun, at, by: who('erase') };
      const erased = await keep<Erased>(config, request);
      write(json ? `${JSON.stringify(erased)}\n` : textOf(erased, dryRun));
      if (erased.proof && !isProved(erased.proof)) throw new ExitError(EXIT.unavailable);
    });
}

const HELP = `
In all tables and in the stored events the number, in each of its forms, becomes one random name; digits that were keyed in the
person's calls, recordings and messages go. Calls, times and counters stay: rows are counted before and after, and looked through
once more for the number; exit code 69 when it is in one still, or a table has fewer. What is on hold stays whole (pbx400 hold), as do calls
that are under way: do it again when they are over. What the company set up with the number in it, such as a list, is named: change
it with pbx400 apply. Call events that wait for the database are stored first; while it cannot be written nothing is erased. Older
backups, exports, log files and files of events that a start has put aside (journal*.jsonl.*) still hold the person. The audit trail
keeps a salted hash in place of the number.`;

function textOf(
  { calls, held, files, deletedFiles, rows, eventRows, setUp, proof }: Erased,
  isPlan: boolean,
): string {
  const changed = Object.entries(rows).map(([table, count]) => `${count} of ${table}`);
  const lines = [
    `${calls} calls of the person${isPlan ? ' would be erased' : ''}`,
    `${files} recordings and messages${isPlan ? '' : `, ${deletedFiles} of them on this machine`}`,
    `rows: ${[...changed, `${eventRows} of the events`].join(', ')}`,
    ...(held > 0 ? [`${held} calls are on hold and stay (pbx400 hold list)`] : []),
    ...setUp.map((what) => `the number also stands in: ${what}`),
    ...(proof ? [proofOf(proof)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const isProved = ({ fewer, left }: ErasureProof) => fewer.length === 0 && left === 0;

function proofOf({ rowsBefore, rowsAfter, fewer, left }: ErasureProof): string {
  const compared = `compared: ${rowsBefore} rows of the company before, ${rowsAfter} after`;
  if (fewer.length > 0)
    return `${compared}; fewer of ${fewer.join(', ')}: see pbx400 audit for what else deletes`;
  if (left > 0) return `${compared}; the number is in ${left} rows that came meanwhile: erase again`;
  return `${compared}; the number is in none of them any more`;
}
