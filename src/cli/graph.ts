import { Command } from 'commander';
import { Dialplans } from '../dialplan/dialplans.ts';
import { agenda, mermaidGraph, textGraph } from '../dialplan/plan/graph.ts';
import { PromptCatalogue } from '../prompt/prompt-catalogue.ts';
import { Provisioning } from '../provisioning/provisioning.ts';
import { systemClock } from '../shared/clock.ts';
import { ConfigError } from '../shared/errors.ts';
import { silentLogger } from '../shared/logger.ts';
import { loadWithCompanies } from './load-with-companies.ts';
import { configOption, wholeNumber } from './options.ts';

interface GraphOptions {
  readonly config?: string;
  readonly mermaid?: boolean;
  readonly days: number;
}

/** `pbx400 graph <number>`: the tree of a hotline and the next days of its calendars. */
export function graphCommand(write: (text: string) => void): Command {
  return new Command('graph')
    .description('draw a hotline as text or as a Mermaid flowchart')
    .argument('<number>', 'the 400 number')
    .addOption(configOption())
    .option('--mermaid', 'print a Mermaid flowchart instead of text')
    .option('--days <count>', 'days of each calendar to show', wholeNumber(0), 14)
    .action(async (number: string, { config: file, mermaid, days }: GraphOptions) => {
      const { config, companies } = await loadWithCompanies({ file });
      const prompts = new PromptCatalogue(config.promptDirs, config.language);
      const dialplans = new Dialplans({
        dir: config.dialplanDir,
        provisioning: new Provisioning(companies),
        timeZone: config.timeZone,
        prompts: prompts.names,
        logger: silentLogger,
      });
      await dialplans.load();
      const plan = dialplans.plan(number);
      if (!plan) {
        const known = dialplans.plans.map((each) => each.number).join(', ');
        throw new ConfigError(
          `there is no hotline ${number}`,
          { file: config.dialplanDir },
          `known: ${known}`,
        );
      }
      if (mermaid) return write(mermaidGraph(plan));
      write(textGraph(plan));
      if (days > 0) write(`\n${agenda(plan, systemClock.now(), days)}`);
    });
}
