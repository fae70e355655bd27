import { normaliseCaller } from '../numbering/number.ts';

const MOBILE = /^1[3-9]\d{9}$/;
/** Area code, and a subscriber's number: services with higher rates, and short ones, begin with 1 or 9. */
const FIXED = /^0(?:10|2\d|[3-9]\d\d)[2-8]\d{6,7}$/;

/**
 * The number, in the one form, that the engine calls back: a mobile or a fixed line of the mainland, which costs no more than a
 * domestic call. Undefined: it is none. `areaCode`: the company's, for numbers without one.
 */
export function callableNumber(keyed: string, areaCode: string | undefined): string | undefined {
  const number = normaliseCaller(keyed, areaCode);
  return MOBILE.test(number) || FIXED.test(number) ? number : undefined;
}
