import Type from 'typebox';
import { dayOfDate } from '../../calendar/zone.ts';
import { numberField } from '../act/fields.ts';
import { DeskError } from '../desk-error.ts';
import { confirm, reported } from '../nuisances.ts';
import { supervisorAct } from './supervisor-act.ts';

/** Has a caller who was reported turned away by all hotlines of the company; `until`: the last day, without: for good. */
export const confirmNuisance = supervisorAct({
  title: { en: 'confirm a nuisance caller', zh: '确认骚扰号码' },
  args: {
    number: numberField,
    until: Type.Optional(
      Type.String({
        pattern: '^\\d{4}-\\d\\d-\\d\\d$',
        description: 'the last day; left out: for good',
        examples: ['2026-12-31'],
      }),
    ),
  },
  do: async (by, { number, until }) => {
    const found = reported(by, number);
    if (until !== undefined && dayOfDate(until) === undefined)
      throw new DeskError('bad-request', `${until} is no date such as 2026-08-01`);
    await confirm(by, found, until);
    return { agent: found.by, callId: found.callId, details: { until } };
  },
});
