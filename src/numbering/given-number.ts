import type { ListNumber } from './list-number-store.ts';
import { normaliseCaller } from './number.ts';
import { numberKey } from './number-table.ts';

/** A number of a list as somebody writes it. */
export interface GivenNumber {
  readonly number: string;
  /** Milliseconds since 1970. */
  readonly until?: number | undefined;
  readonly reason?: string | undefined;
  readonly owner?: string | undefined;
  readonly note?: string | undefined;
}

/** What is wrong with it. */
export interface NumberFlaw {
  readonly field: keyof GivenNumber;
  readonly code: 'invalid' | 'missing';
  readonly detail: string;
  readonly fix?: string;
}

/** Characters of texts at most. */
export const TEXT_LIMITS = { reason: 200, owner: 64, note: 500 } as const;
/** A shorter one is no caller's: what is left of a cell that is none. */
const SHORTEST = 3;

/** The number as lists keep it, or what is wrong. */
export function listNumberOf(
  { number, until, reason, owner, note }: GivenNumber,
  hasAgent: (id: string) => boolean,
): ListNumber | readonly NumberFlaw[] {
  const flaws: NumberFlaw[] = [];
  const caller = normaliseCaller(number);
  if (caller.length < SHORTEST || numberKey(caller) < 0)
    flaws.push({
      field: 'number',
      code: 'invalid',
      detail: number === '' ? 'the number is missing' : `'${number}' is no telephone number`,
      fix: '3 to 15 digits, `+` before a country code',
    });
  for (const [field, text] of Object.entries({ reason, owner, note })) {
    const most = TEXT_LIMITS[field as keyof typeof TEXT_LIMITS];
    if (text !== undefined && text.length > most)
      flaws.push({
        field: field as keyof GivenNumber,
        code: 'invalid',
        detail: `it has more than ${most} characters`,
      });
  }
  if (owner !== undefined && owner !== '' && !hasAgent(owner))
    flaws.push({ field: 'owner', code: 'missing', detail: `there is no agent ${owner}` });
  if (flaws.length > 0) return flaws;
  const known = (text: string | undefined) => text || undefined;
  return { number: caller, until, reason: known(reason), owner: known(owner), note: known(note) };
}
