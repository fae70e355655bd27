import { dismiss, reported } from '../nuisances.ts';
import type { SupervisorAct } from './supervisor-act.ts';

/** A caller who was reported is none, or has been one long enough: nobody turns him away. */
export const dismissNuisance: SupervisorAct<{ readonly number: string }> = {
  title: { en: 'dismiss a nuisance report', zh: '撤销骚扰号码' },
  do: async (by, { number }) => {
    const found = reported(by, number);
    await dismiss(by, found);
    return { agent: found.by, callId: found.callId };
  },
};
