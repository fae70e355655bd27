import { describe, expect, it } from 'vitest';
import {
  escapeUser,
  hostForSocket,
  hostForUri,
  parseUri,
  unescapeUri,
} from '../../../../src/sip/message/index.ts';

const uri = (text: string) => {
  const parsed = parseUri(text);
  if (!parsed) throw new Error(`malformed: ${text}`);
  return parsed;
};

describe('parseUri', () => {
  it('takes a SIP URI apart', () => {
    expect(uri('sips:alice:secret@Example.com:5061;transport=TCP;lr?subject=a&x=%20')).toMatchObject({
      kind: 'sips',
      scheme: 'sips',
      rawUser: 'alice',
      password: 'secret',
      host: 'Example.com',
      port: 5061,
      transport: 'tcp',
      lr: true,
      rawHeaders: 'subject=a&x=%20',
      address: 'sips:alice@Example.com:5061',
    });
    expect(uri('SIP:host')).toMatchObject({
      kind: 'sip',
      user: '',
      host: 'host',
      port: undefined,
      lr: false,
    });
  });

  it('keeps IPv6 references, and tolerates the extra colon of RFC 5118 4.10', () => {
    expect(uri('sip:a@[2001:db8::10]:5070')).toMatchObject({ host: '[2001:db8::10]', port: 5070 });
    expect(uri('sip:[2001:db8::10:5070]')).toMatchObject({ host: '[2001:db8::10:5070]', port: undefined });
    expect(uri('sip:a@[2001:db8:::192.0.2.1]').host).toBe('[2001:db8:::192.0.2.1]');
    expect(hostForSocket('[::1]')).toBe('::1');
    expect(hostForUri('::1')).toBe('[::1]');
    expect(hostForUri('10.0.0.1')).toBe('10.0.0.1');
  });

  it('decodes escapes once', () => {
    expect(uri('sip:null-%00-null@h').user).toBe('null-\0-null');
    expect(uri('sip:sips%3Auser%40example.com@example.net').user).toBe('sips:user@example.com');
    expect(uri('sip:h;n%61me=v%61lue%25%34%31').param('name')).toBeUndefined();
    expect(uri('sip:h;name=v%61lue%25%34%31').param('name')).toBe('value%41');
    expect(unescapeUri('%E5%AE%A2%')).toBe('客%');
  });

  it('takes tel URIs, local prefixes with #, and parameters in the user part', () => {
    expect(uri('tel:+86-755-2345-6789;phone-context=+86')).toMatchObject({
      kind: 'tel',
      user: '+86-755-2345-6789',
    });
    expect(uri('sip:1234#13800000000@h').user).toBe('1234#13800000000');
    expect(uri('sip:user;par=u%40example.net@example.com')).toMatchObject({
      user: 'user;par=u@example.net',
      rawParams: '',
    });
  });

  it('takes a user part that should have been escaped, and what stands there in UTF-8', () => {
    expect(uri('sip:客服@h;lr')).toMatchObject({ user: '客服', host: 'h', rawParams: ';lr' });
    expect(uri('sip:客服%E5%AE%A2@h').user).toBe('客服客');
  });

  it('knows other schemes by name only', () => {
    expect(uri('soap.beep://192.0.2.103:3002')).toMatchObject({
      kind: 'other',
      scheme: 'soap.beep',
      host: '',
    });
    expect(uri('urn:service:sos').kind).toBe('other');
  });

  it.each([
    '',
    'sip:',
    'sip:@h',
    'sip:a@',
    'sip:2001:db8::10',
    'sip:a b@h',
    'sip:a%4@h',
    'sip:a%zz@h',
    'sip:a@h:0',
    'sip:a@h:65536',
    'sip:a@h:',
    'sip:a@h;',
    'sip:a@h;;lr',
    'sip:a@h;=x',
    'sip:a@h?',
    'sip:a@h?x',
    'sip:a@[::1',
    'sip:a@[zz::]',
    'sip:a@[1]',
    'sip:<a>@h',
    'sip:a@b@c',
    'tel:',
    'tel:abcxyz',
    'tel:+',
    '1sip:a',
    'alan@jasomi.com',
    'http:',
    'sip:h; lr',
    'sip:h客',
    'sip:a@h;名=1',
  ])('refuses %j', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });
});

describe('escapeUser', () => {
  it('escapes what a user part does not allow as it is', () => {
    const text = `sip:${escapeUser('a@b 客#')}@h`;
    expect(text).toBe('sip:a%40b%20%E5%AE%A2%23@h');
    expect(uri(text).user).toBe('a@b 客#');
    expect(escapeUser('4008001234')).toBe('4008001234');
  });
});
