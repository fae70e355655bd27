import { inviteToConference } from '../../call/conference.ts';
import { DeskError } from '../desk-error.ts';
import { numberOf, reachedBy } from '../target.ts';
import { agentAct } from './agent-act.ts';
import { reachedResult, somebodyField } from './fields.ts';

/** Rings somebody who joins the talk, and whoever was invited before (多方会议); it goes on meanwhile. */
export const invite = agentAct({
  title: { en: 'invite to the talk', zh: '邀请加入' },
  of: 'talk',
  args: { to: somebodyField },
  result: reachedResult,
  do: async (at, { to }) => {
    if (!at.parts.media.capabilities.conference)
      throw new DeskError('not-supported', 'the media engine cannot mix three parties');
    const number = numberOf(at, to);
    return reachedBy(await inviteToConference(at.partnerIn('confer'), number));
  },
});
