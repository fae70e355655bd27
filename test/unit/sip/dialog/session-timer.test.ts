import { describe, expect, test } from 'vitest';
import {
  DEFAULT_SESSION_TIMER,
  sessionExpiresOf,
  timerDelayMs,
  uacTimer,
  uasTimer,
} from '../../../../src/sip/dialog/session-timer.ts';
import { parseMessage } from '../../../../src/sip/message/index.ts';

const message = (...headers: string[]) =>
  parseMessage(
    Buffer.from(['INVITE sip:a@b SIP/2.0', 'Via: SIP/2.0/UDP a', ...headers, '', ''].join('\r\n')),
  )!;

describe('session timer (RFC 4028)', () => {
  test('Session-Expires with and without refresher', () => {
    expect(sessionExpiresOf(message('Session-Expires: 1800;refresher=uas'))).toEqual({
      seconds: 1800,
      refresher: 'uas',
    });
    expect(sessionExpiresOf(message('x: 90'))).toEqual({ seconds: 90, refresher: undefined });
    for (const bad of ['soon', '-1', '0', '99999999999', '1.5', '90 seconds']) {
      expect(sessionExpiresOf(message(`Session-Expires: ${bad}`)), bad).toBeUndefined();
    }
    expect(sessionExpiresOf(message('To: x'))).toBeUndefined();
  });

  test.each([
    [
      'the caller knows nothing: we refresh, and find out when he is gone',
      [],
      'agreed',
      'Session-Expires: 1800;refresher=uas',
      true,
    ],
    [
      'the caller supports it: he refreshes',
      ['Supported: timer'],
      'agreed',
      'Session-Expires: 1800;refresher=uac',
      false,
    ],
    [
      'the caller asks us to refresh',
      ['k: timer', 'Session-Expires: 600;refresher=uas'],
      'agreed',
      'Session-Expires: 600;refresher=uas',
      true,
    ],
    [
      'a proxy wants one, the caller knows nothing',
      ['Session-Expires: 600'],
      'agreed',
      'Session-Expires: 600;refresher=uas',
      true,
    ],
    [
      'a proxy wants a short one, the caller would not understand a 422 (RFC 4028 9)',
      ['Session-Expires: 60'],
      'agreed',
      'Session-Expires: 90;refresher=uas',
      true,
    ],
    [
      'longer than we want is shortened',
      ['Supported: timer', 'Session-Expires: 7200'],
      'agreed',
      'Session-Expires: 1800;refresher=uac',
      false,
    ],
    [
      'but not below Min-SE',
      ['Supported: timer', 'Session-Expires: 7200', 'Min-SE: 3600'],
      'agreed',
      'Session-Expires: 3600;refresher=uac',
      false,
    ],
    ['too small', ['Supported: timer', 'Session-Expires: 30'], 'too-small', undefined, undefined],
  ])('UAS: %s', (_name, headers, kind, line, weRefresh) => {
    const verdict = uasTimer(message(...headers), DEFAULT_SESSION_TIMER);
    expect(verdict.kind).toBe(kind);
    if (verdict.kind !== 'agreed') return;
    expect([verdict.line, verdict.timer.weRefresh]).toEqual([`${line}\r\n`, weRefresh]);
    // RFC 4028 9: a caller who shall refresh is told by Require.
    expect(verdict.require).toBe(!weRefresh);
  });

  test('UAC: the answer decides; without one only we know of the timer', () => {
    expect(uacTimer(message('Session-Expires: 90;refresher=uas'), 1800)).toEqual({
      seconds: 90,
      weRefresh: false,
    });
    expect(uacTimer(message('Session-Expires: 90'), 1800)).toEqual({ seconds: 90, weRefresh: true });
    expect(uacTimer(message('To: x'), 1800)).toEqual({ seconds: 1800, weRefresh: true });
    expect(uacTimer(message('To: x'), undefined)).toBeUndefined();
  });

  test('refresh at the half, hang up before the end (10)', () => {
    expect(timerDelayMs({ seconds: 1800, weRefresh: true })).toBe(900_000);
    expect(timerDelayMs({ seconds: 1800, weRefresh: false })).toBe(1_768_000);
    expect(timerDelayMs({ seconds: 90, weRefresh: false })).toBe(60_000);
  });
});
