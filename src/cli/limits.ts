import { Command } from 'commander';
import type { LiftLimit, LimitRow } from '../boards.ts';
import { PbxError } from '../shared/errors.ts';
import { textTable } from '../shared/text-table.ts';
import { configOption, dataOption } from './options.ts';
import { askPbx, configOf, type RunningOptions, who } from './running.ts';

/** `pbx400 limits`: limits of calls outside that are reached (盗打防护), and `limits lift`. */
export function limitsCommand(write: (text: string) => void): Command {
  const list = new Command('list')
    .description('print those that are reached in this hour or day')
    .option('--json', 'one limit a line as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (options: RunningOptions) => {
      const { limits } = await askPbx<{ limits: readonly LimitRow[] }>(configOf(options), { ask: 'limits' });
      if (options.json) write(limits.map((limit) => `${JSON.stringify(limit)}\n`).join(''));
      else write(limits.length === 0 ? 'no limit is reached\n' : tableOf(limits));
    });
  const lift = new Command('lift')
    .description('let the use of today begin anew: calls go out again')
    .argument('<company>', 'as the list prints it')
    .argument('[extension]', 'of this extension; without: of the company as a whole')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (tenant: string, extension: string | undefined, options: RunningOptions) => {
      const by = who('limits lift');
      const request: LiftLimit = { ask: 'lift-limit', tenant, extension: extension ?? '', by };
      const { lifted } = await askPbx<{ lifted: boolean }>(configOf(options), request);
      const whose = extension === undefined ? tenant : `${tenant}/${extension}`;
      if (!lifted)
        throw new PbxError('not-found', `${whose} has not called outside today where that is limited`);
      write(`${whose} may call outside again\n`);
    });
  return new Command('limits')
    .description('limits of calls outside that are reached (tenants.NAME.outsideLimits)')
    .addCommand(list, { isDefault: true })
    .addCommand(lift);
}

function tableOf(limits: readonly LimitRow[]): string {
  return textTable(
    [
      { title: 'company', of: ({ tenant }) => tenant },
      { title: 'extension', of: ({ extension }) => (extension === '' ? 'all' : extension) },
      { title: 'in this', of: ({ period }) => period },
      { title: 'of', of: ({ of }) => of },
      { title: 'limit', of: ({ limit }) => String(limit), alignRight: true },
    ],
    limits,
  );
}
