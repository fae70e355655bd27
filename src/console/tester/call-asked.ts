/** The call that is tried, as it is filled in or typed in one line, and as the API is asked. Pure. */
import { instantOf } from '../kit/format.ts';

export const CALLER_KINDS = ['vip', 'blacklisted', 'whitelisted'] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];
export const MOODS = ['ready', 'busy', 'no-answer', 'signed-out'] as const;
export type Mood = (typeof MOODS)[number];

/** What an `http` node is answered whose URL begins so. */
export interface Stub {
  readonly url: string;
  readonly status: number;
  /** JSON; '': none. */
  readonly body: string;
}

export interface CallAsked {
  readonly called: string;
  /** '': withheld. */
  readonly caller: string;
  /** Undefined: whom his number is of. */
  readonly as: CallerKind | undefined;
  /** `2026-10-01 10:00` on the company's clock; '': now. */
  readonly at: string;
  /** Inputs, one for each question, between spaces; `-`: nothing is pressed. */
  readonly keys: string;
  /** Of all agents. */
  readonly agents: Mood;
  /** Those that are on. */
  readonly switches: readonly string[];
  readonly stubs: readonly Stub[];
}

export const FIRST_CALL: CallAsked = {
  called: '',
  caller: '13800138000',
  as: undefined,
  at: '',
  keys: '',
  agents: 'ready',
  switches: [],
  stubs: [],
};

const SEPARATOR = /[\s,，、;；]+/;
const keysIn = (text: string) => text.split(SEPARATOR).filter(Boolean);

export type CallFault = 'called' | 'caller' | 'at' | 'keys' | 'stubs';

/** The first field that cannot be so; undefined: all can. */
export function faultOf({ called, caller, at, keys, stubs }: CallAsked): CallFault | undefined {
  if (!/^\d{3,20}$/.test(called)) return 'called';
  if (!/^(\+?\d{1,20})?$/.test(caller)) return 'caller';
  if (at.trim() !== '' && momentIn(at) === undefined) return 'at';
  if (!keysIn(keys).every((each) => each === '-' || /^[0-9*#]{1,64}$/.test(each))) return 'keys';
  return stubs.every(({ url, body }) => url.trim() !== '' && isJson(body)) ? undefined : 'stubs';
}

/** Date and time as they are typed; undefined: there is no such moment. */
function momentIn(text: string): readonly [date: string, time: string] | undefined {
  const found = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2})[:：](\d\d))?$/.exec(text.trim());
  if (!found) return undefined;
  const [, year = '', month = '', day = '', hour = '0', minute = '00'] = found;
  const two = (part: string) => part.padStart(2, '0');
  const [date, time] = [`${year}-${two(month)}-${two(day)}`, `${two(hour)}:${minute}:00`];
  const at = new Date(`${date}T${time}Z`);
  // The 31st of a month that has 30 days would be another day.
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== date ? undefined : [date, time];
}

const isJson = (text: string): boolean => {
  try {
    if (text.trim() !== '') JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Body of `POST /simulations`. `agents`: work numbers of those who are not ready. */
export function bodyOf(asked: CallAsked, zone: string, agents: readonly string[]): object {
  const { called, caller, as, at, keys, switches, stubs } = asked;
  const moment = momentIn(at);
  return {
    hotline: called,
    caller,
    keys: keysIn(keys).map((each) => (each === '-' ? '' : each)),
    ...(as !== undefined && { as }),
    ...(moment && { at: new Date(instantOf(...moment, zone)).toISOString() }),
    ...(asked.agents !== 'ready' && { agents: Object.fromEntries(agents.map((id) => [id, asked.agents])) }),
    ...(switches.length > 0 && { switches }),
    ...(stubs.length > 0 && {
      http: stubs.map(({ url, status, body }) => ({
        url: url.trim(),
        status,
        ...(body.trim() !== '' && { body: JSON.parse(body) as unknown }),
      })),
    }),
  };
}

const TIME =
  /(?:at|在|时间)?\s*[:：]?\s*(?:(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?)(?:[ T]*(\d{1,2})[:：](\d{2}))?|(?:at|在|时间)?\s*[:：]?\s*(\d{1,2})[:：](\d{2})(?!\d)/i;
const KEYS =
  /(?:\bkeys?|按键|按)\s*[:：]?\s*((?:[0-9*#]{1,64}|-)(?:[\s,，、]+(?:[0-9*#]{1,6}|-)(?![\d-]))*)/i;
const FROM = /(?:\bfrom|\bcaller|主叫|来自|从)\s*[:：]?\s*(\+?\d[\d-]{1,22})/i;
const WITHHELD = /\b(?:anonymous|withheld)\b|匿名|隐藏号码/i;
const KINDS: readonly (readonly [CallerKind, RegExp])[] = [
  ['vip', /\bvip\b/i],
  ['blacklisted', /\bblack-?list(?:ed)?\b|黑名单/i],
  ['whitelisted', /\bwhite-?list(?:ed)?\b|白名单/i],
];

/**
 * A call in one line: `4001234567 from 075512345678 at 2026-10-01 10:00, keys 1 2, as VIP`, or the same in Chinese. `today`: for
 * a time without a date. Undefined: it names no number that is called.
 */
export function callIn(text: string, today: string): CallAsked | undefined {
  let rest = text;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = pattern.exec(rest);
    if (!found) return undefined;
    rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`;
    return found;
  };
  const time = take(TIME);
  const keys = take(KEYS)?.[1] ?? '';
  const isWithheld = take(WITHHELD) !== undefined;
  const from = take(FROM)?.[1];
  const as = KINDS.find(([, pattern]) => take(pattern))?.[0];
  const [called, second] = [...rest.replaceAll(/(\d)-(?=\d)/g, '$1').matchAll(/\+?\d{3,20}/g)].map(
    ([each]) => each,
  );
  if (called === undefined || called.startsWith('+')) return undefined;
  return {
    ...FIRST_CALL,
    called,
    caller: isWithheld ? '' : (from?.replaceAll('-', '') ?? second ?? FIRST_CALL.caller),
    as,
    at: time ? timeOf(time, today) : '',
    keys: keys.trim().split(SEPARATOR).join(' '),
  };
}

function timeOf(
  [, year, month, day, hour, minute, onlyHour, onlyMinute]: RegExpExecArray,
  today: string,
): string {
  const two = (text = '') => text.padStart(2, '0');
  const date = year === undefined ? today : `${year}-${two(month)}-${two(day)}`;
  return `${date} ${two(hour ?? onlyHour ?? '00')}:${two(minute ?? onlyMinute ?? '00')}`;
}
