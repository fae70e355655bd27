import { Command } from 'commander';
import type { TrunkUp } from '../boards.ts';
import type { Config } from '../config/config.ts';
import type { TrunkRow } from '../http/routes/trunks.ts';
import { PbxError } from '../shared/errors.ts';
import { localTime, textTable } from '../shared/text-table.ts';
import { configOption, dataOption } from './options.ts';
import { askPbx, configOf, type RunningOptions, who } from './running.ts';

/** `pbx400 trunks`: how each trunk of the running PBX is, and `trunks up`. */
export function trunksCommand(write: (text: string) => void): Command {
  const list = new Command('list')
    .description('print their state, why they are down, when a call tries them next, calls now')
    .option('--json', 'one trunk a line as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (options: RunningOptions) => {
      const config = configOf(options);
      const trunks = await ask(config);
      if (options.json) write(trunks.map((trunk) => `${JSON.stringify(trunk)}\n`).join(''));
      else write(trunks.length === 0 ? 'there are no trunks\n' : tableOf(trunks, config.timeZone));
    });
  const up = new Command('up')
    .description('take a trunk that is down for alive: calls go out over it again')
    .argument('<name>', 'name of the trunk')
    .option('--tenant <id>', 'of this company, where several have a trunk of that name')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (name: string, options: RunningOptions & { readonly tenant?: string }) => {
      const config = configOf(options);
      const tenant = ownerOf(await ask(config), name, options.tenant);
      const request: TrunkUp = { ask: 'trunk-up', tenant, name, by: who('trunks up') };
      const { trunk } = await askPbx<{ trunk: TrunkRow | null }>(config, request);
      if (!trunk)
        throw new PbxError('not-found', `no calls go out over trunk ${tenant}/${name}: it has no uri`);
      write(`trunk ${tenant}/${name} is up\n`);
    });
  return new Command('trunks')
    .description('trunks of the running PBX: state, calls')
    .addCommand(list, { isDefault: true })
    .addCommand(up);
}

async function ask(config: Config): Promise<readonly TrunkRow[]> {
  const { trunks } = await askPbx<{ trunks: readonly TrunkRow[] }>(config, { ask: 'trunks' });
  return trunks;
}

/** The company whose trunk is meant. */
function ownerOf(trunks: readonly TrunkRow[], name: string, tenant: string | undefined): string {
  const meant = trunks.filter((row) => row.name === name && (tenant === undefined || row.tenant === tenant));
  const [only, other] = meant;
  if (!only) {
    const names = trunks.map((row) => `${row.tenant}/${row.name}`).join(', ') || 'none';
    throw new PbxError(
      'not-found',
      `there is no trunk ${tenant ? `${tenant}/` : ''}${name}; there are: ${names}`,
    );
  }
  if (!other) return only.tenant;
  const owners = meant.map((row) => row.tenant).join(', ');
  throw new PbxError('input', `several companies have a trunk ${name}: ${owners}; --tenant names one`);
}

function tableOf(trunks: readonly TrunkRow[], timeZone: string): string {
  const time = (iso: string | null) => (iso === null ? '' : localTime(Date.parse(iso), timeZone));
  return textTable(
    [
      { title: 'company', of: ({ tenant }) => tenant },
      { title: 'trunk', of: ({ name }) => name },
      { title: 'state', of: ({ state }) => state },
      { title: 'calls', of: ({ calls, channels }) => `${calls}/${channels}`, alignRight: true },
      { title: 'registration', of: ({ registration }) => registration ?? '' },
      { title: 'since', of: ({ since }) => time(since) },
      { title: 'next try', of: ({ nextTry }) => time(nextTry) },
      { title: 'why', of: ({ why }) => why ?? '' },
    ],
    trunks,
  );
}
