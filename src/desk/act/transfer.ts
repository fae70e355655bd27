import { transfer as transferTo } from '../../call/transfer.ts';
import { enqueue } from '../enqueue.ts';
import { numberOf, type Reached, reachedBy, type Target } from '../target.ts';
import type { AgentAct } from './agent-act.ts';

/**
 * Blind transfer: the agent leaves when somebody has answered, or hangs up before; a queue or a hotline takes the caller at once.
 * Resolves when it is known how that went; who was not reached leaves the talk as it was.
 */
export const transfer: AgentAct<{ readonly to: Target }, Reached> = {
  title: { en: 'blind transfer', zh: '盲转' },
  do: async (at, { to }) => {
    if ('queue' in to) {
      enqueue(at, to.queue, to.reason);
      return reachedBy(200);
    }
    const number = numberOf(at, to);
    return reachedBy(await transferTo(at.partnerIn('join'), number));
  },
};
