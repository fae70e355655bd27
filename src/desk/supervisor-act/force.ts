import { supervised } from '../supervised.ts';
import { wish } from '../wish.ts';
import type { SupervisorAct } from './supervisor-act.ts';

/** What a supervisor has an agent do. */
export interface Forced {
  readonly agent: string;
  readonly state: 'ready' | 'busy' | 'break' | 'sign-out';
  /** Of a break or of being busy. */
  readonly reason?: string;
}

/** Another state for an agent (强制签出、就绪、示忙、小休); during a call it is kept for its end. */
export const force: SupervisorAct<Forced> = {
  title: { en: 'force a state', zh: '强制状态' },
  do: (by, { agent, state, reason }) => {
    const { isKept } = wish(supervised(by, agent), state, reason, by.id);
    return { agent, details: { state, reason, isKept } };
  },
};
