import type { Call } from '../../call/call.ts';
import { agentField } from '../act/fields.ts';
import type { AtDesk } from '../at-desk.ts';
import { DeskError } from '../desk-error.ts';
import { supervised } from '../supervised.ts';
import { supervisorAct } from './supervisor-act.ts';

/** Ends the call that an agent is in, for everybody. */
export const takeDown = supervisorAct({
  title: { en: 'take down', zh: '强拆' },
  args: { agent: agentField },
  do: (by, { agent }) => {
    const of = supervised(by, agent);
    const call = callOf(of);
    if (!call) throw new DeskError('no-talk', `agent ${agent} is on no call`);
    call.note('step', { step: 'take down', why: `${by.id} ends the call of ${agent}` });
    call.end('normal');
    return { agent, callId: call.id };
  },
});

/**
 * A call to another company is that one's: of it his company has one of its own, which ends with it. A call that only rings at his
 * phone is not his: its caller goes to somebody else.
 */
function callOf({ parts: { calls }, tenant, id, legs, place }: AtDesk): Call | undefined {
  const his = legs.filter(({ sip }) => sip.direction === 'inbound' || sip.state === 'confirmed');
  const isHis = (call: Call) => call.arrival.tenantId === tenant && his.some((leg) => call.has(leg));
  return place?.talk.call ?? calls.ofAgent(tenant, id).findLast(isHis);
}
