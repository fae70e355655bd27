import type { Complain } from './kind.ts';

/** What a phone gets by dialling a feature code (功能码). */
export type Feature = 'echo' | 'pickUp' | 'pickUpAt' | 'park';

/** A company's code of each feature; '' switches it off. */
export type FeatureCodes = Readonly<Record<Feature, string>>;

const NO_CODES: FeatureCodes = { echo: '', pickUp: '', pickUpAt: '', park: '' };

export const STANDARD_CODES: FeatureCodes = { echo: '*43', pickUp: '*8', pickUpAt: '**', park: '*85' };

/** Those whose code is followed by digits: an extension, a place to park in. */
const WITH_DIGITS: ReadonlySet<Feature> = new Set(['pickUpAt', 'park']);

/** What was dialled, in a company's own codes. `digits`: what follows the code; '' for a code that stands alone. */
export interface DialledFeature {
  readonly feature: Feature;
  readonly digits: string;
}

/** Whether somebody dials a feature code: a number never begins so. */
export function isFeatureCode(called: string): boolean {
  return called.startsWith('*') || called.startsWith('#');
}

/** The feature that was dialled; undefined: none has that code. */
export function featureOf(called: string, codes: FeatureCodes): DialledFeature | undefined {
  for (const [name, code] of Object.entries(codes)) {
    if (code === '' || !called.startsWith(code)) continue;
    const feature = name as Feature;
    const digits = called.slice(code.length);
    if (WITH_DIGITS.has(feature) ? /^\d{1,15}$/.test(digits) : digits === '') return { feature, digits };
  }
  return undefined;
}

/** Complains of a code that is another feature's, or reads like another one with digits behind it. */
export function checkCodes(codes: FeatureCodes, complain: Complain): void {
  const inUse = Object.entries(codes).filter(([, code]) => code !== '');
  inUse.forEach(([feature, code], index) => {
    for (const [at, [other, taken]] of inUse.entries()) {
      const isSame = at < index && code === taken;
      const isLonger =
        at !== index && featureOf(code, { ...NO_CODES, [other]: taken }) !== undefined && code !== taken;
      if (!isSame && !isLonger) continue;
      const reason = isSame
        ? `${code} is the code of ${other} already`
        : `${code} is ${other} (${taken}) with digits behind it`;
      complain(['codes', feature], reason, "give it another code, or '' to switch it off");
    }
  });
}
