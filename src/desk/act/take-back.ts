import Type from 'typebox';
import { parkedBy, parkedIn, takeUp } from '../../call/park.ts';
import type { Talk } from '../../call/talk.ts';
import type { AtDesk } from '../at-desk.ts';
import { DeskError } from '../desk-error.ts';
import { ringOwnPhone } from '../own-phone.ts';
import { agentAct } from './agent-act.ts';
import { callResult } from './fields.ts';

/** Takes a parked caller up: his own phone is rung for him, which needs no feature code then. */
export const takeBack = agentAct({
  title: { en: 'take a parked caller back', zh: '取回驻留' },
  of: 'agent',
  args: {
    slot: Type.Optional(
      Type.String({
        maxLength: 15,
        description: 'whoever has parked him there; left out: whom he has parked himself, the longest first',
        examples: ['1'],
      }),
    ),
  },
  result: callResult,
  do: async (at, { slot: named }) => {
    const talk = parkedFor(at, named);
    const { call, slot } = talk;
    at.mustBeFree();
    const leg = await ringOwnPhone(at, call, { reason: 'park', notedThere: true });
    if (talk.state !== 'parked' || talk.slot !== slot) {
      leg.sip.end({ cause: 'answered-elsewhere' });
      throw new DeskError('nothing-rings', 'somebody else was faster');
    }
    call.note('step', { step: 'park', why: `${at.id} takes the caller up from ${slot}` });
    await takeUp(talk, leg, at.who);
    return { callId: call.id };
  },
});

function parkedFor({ parts: { calls }, tenant, who }: AtDesk, slot: string | undefined): Talk {
  const talk = slot === undefined ? parkedBy(calls, tenant, who)[0] : parkedIn(calls, tenant, slot);
  if (!talk) throw new DeskError('nothing-rings', 'nobody is parked there');
  return talk;
}
