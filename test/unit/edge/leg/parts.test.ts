import { describe, expect, test } from 'vitest';
import { hasHeader, headerLines, oneLine } from '../../../../src/edge/leg/header-lines.ts';
import { infoDigit } from '../../../../src/edge/leg/info-digits.ts';
import { parseReplaces } from '../../../../src/edge/leg/replaces.ts';

describe('infoDigit', () => {
  test.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=200\r\n', { digit: '5', durationMs: 200 }],
    ['application/dtmf-relay', 'Signal= *\nDuration= 80', { digit: '*', durationMs: 80 }],
    ['application/dtmf-relay', 'signal=11', { digit: '#', durationMs: 160 }],
    ['application/dtmf-relay', 'Signal=a\r\nDuration=999999', { digit: 'A', durationMs: 160 }],
    ['application/dtmf', '7', { digit: '7', durationMs: 160 }],
    ['application/dtmf', ' # \r\n', { digit: '#', durationMs: 160 }],
    ['application/dtmf', '12', undefined],
    ['application/dtmf', '', undefined],
    ['application/dtmf-relay', 'Duration=100', undefined],
    ['application/dtmf-relay', 'Signal=flash', undefined],
    ['text/plain', '5', undefined],
  ])('%s %j', (contentType, body, digit) => {
    expect(infoDigit(contentType, body)).toEqual(digit);
  });
});

describe('parseReplaces (RFC 3891 6.1)', () => {
  test.each([
    ['a@b;to-tag=1;from-tag=2', { callId: 'a@b', toTag: '1', fromTag: '2', earlyOnly: false }],
    ['a@b;from-tag=0;to-tag=1;early-only', { callId: 'a@b', toTag: '1', fromTag: '', earlyOnly: true }],
    ['a@b;to-tag=1', undefined],
    ['a@b', undefined],
    [';to-tag=1;from-tag=2', undefined],
    ['', undefined],
  ])('%j', (value, replaces) => {
    expect(parseReplaces(value)).toEqual(replaces);
  });
});

describe('headerLines', () => {
  test('writes one line a value and keeps the edge in charge of its own headers', () => {
    const fields = {
      'X-A': ['1', '2'],
      Via: 'SIP/2.0/UDP evil',
      'content-length': '0',
      'X B': 'c',
      'X-C': 'd\r\nX-D: e',
    };
    expect(headerLines(fields)).toBe('X-A: 1\r\nX-A: 2\r\nX-C: d X-D: e\r\n');
    expect(headerLines(undefined)).toBe('');
  });

  test('hasHeader ignores case, oneLine loses NUL and line ends', () => {
    expect([hasHeader({ Contact: 'x' }, 'contact'), hasHeader(undefined, 'contact')]).toEqual([true, false]);
    expect(oneLine('a\0b\nc\r\n\td')).toBe('a b c d');
  });
});
