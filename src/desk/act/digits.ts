import Type from 'typebox';
import { sendDigits } from '../../call/digits.ts';
import { agentAct } from './agent-act.ts';

/** Sends keys to the customer's side, such as into the menu of a line. */
export const digits = agentAct({
  title: { en: 'send digits', zh: '发送按键' },
  of: 'talk',
  args: { digits: Type.String({ pattern: '^[0-9A-Da-d*#,]{1,50}$', examples: ['12#'] }) },
  do: (at, args) => {
    const { talk, customer } = at.talking();
    return sendDigits(talk, customer, args.digits);
  },
});
