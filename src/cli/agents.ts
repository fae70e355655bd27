import { Command } from 'commander';
import type { AcdRequest } from '../acd-board.ts';
import type { AgentRow } from '../http/routes/live.ts';
import { localTime, textTable } from '../shared/text-table.ts';
import { lasting } from './lasting.ts';
import { companyOption, configOption, dataOption } from './options.ts';
import { askPbx, configOf, type RunningOptions } from './running.ts';

/** `pbx400 agents`: how each agent (坐席) of the running PBX is now. */
export function agentsCommand(write: (text: string) => void): Command {
  return new Command('agents')
    .description('agents of the running PBX: state, since when, wish, seat, queues, calls of today')
    .option('--json', 'one agent a line as JSON')
    .addOption(companyOption())
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (options: RunningOptions & { readonly tenant?: string }) => {
      const request: AcdRequest = { ask: 'agents', tenant: options.tenant };
      const config = configOf(options);
      const { agents } = await askPbx<{ agents: readonly AgentRow[] }>(config, request);
      if (options.json) write(agents.map((agent) => `${JSON.stringify(agent)}\n`).join(''));
      else write(agents.length === 0 ? 'there are no agents\n' : tableOf(agents, config.timeZone));
    });
}

function tableOf(agents: readonly AgentRow[], timeZone: string): string {
  return textTable(
    [
      { title: 'company', of: ({ tenant }) => tenant },
      { title: 'agent', of: ({ agent }) => agent },
      { title: 'name', of: ({ name }) => name },
      { title: 'state', of: stateOf },
      { title: 'since', of: ({ since }) => localTime(Date.parse(since), timeZone) },
      { title: 'wish', of: ({ wish }) => (wish ? withReason(wish) : '') },
      { title: 'seat', of: ({ extension }) => extension },
      { title: 'queues', of: ({ queues }) => queues.join(',') },
      { title: 'calls', of: ({ today }) => String(today.answered), alignRight: true },
      { title: 'missed', of: ({ today }) => String(today.missed), alignRight: true },
      { title: 'talk', of: ({ today }) => lasting(today.talkMs), alignRight: true },
    ],
    agents,
  );
}

/** `break lunch, too long, by 8010`, `talking sales`. */
function stateOf({ state, reason, isOverLimit, by, queue }: AgentRow): string {
  const of = reason ?? queue;
  const more = [...(isOverLimit ? ['too long'] : []), ...(by === null ? [] : [`by ${by}`])];
  return [withReason({ state, reason: of }), ...more].join(', ');
}

const withReason = ({ state, reason }: { readonly state: string; readonly reason: string | null }) =>
  reason === null ? state : `${state} ${reason}`;
