import type { Call } from '../../call/call.ts';
import { ringingAt } from '../../call/pick-up.ts';
import type { AtDesk } from '../at-desk.ts';
import { DeskError } from '../desk-error.ts';
import { ringOwnPhone } from '../own-phone.ts';
import { waitingIn } from '../waiting-in.ts';
import type { AgentAct } from './agent-act.ts';

/** Whose caller: who rings at an agent's, who waits in a queue longest, one by his call; by default who rings longest at anybody's. */
export type Picked =
  | { readonly agent: string }
  | { readonly queue: string }
  | { readonly call: string }
  | Readonly<Record<never, never>>;

/** Takes a caller who rings at a colleague's, or waits in a queue; the agent's own phone is rung for him. */
export const pickUp: AgentAct<Picked, { readonly callId: string }> = {
  title: { en: 'pick up', zh: '抢接' },
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
};

function callOf(at: AtDesk, picked: Picked): Call {
  const call = find(at, picked);
  if (!call?.ringing.length) throw new DeskError('nothing-rings', 'nobody rings or waits there');
  return call;
}

function find(at: AtDesk, picked: Picked): Call | undefined {
  const { calls, provisioning } = at.parts;
  if ('agent' in picked) return ringingAt(calls, at.tenant, [at.colleague(picked.agent).extension]);
  if ('queue' in picked) {
    if (!provisioning.snapshot.get('queue', at.tenant, picked.queue))
      throw new DeskError('no-such-queue', `${at.tenant} has no queue ${picked.queue}`);
    return waitingIn(at.parts, at.tenant, picked.queue)[0];
  }
  if ('call' in picked) return at.callOf(picked.call);
  return ringingAt(calls, at.tenant, [undefined]);
}
