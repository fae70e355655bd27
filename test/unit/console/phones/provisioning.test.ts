import { describe, expect, it } from 'vitest';
import {
  PHONES,
  type PhoneAccount,
  type PhoneModel,
} from '../../../../src/console/page/admin/phones/provisioning.ts';
import { soundedAt } from '../../../../src/console/page/admin/phones/sounded.ts';

const ACCOUNT: PhoneAccount = {
  ...{ name: '李雷', username: '8001', domain: 'demo.pbx400.local', password: '9Jm2aX7qLr0TbV4c' },
  ...{ transport: 'tcp', host: '203.0.113.1', port: 5070 },
};
const each = Object.entries<PhoneModel>(PHONES);

describe('settings of a phone', () => {
  it.each(each)('of %s name domain, server, transport, user and password', (_, { text }) => {
    const told = text(ACCOUNT);
    for (const part of ['8001', 'demo.pbx400.local', '203.0.113.1', '5070', ACCOUNT.password!])
      expect(told).toContain(part);
  });

  it.each(each)('of %s have no password where nobody knows it', (_, { text }) => {
    expect(text({ ...ACCOUNT, password: undefined })).toContain('********');
  });

  it.each(each)('of %s keep what stands in a name within its line', (_, { text }) => {
    const name = 'Li\r\naccount.1.password = x\n<AuthPass>y</AuthPass>"&';
    const told = text({ ...ACCOUNT, name });
    expect(told).not.toMatch(/^account\.1\.password = x/m);
    if (text === PHONES['grandstream-wave'].text) expect(told).not.toContain('<AuthPass>y');
    expect(told.split('\n')).toHaveLength(text(ACCOUNT).split('\n').length);
  });

  it('say the transport as each phone does', () => {
    const of = (transport: PhoneAccount['transport']) => ({ ...ACCOUNT, transport });
    expect(PHONES.yealink.text(of('tls'))).toContain('transport_type = 2');
    expect(PHONES.grandstream.text(of('udp'))).toContain('P130 = 0');
    expect(PHONES.microsip.text(of('tcp'))).toContain('transport=tcp');
  });

  it('write an IPv6 address of the server in brackets', () => {
    expect(PHONES.other.text({ ...ACCOUNT, host: '2001:db8::1' })).toContain('[2001:db8::1]:5070');
  });
});

it('of the last calls those legs count that are of the phone, or of who sits at it', () => {
  const leg = (name: string) => ({ leg: name, codec: 'PCMA', mos: 4.2, lost: 0, received: 9, jitterMs: 1 });
  const call = (id: string, caller: string, ...legs: string[]) =>
    ({ id, caller, called: '1', quality: legs.map(leg) }) as never;
  const found = soundedAt(
    [
      call('a', '13800138000', 'caller', '1001'),
      call('b', '8001', 'caller', '8002'),
      call('c', '8002', 'caller', '8001'),
      call('d', '80011', 'caller', '80018'),
    ],
    '8001',
    ['1001'],
  );
  expect(found.map(({ call: { id }, of }) => [id, of.leg])).toEqual([
    ['a', '1001'],
    ['b', 'caller'],
    ['c', '8001'],
  ]);
});
