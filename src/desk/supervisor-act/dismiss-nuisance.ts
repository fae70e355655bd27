import { numberField } from '../act/fields.ts';
import { dismiss, reported } from '../nuisances.ts';
import { supervisorAct } from './supervisor-act.ts';

/** A caller who was reported is none, or has been one long enough: nobody turns him away. */
export const dismissNuisance = supervisorAct({
  title: { en: 'dismiss a nuisance report', zh: '撤销骚扰号码' },
  args: { number: numberField },
  do: async (by, { number }) => {
    const found = reported(by, number);
    await dismiss(by, found);
    return { agent: found.by, callId: found.callId };
  },
});
