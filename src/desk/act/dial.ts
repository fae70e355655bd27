import { numberOf } from '../target.ts';
import { agentAct } from './agent-act.ts';
import { callResult, somebodyField } from './fields.ts';

/** Rings the agent's phone, then whom he wants to call, on his right (外呼). Resolves with the call at once. */
export const dial = agentAct({
  title: { en: 'dial', zh: '外呼' },
  of: 'agent',
  args: { to: somebodyField },
  result: callResult,
  do: (at, { to }) => {
    const { tenant, extension, id: agent } = at;
    const number = numberOf(at, to);
    at.mustBeFree();
    const call = at.parts.originate({ tenant, extension, number, agent });
    return { callId: call.id };
  },
});
