import Type from 'typebox';
import { agentAct } from './agent-act.ts';

/** What the call came to, in his talk or wrap-up; it takes the place of what he has said before. */
export const note = agentAct({
  title: { en: 'note', zh: '话后小结' },
  of: 'talk',
  args: {
    disposition: Type.Optional(
      Type.String({ maxLength: 64, description: "a code of the queue's dispositions (话后小结)" }),
    ),
    note: Type.Optional(Type.String({ maxLength: 2000, examples: ['wants an invoice'] })),
  },
  do: ({ parts: { acd }, tenant, id }, { disposition, note: words }) =>
    acd.note(tenant, id, { disposition, note: words }),
});
