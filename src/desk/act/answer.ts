import { DeskError } from '../desk-error.ts';
import { agentAct } from './agent-act.ts';

/** The agent's phone rings: it is rung anew and asked to answer by itself, which phones do that know one of the headers for it. */
export const answer = agentAct({
  title: { en: 'answer', zh: '接听' },
  of: 'agent',
  do: (at) => {
    const calls = at.parts.calls.ofExtension(at.tenant, at.extension);
    const isAnswering = calls.some(({ ringing }) => ringing.some((one) => one.answerAt(at.extension)));
    if (!isAnswering) throw new DeskError('nothing-rings', `the phone ${at.extension} does not ring`);
  },
});
