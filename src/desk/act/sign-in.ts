import type { SignIn } from '../../acd/acd.ts';
import type { AgentAct } from './agent-act.ts';

/** The agent signs in, at his own phone or number, at another extension or number outside, for all or some of his queues. */
export const signIn: AgentAct<SignIn> = {
  title: { en: 'sign in', zh: '签入' },
  do: ({ parts: { acd }, tenant, id }, where) => acd.signIn(tenant, id, where),
};
