import Type from 'typebox';
import type { Leg } from '../../call/leg.ts';
import type { Talk } from '../../call/talk.ts';
import { agentField, callField } from '../act/fields.ts';
import { pickUp } from '../act/pick-up.ts';
import type { AtDesk } from '../at-desk.ts';
import { DeskError } from '../desk-error.ts';
import { ringOwnPhone } from '../own-phone.ts';
import { mustSupervise, supervised } from '../supervised.ts';
import type { Supervisions } from '../supervisions.ts';
import { queueOf } from '../waiting-in.ts';
import { type Done, supervisorAct } from './supervisor-act.ts';

/**
 * The supervisor takes the caller over from an agent, who leaves, or out of a queue, by his call, where he waits or rings at its agents';
 * his phone is rung unless he listens to that agent already.
 */
export const intercept = supervisorAct({
  title: { en: 'intercept', zh: '拦截' },
  args: { agent: Type.Optional(agentField), call: Type.Optional(callField) },
  do: async (chief, { agent, call }, supervisions) => {
    if ((agent === undefined) === (call === undefined))
      throw new DeskError('bad-request', 'name either an agent or a call');
    const by = chief.seated();
    if (agent === undefined) return takeFromQueue(by, call!);
    const of = supervised(by, agent);
    const { talk } = of.mayGive('join');
    const leg = await ownLeg(by, talk, supervisions);
    try {
      // meanwhile the agent may have done something else
      if (of.mayGive('join').talk !== talk)
        throw new DeskError('wrong-state', `agent ${agent} talks with somebody else by now`);
      await takeOver(by, of.partnerIn('join'), leg);
    } catch (error) {
      leg.sip.end({ cause: 'normal' });
      throw error;
    }
    return { agent, callId: talk.call.id };
  },
});

async function takeFromQueue(by: AtDesk, id: string): Promise<Done> {
  const queue = queueOf(by, by.callOf(id));
  mustSupervise(by, queue);
  const { callId } = await pickUp.do(by, { call: id });
  return { callId, details: { queue } };
}

function ownLeg(by: AtDesk, { call }: Talk, supervisions: Supervisions): Promise<Leg> {
  const supervision = supervisions.of(by);
  if (supervision) return supervision.giveLegTo(call);
  by.mustBeFree();
  return ringOwnPhone(by, call, { reason: 'pick-up', notedThere: true });
}

async function takeOver(by: AtDesk, talk: Talk, leg: Leg): Promise<void> {
  const from = talk.places.partner?.who.name ?? '';
  talk.call.note('step', { step: 'intercept', why: `${by.id} takes the caller over from ${from}` });
  talk.noteJoined(by.who, { reason: 'pick-up', by: from });
  await talk.join(leg, by.who);
}
