import type { Leg } from '../../call/leg.ts';
import type { Talk } from '../../call/talk.ts';
import type { AtDesk } from '../at-desk.ts';
import { ringOwnPhone } from '../own-phone.ts';
import { supervised } from '../supervised.ts';
import type { Supervisions } from '../supervisions.ts';
import type { SupervisorAct } from './supervisor-act.ts';

/** The supervisor takes the caller over from an agent, who leaves; his phone is rung unless he listens already. */
export const intercept: SupervisorAct<{ readonly agent: string }> = {
  title: { en: 'intercept', zh: '拦截' },
  do: async (by, { agent }, supervisions) => {
    const of = supervised(by, agent);
    const { talk } = of.mayGive('join');
    const leg = await ownLeg(by, talk, supervisions);
    try {
      // meanwhile the agent may have done something else
      await takeOver(by, of.partnerIn('join'), leg);
    } catch (error) {
      leg.sip.end({ cause: 'normal' });
      throw error;
    }
    return { agent, callId: talk.call.id };
  },
};

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
