import { DIGIT, parseDecimal, skip, skipSpace, TOKEN } from './chars.ts';

/** RFC 3261 8.1.1.5: sequence numbers stay below 2^31. */
export const MAX_CSEQ = 0x7fffffff;

/** A CSeq value; the method is case-sensitive. */
export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** What stands for a CSeq that is missing or malformed. */
export const NO_CSEQ: CSeq = { number: -1, method: '' };

/** Parses `number method`; `undefined` when malformed or not below 2^31. */
export function parseCSeq(text: string): CSeq | undefined {
  const digits = skip(text, 0, text.length, DIGIT);
  const method = skipSpace(text, digits, text.length);
  const number = parseDecimal(text, 0, digits, MAX_CSEQ);
  if (number < 0 || method === digits || method === text.length) return undefined;
  if (skip(text, method, text.length, TOKEN) !== text.length) return undefined;
  return { number, method: text.slice(method) };
}
