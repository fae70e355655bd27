import { Command } from 'commander';
import type { AcdRequest } from '../acd-board.ts';
import type { QueueRow } from '../http/routes/live.ts';
import { textTable } from '../shared/text-table.ts';
import { lasting } from './lasting.ts';
import { companyOption, configOption, dataOption } from './options.ts';
import { askPbx, configOf, type RunningOptions } from './running.ts';

/** `pbx400 queues`: how each queue (队列) of the running PBX is now. */
export function queuesCommand(write: (text: string) => void): Command {
  return new Command('queues')
    .description(
      'queues of the running PBX: who waits, what their agents do, calls and service level of today',
    )
    .option('--json', 'one queue a line as JSON')
    .addOption(companyOption())
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (options: RunningOptions & { readonly tenant?: string }) => {
      const request: AcdRequest = { ask: 'queues', tenant: options.tenant };
      const { queues } = await askPbx<{ queues: readonly QueueRow[] }>(configOf(options), request);
      if (options.json) write(queues.map((queue) => `${JSON.stringify(queue)}\n`).join(''));
      else write(queues.length === 0 ? 'there are no queues\n' : tableOf(queues));
    });
}

function tableOf(queues: readonly QueueRow[]): string {
  const figure = (title: string, of: (queue: QueueRow) => number) => ({
    title,
    of: (queue: QueueRow) => String(of(queue)),
    alignRight: true,
  });
  return textTable(
    [
      { title: 'company', of: ({ tenant }) => tenant },
      { title: 'queue', of: ({ name, isPeak }) => (isPeak ? `${name} (peak)` : name) },
      figure('waiting', ({ waiting }) => waiting),
      { title: 'longest', of: ({ longestWaitMs: ms }) => (ms === null ? '' : lasting(ms)), alignRight: true },
      figure('ready', ({ agents }) => agents.ready),
      figure('on call', ({ agents }) => agents.onCall),
      figure('wrap-up', ({ agents }) => agents.wrapUp),
      figure('away', ({ agents }) => agents.away),
      figure('no phone', ({ agents }) => agents.unreachable),
      figure('asked', ({ today }) => today.asks),
      figure('answered', ({ today }) => today.answered),
      figure('abandoned', ({ today }) => today.abandoned),
      { title: 'in 20 s', of: ({ today }) => percent(today.serviceLevel), alignRight: true },
    ],
    queues,
  );
}

const percent = (share: number | null) => (share === null ? '' : `${Math.round(share * 100)}%`);
