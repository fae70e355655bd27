import Type from 'typebox';
import type { Call } from '../../call/call.ts';
import { ringingAt } from '../../call/pick-up.ts';
import type { AtDesk } from '../at-desk.ts';
import { DeskError } from '../desk-error.ts';
import { ringOwnPhone } from '../own-phone.ts';
import { waitingIn } from '../waiting-in.ts';
import { agentAct } from './agent-act.ts';
import { agentField, callField, callResult, queueField } from './fields.ts';

/**
 * Whose caller, by one of these: who rings at an agent's, who waits in a queue longest, one by his call; by default who rings longest
 * at anybody's.
 */
interface Picked {
  readonly agent?: string;
  readonly queue?: string;
  readonly call?: string;
}

/** Takes a caller who rings at a colleague's, or waits in a queue; the agent's own phone is rung for him. */
export const pickUp = agentAct({
  title: { en: 'pick up', zh: '抢接' },
  of: 'agent',
  args: {
    agent: Type.Optional(agentField),
    queue: Type.Optional(queueField),
    call: Type.Optional(callField),
  },
  result: callResult,
  do: async (at, picked) => {
    const call = callOf(at, picked);
    at.mustBeFree();
    const leg = await ringOwnPhone(at, call, { reason: 'pick-up', notedThere: true });
    call.note('step', { step: 'pick-up', why: `${at.id} takes the call` });
    if (!call.ringing.some((ringing) => ringing.pickUp(leg))) {
      leg.sip.end({ cause: 'answered-elsewhere' });
      throw new DeskError('nothing-rings', 'somebody else was faster');
    }
    return { callId: call.id };
  },
});

function callOf(at: AtDesk, picked: Picked): Call {
  const call = find(at, picked);
  if (!call?.ringing.length) throw new DeskError('nothing-rings', 'nobody rings or waits there');
  return call;
}

function find(at: AtDesk, picked: Picked): Call | undefined {
  const { calls, provisioning } = at.parts;
  const { agent, queue, call } = picked;
  if (Object.keys(picked).length > 1)
    throw new DeskError('bad-request', 'name one of agent, queue and call, or nothing');
  if (agent !== undefined) return ringingAt(calls, at.tenant, [at.colleague(agent).extension]);
  if (queue !== undefined) {
    if (!provisioning.snapshot.get('queue', at.tenant, queue))
      throw new DeskError('no-such-queue', `${at.tenant} has no queue ${queue}`);
    return waitingIn(at.parts, at.tenant, queue)[0];
  }
  if (call !== undefined) return at.callOf(call);
  return ringingAt(calls, at.tenant, [undefined]);
}
