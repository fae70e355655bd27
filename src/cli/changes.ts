import { Command } from 'commander';
import type { ChangesAnswer, UndoAnswer, UndoRequest } from '../bulk-answers.ts';
import { localTime, textTable } from '../shared/text-table.ts';
import { companyOption, configOption, dataOption } from './options.ts';
import { askPbx, configOf, type RunningOptions, who } from './running.ts';

interface ListOptions extends RunningOptions {
  readonly tenant?: string;
}

interface UndoOptions extends RunningOptions {
  readonly partial?: boolean;
}

/** `pbx400 changes`: changes of many at once (批量变更), and taking one back (撤销). */
export function changesCommand(write: (text: string) => void): Command {
  const list = new Command('list')
    .description('print the last imports, and what took them back, the newest first')
    .addOption(companyOption())
    .option('--json', 'one change a line as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (options: ListOptions) => {
      const config = configOf(options);
      const request = { ask: 'changes', tenant: options.tenant };
      const { changes } = await askPbx<ChangesAnswer>(config, request);
      if (options.json) return write(changes.map((change) => `${JSON.stringify(change)}\n`).join(''));
      write(changes.length === 0 ? 'nothing was imported\n' : tableOf(changes, config.timeZone));
    });
  const undo = new Command('undo')
    .description('make everything what it was before a change; that is a change itself')
    .argument('<change>', 'as the list prints it')
    .option('--partial', 'leave what was changed since as it is; without, that is refused')
    .option('--json', 'the answer as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (change: string, options: UndoOptions) => {
      const { partial = false, json } = options;
      const request: UndoRequest = { ask: 'undo', change, partial, by: who('changes undo') };
      const answer = await askPbx<UndoAnswer>(configOf(options), request);
      if (json) return write(`${JSON.stringify(answer)}\n`);
      const { change: made, restored, kept } = answer;
      const left = kept > 0 ? `, ${kept} left as they are` : '';
      write(`${restored} are what they were before${left}; pbx400 changes undo ${made} takes that back\n`);
    });
  return new Command('changes')
    .description('imports of the running PBX (批量变更): list them, take one back')
    .addCommand(list, { isDefault: true })
    .addCommand(undo);
}

function tableOf(changes: ChangesAnswer['changes'], timeZone: string): string {
  const count = (number: number) => (number === 0 ? '' : String(number));
  return textTable(
    [
      { title: 'change', of: ({ id }) => id },
      { title: 'company', of: ({ tenantId }) => tenantId },
      { title: 'time', of: ({ at }) => localTime(at, timeZone) },
      { title: 'kind', of: ({ kind }) => kind },
      { title: 'new', of: ({ created }) => count(created), alignRight: true },
      { title: 'changed', of: ({ updated }) => count(updated), alignRight: true },
      { title: 'removed', of: ({ removed }) => count(removed), alignRight: true },
      { title: 'by', of: ({ by }) => by },
      {
        title: 'of',
        of: ({ undoes, file }) => (undoes === undefined ? (file ?? '') : `takes back ${undoes}`),
      },
    ],
    changes,
  );
}
