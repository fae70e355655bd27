/** What trunks of carriers and gateways are filled with when they are made (中继模板): options that there are, and nothing else. Pure. */

interface Rule {
  readonly match: string;
  readonly strip: number;
  readonly add: string;
}

const rule = (match: string, strip: number, add: string): Rule => ({ match, strip, add });

/** Mobiles by their beginning: short numbers such as 10086 and 110 begin with 1, too, and stay as they are. */
const MOBILES = ['13', '14', '15', '16', '17', '18', '19'].map((match) => rule(match, 0, '+86'));

/** Domestic numbers as E.164; service and short numbers stay. What comes in with +86 needs no rule: the engine takes it off. */
const E164_OUT = {
  calledOut: [rule('00', 2, '+'), rule('0', 1, '+86'), ...MOBILES],
  callerOut: [rule('0', 1, '+86'), ...MOBILES, rule('400', 0, '+86')],
};

const IMS = {
  channels: 30,
  callerIdIn: 'pai',
  callerIdOut: 'pai-tel',
  rewrite: { callerIn: [], calledIn: [], ...E164_OUT },
  codecs: ['PCMA', 'PCMU'],
  digits: 'auto',
  earlyMedia: true,
  probeMs: 30_000,
  register: { expiresMs: 3_600_000 },
} as const;

const E1 = {
  channels: 30,
  callerIdIn: 'from',
  callerIdOut: 'from',
  codecs: ['PCMA', 'PCMU'],
  digits: 'auto',
  earlyMedia: true,
  busyTone: false,
  probeMs: 30_000,
} as const;

/** By key; each has its words `KEY` and `KEY-text`. */
export const PROFILES = {
  telecom: { group: 'ims', values: IMS },
  unicom: { group: 'ims', values: IMS },
  mobile: { group: 'ims', values: IMS },
  account: {
    group: 'sip',
    values: { callerIdIn: 'from', callerIdOut: 'from', earlyMedia: true, register: { expiresMs: 600_000 } },
  },
  static: { group: 'sip', values: { callerIdIn: 'pai', callerIdOut: 'pai', earlyMedia: true } },
  newrock: { group: 'gateway', values: E1 },
  dinstar: { group: 'gateway', values: E1 },
  synway: { group: 'gateway', values: E1 },
  e1: { group: 'gateway', values: E1 },
  fxo: {
    group: 'gateway',
    values: { ...E1, channels: 8, busyTone: true, digits: 'auto' },
  },
} as const satisfies Readonly<
  Record<
    string,
    { readonly group: 'ims' | 'sip' | 'gateway'; readonly values: Readonly<Record<string, unknown>> }
  >
>;

export type ProfileName = keyof typeof PROFILES;
export const GROUPS = ['ims', 'sip', 'gateway'] as const;
