import { Header, paramOf, type SipMessage } from '../message/index.ts';

/** Who refreshes the session (RFC 4028). */
export type Refresher = 'uac' | 'uas';

/** Value of Session-Expires. */
export interface SessionExpires {
  readonly seconds: number;
  readonly refresher: Refresher | undefined;
}

/** What we want of session timers. */
export interface SessionTimerPolicy {
  /** What we ask for. */
  readonly expiresSeconds: number;
  /** The least that we take; RFC 4028 section 5 demands 90 at least. */
  readonly minSeconds: number;
}

/** RFC 4028 4: no session interval is shorter, whatever a far end says. */
const LEAST_SECONDS = 90;
/** A day: who wants longer intervals is not believed. */
export const MAX_INTERVAL_SECONDS = 86_400;

/** The usual values: half an hour, and the least that the RFC allows. */
export const DEFAULT_SESSION_TIMER: SessionTimerPolicy = { expiresSeconds: 1800, minSeconds: LEAST_SECONDS };

/** A session timer that is agreed on. */
export interface AgreedSessionTimer {
  readonly seconds: number;
  /** Whether we refresh; otherwise we watch. */
  readonly weRefresh: boolean;
}

/** Session-Expires of a message; undefined when absent or malformed. */
export function sessionExpiresOf(message: SipMessage): SessionExpires | undefined {
  const value = message.get(Header.SessionExpires);
  if (value === undefined) return undefined;
  const semicolon = value.indexOf(';');
  const digits = (semicolon < 0 ? value : value.slice(0, semicolon)).trim();
  const seconds = Number(digits);
  if (!Number.isInteger(seconds) || seconds <= 0 || digits.length > 10) return undefined;
  const refresher = semicolon < 0 ? undefined : paramOf(value.slice(semicolon), 'refresher')?.toLowerCase();
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
}

/** Answer of the UAS to an INVITE or UPDATE. */
export type UasTimerVerdict =
  /** RFC 4028 9: 422 with our Min-SE. */
  | { readonly kind: 'too-small' }
  /** `line` for the 2xx. `require`: the UAC is told to refresh, so the 2xx has Require: timer. */
  | {
      readonly kind: 'agreed';
      readonly timer: AgreedSessionTimer;
      readonly line: string;
      readonly require: boolean;
    };

/** RFC 4028 section 9: what a UAS makes of the request's Session-Expires, Min-SE and Supported. Pure. */
export function uasTimer(request: SipMessage, policy: SessionTimerPolicy): UasTimerVerdict {
  const asked = sessionExpiresOf(request);
  const uacSupports = request.listHas(Header.Supported, 'timer') || request.listHas(Header.Require, 'timer');
  if (asked && uacSupports && asked.seconds < policy.minSeconds) return { kind: 'too-small' };
  const floor = Math.max(request.number(Header.MinSe) ?? LEAST_SECONDS, policy.minSeconds);
  const seconds = Math.max(floor, Math.min(asked?.seconds ?? policy.expiresSeconds, policy.expiresSeconds));
  // RFC 4028 9, table 2: who does not know timers is refreshed by us, so that a call whose BYE was lost is found.
  const refresher: Refresher = uacSupports ? (asked?.refresher ?? 'uac') : 'uas';
  return {
    kind: 'agreed',
    timer: { seconds, weRefresh: refresher === 'uas' },
    line: `Session-Expires: ${seconds};refresher=${refresher}\r\n`,
    require: refresher === 'uac',
  };
}

/** RFC 4028 section 7.2: what a UAC makes of the 2xx. Undefined: no timer. */
export function uacTimer(response: SipMessage, asked: number | undefined): AgreedSessionTimer | undefined {
  const agreed = sessionExpiresOf(response);
  if (agreed) {
    // Less than the RFC allows would have us refresh all the time.
    return { seconds: Math.max(LEAST_SECONDS, agreed.seconds), weRefresh: agreed.refresher !== 'uas' };
  }
  // The UAS does not know timers: we refresh alone.
  return asked === undefined ? undefined : { seconds: asked, weRefresh: true };
}

/** When to refresh: half of the interval (RFC 4028 10). When to hang up: `min(32 s, a third)` before its end. */
export function timerDelayMs(timer: AgreedSessionTimer): number {
  const intervalMs = timer.seconds * 1000;
  return timer.weRefresh ? intervalMs / 2 : intervalMs - Math.min(32_000, intervalMs / 3);
}
