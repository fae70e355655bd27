import { sendDigits } from '../../call/digits.ts';
import type { AgentAct } from './agent-act.ts';

/** Sends keys to the customer's side, such as into the menu of a line. */
export const digits: AgentAct<{ readonly digits: string }> = {
  title: { en: 'send digits', zh: '发送按键' },
  do: (at, args) => {
    const { talk, customer } = at.talking();
    return sendDigits(talk, customer, args.digits);
  },
};
