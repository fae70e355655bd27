import { Command } from 'commander';
import type { LiftBan } from '../boards.ts';
import type { BanRow } from '../http/routes/bans.ts';
import { PbxError } from '../shared/errors.ts';
import { localTime, textTable } from '../shared/text-table.ts';
import { configOption, dataOption } from './options.ts';
import { askPbx, configOf, type RunningOptions, who } from './running.ts';

/** `pbx400 bans`: addresses that the running PBX does not hear, and `bans lift`. */
export function bansCommand(write: (text: string) => void): Command {
  const list = new Command('list')
    .description('print them, the oldest ban first')
    .option('--json', 'one ban a line as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (options: RunningOptions) => {
      const config = configOf(options);
      const { bans } = await askPbx<{ bans: readonly BanRow[] }>(config, { ask: 'bans' });
      if (options.json) write(bans.map((ban) => `${JSON.stringify(ban)}\n`).join(''));
      else write(bans.length === 0 ? 'nobody is banned\n' : tableOf(bans, config.timeZone));
    });
  const lift = new Command('lift')
    .description('hear an address again')
    .argument('<address>', 'as the list prints it')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (address: string, options: RunningOptions) => {
      const request: LiftBan = { ask: 'lift-ban', address, by: who('bans lift') };
      const { lifted } = await askPbx<{ lifted: boolean }>(configOf(options), request);
      if (!lifted) throw new PbxError('not-found', `${address} is not banned; pbx400 bans lists who is`);
      write(`${address} is heard again\n`);
    });
  return new Command('bans')
    .description('addresses that the running PBX does not hear, as they scan')
    .addCommand(list, { isDefault: true })
    .addCommand(lift);
}

function tableOf(bans: readonly BanRow[], timeZone: string): string {
  const time = (iso: string) => localTime(Date.parse(iso), timeZone);
  return textTable(
    [
      { title: 'address', of: ({ address }) => address },
      { title: 'since', of: ({ since }) => time(since) },
      { title: 'until', of: ({ until }) => time(until) },
      { title: 'reason', of: ({ why }) => why },
    ],
    bans,
  );
}
