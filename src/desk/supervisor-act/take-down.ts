import type { AtDesk } from '../at-desk.ts';
import { DeskError } from '../desk-error.ts';
import { supervised } from '../supervised.ts';
import type { SupervisorAct } from './supervisor-act.ts';

/** Ends the call that an agent is in, for everybody. */
export const takeDown: SupervisorAct<{ readonly agent: string }> = {
  title: { en: 'take down', zh: '强拆' },
  do: (by, { agent }) => {
    const of = supervised(by, agent);
    const call = callOf(of);
    if (!call) throw new DeskError('no-talk', `agent ${agent} is on no call`);
    call.note('step', { step: 'take down', why: `${by.id} ends the call of ${agent}` });
    call.end('normal');
    return { agent, callId: call.id };
  },
};

/** A call to another company is that one's: of it his company has one of its own, which ends with it. */
function callOf(of: AtDesk) {
  const { calls } = of.parts;
  const talking = of.place?.talk.call;
  return talking ?? calls.ofExtension(of.tenant, of.extension).findLast((call) => isOwn(of, call.arrival));
}

function isOwn({ tenant }: AtDesk, { tenantId }: { readonly tenantId: string }): boolean {
  return tenantId === tenant;
}
