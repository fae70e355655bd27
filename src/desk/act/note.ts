import type { AgentAct } from './agent-act.ts';

/** What he says of a call. */
export interface Noted {
  /** A code of the queue's dispositions (话后小结). */
  readonly disposition?: string;
  readonly note?: string;
}

/** What the call came to, in his talk or wrap-up; it takes the place of what he has said before. */
export const note: AgentAct<Noted> = {
  title: { en: 'note', zh: '话后小结' },
  do: ({ parts: { acd }, tenant, id }, { disposition, note: words }) =>
    acd.note(tenant, id, { disposition, note: words }),
};
