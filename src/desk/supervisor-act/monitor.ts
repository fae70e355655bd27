import type { SupervisionMode } from '../desk-events.ts';
import { mustMix, supervised } from '../supervised.ts';
import type { SupervisorAct } from './supervisor-act.ts';

/**
 * The supervisor hears an agent's talks (监听), whispers to him (密语) or talks with all (强插), from this talk to the next, until
 * `leave`; again: changes between these, or to another agent. His phone is rung when it is in nothing yet.
 */
export const monitor: SupervisorAct<{ readonly agent: string; readonly mode?: SupervisionMode }> = {
  title: { en: 'listen, whisper or barge in', zh: '监听、密语、强插' },
  do: async (by, { agent, mode = 'listen' }, supervisions) => {
    const of = supervised(by, agent);
    mustMix(by);
    const { heard } = await supervisions.watch(by, of, mode);
    return { agent, callId: heard?.id, details: { mode } };
  },
};
