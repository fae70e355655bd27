import { Command } from 'commander';
import { checkFolder } from '../dialplan/check/check-folder.ts';
import { problemText } from '../dialplan/check/problem.ts';
import { coverageText } from '../numbering/segments.ts';
import { readTables } from '../open-tables.ts';
import { PromptCatalogue } from '../prompt/prompt-catalogue.ts';
import { systemClock } from '../shared/clock.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { loadWithCompanies } from './load-with-companies.ts';
import { configOption } from './options.ts';

interface CheckOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** `pbx400 check [dir]`: proves all hotlines of a folder; exit code 78 when one has an error. */
export function checkCommand(write: (text: string) => void): Command {
  return new Command('check')
    .description('prove the hotlines of a folder: names, ends, loops, schedules, lines')
    .argument('[dir]', "folder of hotlines (default: the configuration's)")
    .addOption(configOption())
    .option('--json', 'one problem a line as JSON')
    .action(async (dir: string | undefined, { config: file, json }: CheckOptions) => {
      const { config, companies } = await loadWithCompanies({ file });
      const prompts = new PromptCatalogue(config.promptDirs, config.language);
      const folder = dir ?? config.dialplanDir;
      const { areas, holidays } = readTables(config.dataDir, companies, (mistake) => {
        throw mistake;
      });
      const { files, plans, problems } = await checkFolder(
        folder,
        companies,
        { timeZone: config.timeZone, prompts: new Set(prompts.names), areas, holidays },
        {
          nowMs: systemClock.now(),
          promptMs: (name) => prompts.durationMs(name),
        },
      );
      for (const problem of problems) write(`${json ? JSON.stringify(problem) : problemText(problem)}\n`);
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      const warnings = problems.length - errors;
      if (!json) {
        write(`${coverageText(areas)}\n`);
        write(`${plans.length} hotlines in ${files} files: ${errors} errors, ${warnings} warnings\n`);
      }
      if (errors > 0) throw new ExitError(EXIT.config);
    });
}
