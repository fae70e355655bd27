import { transfer as transferTo } from '../../call/transfer.ts';
import { enqueue } from '../enqueue.ts';
import { numberOf, reachedBy } from '../target.ts';
import { agentAct } from './agent-act.ts';
import { reachedResult, targetField } from './fields.ts';

/**
 * Blind transfer: the agent leaves when somebody has answered, or hangs up before; a queue or a hotline takes the caller at once.
 * Resolves when it is known how that went; who was not reached leaves the talk as it was.
 */
export const transfer = agentAct({
  title: { en: 'blind transfer', zh: '盲转' },
  of: 'talk',
  args: { to: targetField },
  result: reachedResult,
  do: async (at, { to }) => {
    if ('queue' in to) {
      enqueue(at, to.queue, to.reason);
      return reachedBy(200);
    }
    const number = numberOf(at, to);
    return reachedBy(await transferTo(at.partnerIn('join'), number));
  },
});
