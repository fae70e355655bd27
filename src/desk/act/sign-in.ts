import Type from 'typebox';
import { agentAct } from './agent-act.ts';
import { queueField } from './fields.ts';

/** The agent signs in, at his own phone or number, at another extension or number outside, for all or some of his queues. */
export const signIn = agentAct({
  title: { en: 'sign in', zh: '签入' },
  of: 'agent',
  args: {
    extension: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,20}$', description: 'where he sits; by default at his own' }),
    ),
    number: Type.Optional(
      Type.String({
        pattern: '^\\+?[0-9]{1,20}$',
        description: 'in place of it a number outside (远程坐席)',
      }),
    ),
    queues: Type.Optional(
      Type.Array(queueField, {
        maxItems: 200,
        description: 'those that he serves; by default all that list him',
      }),
    ),
  },
  do: ({ parts: { acd }, tenant, id }, where) => acd.signIn(tenant, id, where),
});
