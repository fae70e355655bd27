import { Command } from 'commander';
import { type Replayed, replayInputs } from '../acd/replay-inputs.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { localTime, textTable } from '../shared/text-table.ts';
import { configOption, dataOption } from './options.ts';

interface ReplayOptions {
  readonly agent?: string;
  readonly call?: string;
  readonly json?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** `pbx400 replay-inputs FILE`: what the queues of a company were told, and what they did by it, once more. */
export function replayInputsCommand(write: (text: string) => void): Command {
  return new Command('replay-inputs')
    .description(
      'play what the queues of a company were told once more, and show how its agents and callers stand then',
    )
    .argument('<file>', 'acd-inputs/COMPANY.jsonl of the data folder, or ...before.jsonl')
    .option('--agent <id>', 'print what happened to this agent')
    .option('--call <id>', 'print what happened to this call')
    .option('--json', 'one JSON a line')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (file: string, { agent, call, json = false, config, data }: ReplayOptions) => {
      const { timeZone } = loadMachine({ file: config, overrides: data === undefined ? {} : { data } });
      const isAsked = (one: object) => isAbout(one, agent, call);
      const show = ({ at, input, commands }: Replayed) => {
        const told = [input, ...commands].filter(isAsked);
        if (told.length > 0) write(json ? `${JSON.stringify({ at, told })}\n` : lineOf(at, told, timeZone));
      };
      const core = await replayInputs(file, show);
      const agents = [...core.agents()].map(({ id, state, since, work }) => ({
        agent: id,
        state,
        since,
        callId: work?.callId ?? null,
      }));
      if (json) return write(`${JSON.stringify({ agents })}\n`);
      write(
        textTable(
          [
            { title: 'agent', of: (one) => one.agent },
            { title: 'state', of: (one) => one.state },
            { title: 'since', of: (one) => localTime(one.since, timeZone) },
            { title: 'call', of: (one) => one.callId ?? '' },
          ],
          agents,
        ),
      );
    });
}

/** Whether an input or a command names the agent, or the call: ids of its visits begin with the call's. */
function isAbout(one: object, agent: string | undefined, call: string | undefined): boolean {
  const {
    agent: his,
    callId,
    visit,
    agents,
  } = one as {
    readonly agent?: string;
    readonly callId?: string;
    readonly visit?: string;
    readonly agents?: readonly { readonly agent?: string }[];
  };
  if (agent !== undefined && (his === agent || agents?.some((each) => each.agent === agent))) return true;
  return call !== undefined && (callId === call || visit?.startsWith(`${call}/`) === true);
}

function lineOf(at: number, told: readonly object[], timeZone: string): string {
  return `${localTime(at, timeZone)} ${told.map((one) => JSON.stringify(one)).join('\n  ')}\n`;
}
