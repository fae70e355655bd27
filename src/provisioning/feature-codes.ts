import type { Complain } from './kind.ts';

/** What a phone gets by dialling a feature code (功能码). */
export type Feature =
  | 'echo'
  | 'pickUp'
  | 'pickUpAt'
  | 'park'
  | PhoneFeature
  | AgentFeature
  | SupervisorFeature
  | 'pickUpQueue'
  | 'voicemail';

/** Those that set something for the calls to the phone that dials them. */
export type PhoneFeature =
  | 'doNotDisturb'
  | 'forwardAlways'
  | 'forwardBusy'
  | 'forwardNoAnswer'
  | 'forwardUnreachable';

/** Those by which the agent (坐席) who sits at the phone signs in and out and changes his state. */
export type AgentFeature =
  | 'signIn'
  | 'signInOutside'
  | 'signOut'
  | 'agentReady'
  | 'agentBusy'
  | 'agentBreak'
  | 'endWrapUp'
  | 'nuisance';

/** Those by which a supervisor (班长席) takes part in an agent's talks. */
export type SupervisorFeature = 'monitor' | 'whisper' | 'barge';

/** A company's code of each feature; '' switches it off. */
export type FeatureCodes = Readonly<Record<Feature, string>>;

export const STANDARD_CODES: FeatureCodes = {
  echo: '*43',
  pickUp: '*8',
  pickUpAt: '**',
  park: '*85',
  doNotDisturb: '*78',
  forwardAlways: '*72',
  forwardBusy: '*90',
  forwardNoAnswer: '*92',
  forwardUnreachable: '*94',
  signIn: '*50',
  signInOutside: '*48',
  signOut: '*51',
  agentReady: '*52',
  agentBusy: '*53',
  agentBreak: '*54',
  endWrapUp: '*55',
  nuisance: '*60',
  monitor: '*56',
  whisper: '*57',
  barge: '*58',
  pickUpQueue: '*59',
  voicemail: '*97',
};

/** What may stand behind a code, where anything may: an extension, a place to park in, a number to forward to or none, an agent. */
const DIGITS: { readonly [Of in Feature]?: RegExp } = {
  pickUpAt: /^\d{1,15}$/,
  park: /^\d{1,15}$/,
  forwardAlways: /^\d{0,20}$/,
  forwardBusy: /^\d{0,20}$/,
  forwardNoAnswer: /^\d{0,20}$/,
  forwardUnreachable: /^\d{0,20}$/,
  signIn: /^\d{0,15}$/,
  signInOutside: /^\d{0,20}$/,
  agentBreak: /^\d{0,2}$/,
  monitor: /^\d{1,15}$/,
  whisper: /^\d{1,15}$/,
  barge: /^\d{1,15}$/,
};

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
export function featureOf(called: string, codes: Partial<FeatureCodes>): DialledFeature | undefined {
  for (const [name, code] of Object.entries(codes)) {
    if (code === '' || !called.startsWith(code)) continue;
    const feature = name as Feature;
    const digits = called.slice(code.length);
    if (DIGITS[feature]?.test(digits) ?? digits === '') return { feature, digits };
  }
  return undefined;
}

/** A code that came with a later version, and that nobody wrote, yields to those of the company, which stand before it. */
const LATER: ReadonlySet<string> = new Set<Feature>([
  'doNotDisturb',
  'forwardAlways',
  'forwardBusy',
  'forwardNoAnswer',
  'forwardUnreachable',
  'signIn',
  'signInOutside',
  'signOut',
  'agentReady',
  'agentBusy',
  'agentBreak',
  'endWrapUp',
  'nuisance',
  'monitor',
  'whisper',
  'barge',
  'pickUpQueue',
  'voicemail',
]);
const givesWay = (feature: string, code: string) =>
  LATER.has(feature) && code === STANDARD_CODES[feature as Feature];

/** Whether a hotline of the company that has what was dialled as a code of its own comes before the feature. */
export function yields({ feature }: DialledFeature, codes: FeatureCodes): boolean {
  return givesWay(feature, codes[feature]);
}

/** Complains of a code that is another feature's, or reads like another one with digits behind it. */
export function checkCodes(codes: FeatureCodes, complain: Complain): void {
  const inUse = Object.entries(codes).filter(([, code]) => code !== '');
  inUse.forEach(([feature, code], index) => {
    for (const [at, [other, taken]] of inUse.entries()) {
      const isSame = at < index && code === taken;
      const isLonger = at !== index && featureOf(code, { [other]: taken }) !== undefined && code !== taken;
      if ((!isSame && !isLonger) || givesWay(feature, code) || givesWay(other, taken)) continue;
      const reason = isSame
        ? `${code} is the code of ${other} already`
        : `${code} is ${other} (${taken}) with digits behind it`;
      complain(['codes', feature], reason, "give it another code, or '' to switch it off");
    }
  });
}
