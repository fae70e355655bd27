import { describe, expect, test } from 'vitest';
import { Dialog } from '../../../../src/sip/dialog/dialog.ts';
import { DialogTable } from '../../../../src/sip/dialog/dialog-table.ts';
import { parseMessage, type SipRequest, type SipResponse } from '../../../../src/sip/message/index.ts';
import type { RequestDraft } from '../../../../src/sip/transaction/request-draft.ts';

const parse = (line: string, ...headers: string[]) =>
  parseMessage(
    Buffer.from([line, 'Via: SIP/2.0/UDP h;branch=z9hG4bK1', 'Call-ID: c', ...headers, '', ''].join('\r\n')),
  )!;
const invite = (...headers: string[]) =>
  parse(
    'INVITE sip:us@h SIP/2.0',
    'From: A <sip:a@h>;tag=them',
    'To: sip:us@h;x=1',
    'CSeq: 7 INVITE',
    ...headers,
  ) as SipRequest;
const ok = (status: number, ...headers: string[]) =>
  parse(
    `SIP/2.0 ${status} X`,
    'From: <sip:us@h>;tag=us',
    'To: <sip:b@h>;tag=them',
    'CSeq: 1 INVITE',
    ...headers,
  ) as SipResponse;
const draft: RequestDraft = {
  method: 'INVITE',
  uri: 'sip:b@h',
  nextHop: 'sip:b@h',
  from: '<sip:us@h>;tag=us',
  to: '<sip:b@h>',
  callId: 'c',
  cseq: 1,
  routes: [],
  headerLines: '',
};

describe('Dialog of a UAS (12.1.1)', () => {
  test('takes its ends, target and route set from the request', () => {
    const dialog = Dialog.ofUas(
      invite('Contact: <sip:a@10.0.0.1;ob>', 'Record-Route: <sip:p1;lr>, <sip:p2;lr>'),
      'us',
    );
    expect([dialog.local, dialog.remote, dialog.target]).toEqual([
      'sip:us@h;x=1;tag=us',
      'A <sip:a@h>;tag=them',
      'sip:a@10.0.0.1;ob',
    ]);
    expect(dialog.routeSet).toEqual(['<sip:p1;lr>', '<sip:p2;lr>']);
    const bye = dialog.request('BYE');
    expect([bye.from, bye.to, bye.cseq, bye.uri, bye.nextHop]).toEqual([
      dialog.local,
      dialog.remote,
      1,
      dialog.target,
      'sip:p1;lr',
    ]);
  });

  test('without a Contact the From is the target', () => {
    expect(Dialog.ofUas(invite(), 'us').target).toBe('sip:a@h');
  });

  test('knows order: a CSeq must rise (12.2.2)', () => {
    const dialog = Dialog.ofUas(invite(), 'us');
    const at = (number: number) =>
      dialog.receive(parse('INFO sip:us@h SIP/2.0', `CSeq: ${number} INFO`) as SipRequest);
    expect([at(8), at(8), at(7), at(100), at(99)]).toEqual([
      'next',
      'out-of-order',
      'out-of-order',
      'next',
      'out-of-order',
    ]);
  });
});

describe('Dialog of a UAC (12.1.2)', () => {
  test('reverses the route set; the 2xx sets it and the target anew (13.2.2.4)', () => {
    const dialog = Dialog.ofUac(
      draft,
      'us',
      ok(180, 'Contact: <sip:x@1>', 'Record-Route: <sip:p1;lr>, <sip:p2;lr>'),
    );
    expect([dialog.state, dialog.routeSet, dialog.target]).toEqual([
      'early',
      ['<sip:p2;lr>', '<sip:p1;lr>'],
      'sip:x@1',
    ]);
    dialog.confirmBy(ok(200, 'Contact: <sip:y@1>', 'Record-Route: <sip:p3;lr>'));
    expect([dialog.state, dialog.routeSet, dialog.target]).toEqual(['confirmed', ['<sip:p3;lr>'], 'sip:y@1']);
    // A re-INVITE changes the target, never the route (12.2.1.2).
    dialog.confirmBy(ok(200, 'Contact: <sip:z@1>', 'Record-Route: <sip:p4;lr>'));
    expect([dialog.routeSet, dialog.target]).toEqual([['<sip:p3;lr>'], 'sip:z@1']);
  });

  test('ACK has the CSeq of its INVITE, other requests count up', () => {
    const dialog = Dialog.ofUac(draft, 'us', ok(200));
    expect([
      dialog.request('INFO').cseq,
      dialog.ack(1).cseq,
      dialog.takeSeq(),
      dialog.request('BYE').cseq,
    ]).toEqual([2, 1, 3, 4]);
  });

  test('a strict first router becomes the Request-URI, the target the last Route (12.2.1.1)', () => {
    const dialog = Dialog.ofUac(
      draft,
      'us',
      ok(200, 'Contact: <sip:x@1>', 'Record-Route: <sip:p2;lr>, <sip:p1>'),
    );
    const bye = dialog.request('BYE');
    expect([bye.uri, bye.routes, bye.nextHop]).toEqual(['sip:p1', ['<sip:p2;lr>', '<sip:x@1>'], 'sip:p1']);
  });
});

test('DialogTable finds a dialog by Call-ID and both tags, as the other end names them', () => {
  const table = new DialogTable<string>();
  const dialog = Dialog.ofUac(draft, 'us', ok(200));
  table.add(dialog, 'leg');
  const bye = (to: string, from: string) =>
    parse(
      'BYE sip:us@h SIP/2.0',
      `From: <sip:b@h>;tag=${from}`,
      `To: <sip:us@h>;tag=${to}`,
      'CSeq: 1 BYE',
    ) as SipRequest;
  expect(table.ofRequest(bye('us', 'them'))?.usage).toBe('leg');
  expect([table.ofRequest(bye('them', 'us')), table.ofRequest(bye('us', 'x'))]).toEqual([
    undefined,
    undefined,
  ]);
  expect(table.find('c', 'us', 'them')?.dialog).toBe(dialog);
  table.remove(dialog);
  expect([table.size, table.ofRequest(bye('us', 'them'))]).toEqual([0, undefined]);
});
