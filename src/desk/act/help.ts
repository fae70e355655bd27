import Type from 'typebox';
import { agentAct } from './agent-act.ts';

/**
 * Asks the agent's supervisors for help, in the call that he is in or outside of calls. It stands until one of them is done with it, the
 * agent takes it back, or his call is over; again with other words changes these.
 */
export const help = agentAct({
  title: { en: 'ask for help', zh: '求助' },
  description:
    'Whoever supervises him sees it in the live view and hears `agent.help` of the stream. It stands until one of them is done with it, he takes it back, or his call is over; again with other words it has these.',
  of: 'agent',
  args: {
    text: Type.Optional(
      Type.String({ maxLength: 200, description: 'a few words', examples: ['the caller wants a refund'] }),
    ),
  },
  result: Type.Object(
    { help: Type.String({ description: 'id of what he asks' }) },
    { examples: [{ help: 'Zr0Yh3A4mXm2cT5b1kq8wJ' }] },
  ),
  do: ({ parts, tenant, id: agent, place, legs }, { text = '' }) => {
    const { help: asks, acd, calls, clock } = parts;
    const before = asks.of(tenant, agent);
    const call = place?.talk.call ?? legs.map((leg) => calls.callOf(leg)).at(-1);
    const callId = call?.arrival.tenantId === tenant ? call.id : undefined;
    const queue = callId === undefined ? undefined : acd.agent(tenant, agent)?.queue;
    const ask = asks.ask({ tenant, agent, text: text.trim(), callId, queue });
    if (ask !== before) {
      const entry = { tenantId: tenant, at: clock.now(), by: `agent ${agent}`, act: 'help', agent };
      // Its words are in the stream, which an erasure reaches.
      parts.audit({ ...entry, callId: ask.callId, details: { characters: ask.text.length } });
    }
    return { help: ask.id };
  },
});
