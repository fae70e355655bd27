import Type from 'typebox';
import { playToTalk } from '../../call/play.ts';
import { agentAct } from './agent-act.ts';

/** Plays a stored prompt to the customer, or to everybody in the talk; resolves when it is over. */
export const play = agentAct({
  title: { en: 'play a prompt', zh: '点播语音' },
  of: 'talk',
  args: {
    prompt: Type.String({ minLength: 1, maxLength: 200, examples: ['goodbye'] }),
    to: Type.Optional(
      Type.Enum(['customer', 'all'], { description: 'who hears it; by default the customer' }),
    ),
  },
  do: async (at, { prompt, to = 'customer' }) => {
    const { talk, customer } = at.talking();
    const items = at.parts.promptItems(at.tenant, [prompt]);
    const { caller, partner, third, guests = [] } = talk.places;
    const all = [caller, partner, third, ...guests].flatMap((member) => (member ? [member.leg] : []));
    await playToTalk(talk, items, to === 'all' ? all : [customer]);
  },
});
