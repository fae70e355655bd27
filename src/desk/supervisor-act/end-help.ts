import { agentField } from '../act/fields.ts';
import { helpOf } from '../supervised.ts';
import { supervisorAct } from './supervisor-act.ts';

/** Who asks for help has it: what he asks is done with. */
export const endHelp = supervisorAct({
  title: { en: 'be done with what an agent asks', zh: '求助已处理' },
  args: { agent: agentField },
  do: (by, { agent }) => {
    const ask = helpOf(by, agent);
    const waitedMs = by.parts.clock.now() - ask.at;
    by.parts.help.end(ask, 'done', by.id);
    return { agent, callId: ask.callId, details: { waitedMs } };
  },
});
