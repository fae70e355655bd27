import { Command } from 'commander';
import { dayOfDate, zoneOf } from '../calendar/zone.ts';
import type { HoldRequest, UnholdRequest } from '../keeping/keeping-answers.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { systemClock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import { systemIds } from '../shared/ids.ts';
import { localTime, textTable } from '../shared/text-table.ts';
import { openRecords } from '../store/open-store.ts';
import { PersonNumber } from '../store/person-number.ts';
import type { Hold } from '../store/upkeep.ts';
import { keep } from './keeping.ts';
import { configOption, dataOption } from './options.ts';
import { type RunningOptions, who } from './running.ts';

interface AddOptions extends RunningOptions {
  readonly tenant: string;
  readonly reason: string;
  readonly number?: string;
  readonly call?: string;
  readonly from?: string;
  readonly to?: string;
}

/** `pbx400 hold add|list|remove`: what forbids deleting and erasing calls (保全). */
export function holdCommand(write: (text: string) => void): Command {
  return new Command('hold')
    .description('calls that may neither be deleted nor erased (保全), whatever retention and persons ask')
    .addCommand(addCommand(write))
    .addCommand(listCommand(write), { isDefault: true })
    .addCommand(removeCommand(write));
}

function addCommand(write: (text: string) => void): Command {
  return new Command('add')
    .description('hold calls of a company: by number, by call, by time, or all that these name together')
    .requiredOption('--tenant <id>', 'the company')
    .requiredOption('--reason <text>', 'why: a file number, a dispute')
    .option('--number <number>', 'calls in whose record this telephone number stands')
    .option('--call <id>', 'this call')
    .option('--from <date>', 'calls from this day on, 2026-10-01')
    .option('--to <date>', 'calls until the end of this day')
    .option('--json', 'the hold as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText('after', ADD_HELP)
    .action(async (options: AddOptions) => {
      const config = machineOf(options);
      const hold = holdOf(options, config.timeZone);
      const request: HoldRequest = { ask: 'hold', hold };
      await keep(config, request);
      write(
        options.json ? `${JSON.stringify(hold)}\n` : `${hold.id} holds ${whatOf(hold, config.timeZone)}\n`,
      );
    });
}

const ADD_HELP = `
Records, recordings and messages of these calls stay until the hold is removed, calls to come included; the company's events
are not deleted by age meanwhile. Without --number, --call and a day all calls of the company are held.`;

function holdOf({ tenant, reason, number, call, from, to }: AddOptions, timeZone: string): Hold {
  if (number !== undefined && !PersonNumber.parse(number)) {
    throw new PbxError('input', `${number} is too short to be told from other numbers; write it whole`);
  }
  return {
    id: systemIds.token().slice(0, 10),
    tenantId: tenant,
    reason,
    number,
    callId: call,
    from: from === undefined ? undefined : dayBegins(from, timeZone),
    to: to === undefined ? undefined : dayBegins(to, timeZone, 1),
    at: systemClock.now(),
    by: who('hold add'),
  };
}

/** When a day, or one so many days later, begins. */
function dayBegins(date: string, timeZone: string, later = 0): number {
  const day = dayOfDate(date);
  if (day === undefined) throw new PbxError('input', `${date} is no day; write it as 2026-10-01`);
  return zoneOf(timeZone).instantOf(day + later, 0);
}

function listCommand(write: (text: string) => void): Command {
  return new Command('list')
    .description('print the holds, the oldest first')
    .option('--tenant <id>', 'of this company only')
    .option('--json', 'one hold a line as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (options: RunningOptions & { readonly tenant?: string }) => {
      const config = machineOf(options);
      const records = await openRecords(config.store);
      const holds = await records.holds.all(options.tenant).finally(() => records.close());
      if (options.json) write(holds.map((hold) => `${JSON.stringify(hold)}\n`).join(''));
      else write(holds.length === 0 ? 'nothing is on hold\n' : tableOf(holds, config.timeZone));
    });
}

function removeCommand(write: (text: string) => void): Command {
  return new Command('remove')
    .description('let go what a hold held')
    .argument('<id>', 'as the list prints it')
    .requiredOption('--tenant <id>', 'the company')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (id: string, options: RunningOptions & { readonly tenant: string }) => {
      const { tenant: tenantId } = options;
      const at = systemClock.now();
      const request: UnholdRequest = { ask: 'unhold', tenantId, id, at, by: who('hold remove') };
      const { removed } = await keep<{ removed: boolean }>(machineOf(options), request);
      if (!removed) {
        throw new PbxError('not-found', `${tenantId} has no hold ${id}; pbx400 hold lists them`);
      }
      write(`${id} holds nothing any more\n`);
    });
}

function machineOf({ config: file, data }: RunningOptions) {
  return loadMachine({ file, overrides: data === undefined ? {} : { data } });
}

function tableOf(holds: readonly Hold[], timeZone: string): string {
  return textTable(
    [
      { title: 'id', of: ({ id }) => id },
      { title: 'company', of: ({ tenantId }) => tenantId },
      { title: 'holds', of: (hold) => whatOf(hold, timeZone) },
      { title: 'reason', of: ({ reason }) => reason },
      { title: 'since', of: ({ at }) => localTime(at, timeZone) },
      { title: 'by', of: ({ by }) => by },
    ],
    holds,
  );
}

function whatOf({ number, callId, from, to }: Hold, timeZone: string): string {
  const parts = [
    callId === undefined ? 'calls' : `call ${callId}`,
    number === undefined ? '' : `with ${number}`,
    from === undefined ? '' : `from ${localTime(from, timeZone)}`,
    to === undefined ? '' : `before ${localTime(to, timeZone)}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}
