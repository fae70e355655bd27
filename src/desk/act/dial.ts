import { numberOf, type Somebody } from '../target.ts';
import type { AgentAct } from './agent-act.ts';

/** Rings the agent's phone, then whom he wants to call, on his right (外呼). Resolves with the call at once. */
export const dial: AgentAct<{ readonly to: Somebody }, { readonly callId: string }> = {
  title: { en: 'dial', zh: '外呼' },
  do: (at, { to }) => {
    const { tenant, extension, id: agent } = at;
    const number = numberOf(at, to);
    at.mustBeFree();
    const call = at.parts.originate({ tenant, extension, number, agent });
    return { callId: call.id };
  },
};
