import { type Codes, DIGIT, parseDecimal, skip, skipSpace, TOKEN } from './chars.ts';

/** RFC 3261 8.1.1.5: sequence numbers stay below 2^31. */
const MAX_CSEQ = 0x7fffffff;

/** A CSeq value; the method is case-sensitive. */
export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** What stands for a CSeq that is missing or malformed. */
export const NO_CSEQ: CSeq = { number: -1, method: '' };

/** Parses `number method` in [start, end) of `text`, whose codes are `codes`; `undefined` when malformed or not below 2^31. */
export function parseCSeqAt(text: string, codes: Codes, start: number, end: number): CSeq | undefined {
  const digits = skip(codes, start, end, DIGIT);
  const method = skipSpace(codes, digits, end);
  const number = parseDecimal(codes, start, digits, MAX_CSEQ);
  if (number < 0 || method === digits || method === end) return undefined;
  if (skip(codes, method, end, TOKEN) !== end) return undefined;
  return { number, method: text.slice(method, end) };
}
