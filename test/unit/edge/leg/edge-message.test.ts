import { describe, expect, test } from 'vitest';
import { ReceivedRequest } from '../../../../src/edge/leg/edge-message.ts';
import { parseMessage, type SipRequest } from '../../../../src/sip/message/index.ts';
import type { Flow } from '../../../../src/sip/transport/transport.ts';

/** The addresses of a header as the PBX reads them: users, and the parameters where there are some. */
function addresses(name: string, ...lines: string[]) {
  const head = `INVITE sip:400@pbx SIP/2.0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
  const request = new ReceivedRequest(parseMessage(Buffer.from(head)) as SipRequest, {} as Flow);
  return request
    .addresses(name)
    .map(({ user, uri, params }) => ({ user, uri, ...Object.fromEntries(params) }));
}

describe('Diversion (RFC 5806)', () => {
  test('all parameters, several forwarders in one line and in several, quoted values', () => {
    const lines = [
      'Diversion: "Sales, Ltd." <sip:WeSellPizza@p4.isp.com>;reason=time-of-day;counter=1;limit=5;privacy=off;screen=yes',
      'Diversion: <tel:+14085551212>;reason="x;y,>", sip:2220002@10.1.2.3;reason=user-busy',
    ];
    expect(addresses('diversion', ...lines)).toMatchObject([
      {
        user: 'WeSellPizza',
        reason: 'time-of-day',
        counter: '1',
        limit: '5',
        privacy: 'off',
        screen: 'yes',
      },
      { user: '+14085551212', reason: 'x;y,>' },
      { user: '2220002', reason: 'user-busy' },
    ]);
  });

  test('what is broken is left out, whatever stands around it', () => {
    const lines = [
      'Diversion: <sip:one@h>;reason=deflection, <sip:two@h;;>, <sip:three@h>;reason=, ,<sip:four@h>',
      'Diversion: <sip:five@h>, "never closed <sip:six@h>, <sip:seven@h>',
      'Diversion:',
      'Diversion: <sip:eight@h>',
    ];
    expect(addresses('diversion', ...lines).map(({ user }) => user)).toEqual([
      'one',
      'four',
      'five',
      'eight',
    ]);
  });

  test('a list without end is cut', () => {
    const line = `Diversion: ${Array.from({ length: 400 }, (_, at) => `<sip:${at}@h>`).join(',')}`;
    expect(addresses('diversion', line).length).toBe(256);
  });
});

describe('History-Info (RFC 7044)', () => {
  test('targets with why they were left, and how they belong together', () => {
    const lines = [
      'History-Info: <sip:bob@biloxi.example.com?Reason=SIP%3Bcause%3D302>;index=1.1;rc=1',
      'History-Info: <sip:bob@192.0.2.4?Privacy=history&Reason=SIP%3Bcause%3D408>;index=1.2;mp=1,<sip:office@biloxi.example.com>;index=1.3',
    ];
    expect(addresses('history-info', ...lines)).toEqual([
      { user: 'bob', uri: 'sip:bob@biloxi.example.com?Reason=SIP%3Bcause%3D302', index: '1.1', rc: '1' },
      {
        user: 'bob',
        uri: 'sip:bob@192.0.2.4?Privacy=history&Reason=SIP%3Bcause%3D408',
        index: '1.2',
        mp: '1',
      },
      { user: 'office', uri: 'sip:office@biloxi.example.com', index: '1.3' },
    ]);
  });

  test('without the brackets, as gateways write it', () => {
    expect(
      addresses('history-info', 'History-Info: sip:1@h;user=phone?Reason=SIP%3Bcause%3D302;index=1'),
    ).toEqual([{ user: '1', uri: 'sip:1@h;user=phone?Reason=SIP%3Bcause%3D302', index: '1' }]);
  });
});

test('P-Asserted-Identity: a number in each scheme (RFC 3325 9.1), the good one of two', () => {
  const line =
    'P-Asserted-Identity: "Cullen" <sip:+8675512345678@carrier.example;user=phone>, tel:+8675512345678';
  expect(addresses('p-asserted-identity', line).map(({ user }) => user)).toEqual([
    '+8675512345678',
    '+8675512345678',
  ]);
  expect(addresses('p-asserted-identity', 'P-Asserted-Identity: <sip:>, <tel:10086>')).toMatchObject([
    { user: '10086' },
  ]);
});
