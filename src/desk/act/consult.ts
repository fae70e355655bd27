import { consult as consultWith } from '../../call/attended-transfer.ts';
import { numberOf, type Reached, reachedBy, type Somebody } from '../target.ts';
import type { AgentAct } from './agent-act.ts';

/**
 * The agent asks somebody while the caller hears music; then `complete`, `swap`, `confer` or `withdraw`. Resolves when that one has
 * answered or will not.
 */
export const consult: AgentAct<{ readonly to: Somebody }, Reached> = {
  title: { en: 'consult', zh: '咨询' },
  do: async (at, { to }) => {
    const number = numberOf(at, to);
    return reachedBy(await consultWith(at.partnerIn('consult'), number));
  },
};
