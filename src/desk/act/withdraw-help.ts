import { DeskError } from '../desk-error.ts';
import { agentAct } from './agent-act.ts';

/** He needs no help any more. Throws DeskError `wrong-state` where he has not asked. */
export const withdrawHelp = agentAct({
  title: { en: 'take back that one asks for help', zh: '撤回求助' },
  of: 'agent',
  do: ({ parts, tenant, id: agent }) => {
    const ask = parts.help.of(tenant, agent);
    if (!ask) throw new DeskError('wrong-state', `agent ${agent} asks for no help`);
    parts.help.end(ask, 'withdrawn');
    const entry = {
      tenantId: tenant,
      at: parts.clock.now(),
      by: `agent ${agent}`,
      act: 'withdraw-help',
      agent,
    };
    parts.audit({ ...entry, callId: ask.callId, details: {} });
  },
});
