import { mergeConference } from '../../call/conference.ts';
import type { AgentAct } from './agent-act.ts';

/** Who is asked joins the agent and the caller. */
export const confer: AgentAct = {
  title: { en: 'three-party conference', zh: '三方通话' },
  do: (at) => mergeConference(at.asking()),
};
