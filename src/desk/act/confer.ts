import { mergeConference } from '../../call/conference.ts';
import { agentAct } from './agent-act.ts';

/** Who is asked joins the agent and the caller. */
export const confer = agentAct({
  title: { en: 'three-party conference', zh: '三方通话' },
  of: 'talk',
  do: (at) => mergeConference(at.asking()),
});
