import type { Area } from './area.ts';
import { isInternational, normaliseCaller, subscriberOf } from './number.ts';

/** How far away a number is that somebody calls: 市话, 国内长途, 国际 (Hong Kong, Macao and Taiwan included). */
export const CALL_CLASSES = ['local', 'domestic', 'international'] as const;

export type CallClass = (typeof CALL_CLASSES)[number];

/** Where somebody calls from. */
export interface Home {
  /** Area code with its 0; undefined: not known, and only numbers without one are local. */
  readonly areaCode: string | undefined;
  /** Where a mobile is at home. */
  readonly areaOf: (number: string) => Pick<Area, 'code'>;
}

/** Carriers' access codes (接入码) for cheaper calls, which stand before whatever number: 17909, 17911, 17951, 12593 ... */
const ACCESS_CODE = /^(?:179\d\d|12593|10193|11808)(?=\d{3})/;

/**
 * How far away a number is, as it was dialled or is sent to a carrier. What is no number of a known form counts as
 * international: a gateway may make anything of it.
 */
export function callClassOf(dialled: string, { areaCode, areaOf }: Home): CallClass {
  let digits = subscriberOf(dialled);
  while (ACCESS_CODE.test(digits)) digits = digits.replace(ACCESS_CODE, '');
  const number = normaliseCaller(digits);
  if (number === '' || isInternational(number)) return 'international';
  const { length } = number;
  if (number.startsWith('0')) {
    if (length < 10 || length > 12 || number.startsWith('00')) return 'international';
    return areaCode !== undefined && number.startsWith(areaCode) ? 'local' : 'domestic';
  }
  // 110, 10086, 95588, 96xxx, and numbers of the own area
  if (length <= 8) return 'local';
  if (length === 10 && (number.startsWith('400') || number.startsWith('800'))) return 'local';
  if (length !== 11 || !/^1[3-9]/.test(number)) return 'international';
  return areaCode !== undefined && areaOf(number).code === areaCode ? 'local' : 'domestic';
}
