import { dayOfDate } from '../../calendar/zone.ts';
import { DeskError } from '../desk-error.ts';
import { confirm, reported } from '../nuisances.ts';
import type { SupervisorAct } from './supervisor-act.ts';

/** Has a caller who was reported turned away by all hotlines of the company; `until`: the last day, without: for good. */
export const confirmNuisance: SupervisorAct<{ readonly number: string; readonly until?: string }> = {
  title: { en: 'confirm a nuisance caller', zh: '确认骚扰号码' },
  do: async (by, { number, until }) => {
    const found = reported(by, number);
    if (until !== undefined && dayOfDate(until) === undefined)
      throw new DeskError('bad-request', `${until} is no date such as 2026-08-01`);
    await confirm(by, found, until);
    return { agent: found.by, callId: found.callId, details: { until } };
  },
};
