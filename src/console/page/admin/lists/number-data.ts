/** What the dialogs of the numbers of a list share. */
import { ApiError } from '../../../api/ask.ts';
import type { ListNumberRow } from '../../../api/types.ts';
import { dateOf, dayAfter, instantOf, phoneNumber } from '../../../kit/format.ts';

export const LIST_NUMBERS = ['list-numbers'] as const;

export const numbersPath = (list: string): string => `/lists/${encodeURIComponent(list)}/numbers`;

/** What a number of a list has besides, as it is written. */
export interface NumberFields {
  /** A date; '': for good. */
  readonly until: string;
  readonly reason: string;
  readonly owner: string;
  readonly note: string;
}

export const NO_FIELDS: NumberFields = { until: '', reason: '', owner: '', note: '' };

/** Of a time, the day in which it ends. */
export const fieldsOf = ({ until, reason, owner, note }: ListNumberRow, zone: string): NumberFields => ({
  until: until === null ? '' : dateOf(Date.parse(until) - 1, zone),
  ...{ reason: reason ?? '', owner: owner ?? '', note: note ?? '' },
});

/** As the API takes it: what is empty is left out, and the day of `until` is still of it. */
export function givenOf(number: string, { until, reason, owner, note }: NumberFields, zone: string) {
  return {
    number,
    ...(until && { until: new Date(instantOf(dayAfter(until, 1), '00:00:00', zone)).toISOString() }),
    ...(reason.trim() && { reason: reason.trim() }),
    ...(owner.trim() && { owner: owner.trim() }),
    ...(note.trim() && { note: note.trim() }),
  };
}

/** Numbers that were pasted: one a line, or between commas; spaces and dashes within one are its groups. */
export function numbersIn(text: string): readonly string[] {
  const parts = text.split(/[\n\r\t,;，；、]+/).map((each) => each.trim());
  return [...new Set(parts.filter(Boolean))];
}

export interface NumberFlaw {
  readonly number: string;
  readonly why: 'wrongNumber' | 'wrongOwner' | 'wrongText';
}

/** What the server says is wrong, of which number. */
export function flawsOf(error: unknown, numbers: readonly string[]): readonly NumberFlaw[] {
  if (!(error instanceof ApiError)) return [];
  return (error.problem?.errors ?? []).flatMap(({ pointer }) => {
    const [, at, field] = /^\/numbers\/(\d+)\/(\w+)$/.exec(pointer) ?? [];
    if (at === undefined) return [];
    const why = field === 'number' ? 'wrongNumber' : field === 'owner' ? 'wrongOwner' : 'wrongText';
    return [{ number: phoneNumber(numbers[Number(at)] ?? ''), why }] as const;
  });
}
