import { describe, expect, it } from 'vitest';
import {
  formatNameAddr,
  paramOf,
  paramsOf,
  parseNameAddr,
  withoutParam,
} from '../../../../src/sip/message/index.ts';

const address = (text: string) => {
  const parsed = parseNameAddr(text);
  if (!parsed) throw new Error(`malformed: ${text}`);
  return parsed;
};

describe('parseNameAddr', () => {
  it('takes all forms', () => {
    expect(address('"J \\"R\\\\" <sip:j@h;lr> ; tag = 1 ;x')).toMatchObject({
      displayName: 'J "R\\',
      tag: '1',
      rawParams: '; tag = 1 ;x',
    });
    expect(address('caller<sip:c@h>;tag=323')).toMatchObject({ displayName: 'caller', tag: '323' });
    expect(address('Two Words <sip:c@h>').displayName).toBe('Two Words');
    expect(address('<sip:c@h>')).toMatchObject({ displayName: '', tag: '', rawParams: '' });
    expect(address('客服 <sip:c@h>').displayName).toBe('客服');
  });

  it('gives parameters of a bare address to the header', () => {
    const bare = address('sip:+19725552222@gw1.example.net;unknownparam;tag=x');
    expect(bare.uri.text).toBe('sip:+19725552222@gw1.example.net');
    expect(bare.param('unknownparam')).toBe('');
    expect(bare.tag).toBe('x');
    const bracketed = address('<sip:+19725552222@gw1.example.net;unknownparam>');
    expect(bracketed.uri.param('unknownparam')).toBe('');
    expect(bracketed.param('unknownparam')).toBeUndefined();
  });

  it.each([
    '',
    '"x <sip:a@h>',
    '"x" sip:a@h',
    'Bell, Alexander <sip:a@h>',
    '<sip:a@h',
    '< sip:a@h>',
    '<sip:a@h >',
    '<sip:a@h>;;',
    '<sip:a@h>;',
    '<sip:a@h>x',
    '<sip:a@h>;=1',
    '<sip:a@h>;a=',
    '<sip:a@h>;a="',
    'sip:a@h?Route=%3Csip:b%3E',
    'x',
    '<>',
    '<sip:a@h>;a=b c',
  ])('refuses %j', (text) => {
    expect(parseNameAddr(text)).toBeUndefined();
  });

  it('reads back what it writes', () => {
    const text = formatNameAddr('sip:a@h', 'a"b\\c\r\nX: 1', ';tag=9');
    expect(text).not.toMatch(/[\r\n]/);
    expect(address(text)).toMatchObject({ displayName: 'a"b\\c  X: 1', tag: '9' });
    expect(formatNameAddr('sip:a@h')).toBe('<sip:a@h>');
  });
});

describe('parameters', () => {
  const raw = ' ; A = 1;b;c="x;y=\\"z";d=';
  it('are found by name, without quotes', () => {
    expect([
      paramOf(raw, 'a'),
      paramOf(raw, 'b'),
      paramOf(raw, 'c'),
      paramOf(raw, 'd'),
      paramOf(raw, 'y'),
    ]).toEqual(['1', '', 'x;y="z', '', undefined]);
  });
  it('are listed in order', () => {
    expect(paramsOf(raw)).toEqual([
      ['a', '1'],
      ['b', ''],
      ['c', 'x;y="z'],
      ['d', ''],
    ]);
  });
  it('can be taken out', () => {
    expect(withoutParam(';a=1;B=2;c', 'b')).toBe(';a=1;c');
    expect(withoutParam(';a=1', 'x')).toBe(';a=1');
    expect(withoutParam('', 'x')).toBe('');
  });
});
