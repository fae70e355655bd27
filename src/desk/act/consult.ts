import { consult as consultWith } from '../../call/attended-transfer.ts';
import { numberOf, reachedBy } from '../target.ts';
import { agentAct } from './agent-act.ts';
import { reachedResult, somebodyField } from './fields.ts';

/**
 * The agent asks somebody while the caller hears music; then `complete`, `swap`, `confer` or `withdraw`. Resolves when that one has
 * answered or will not.
 */
export const consult = agentAct({
  title: { en: 'consult', zh: '咨询' },
  of: 'talk',
  args: { to: somebodyField },
  result: reachedResult,
  do: async (at, { to }) => {
    const number = numberOf(at, to);
    return reachedBy(await consultWith(at.partnerIn('consult'), number));
  },
});
