import { describe, expect, it } from 'vitest';
import { validateRequest, validateResponse } from '../../../../src/sip/message/index.ts';
import { inviteWith, response, SDP, wire } from './messages.ts';

describe('validateRequest', () => {
  it('is content with a good INVITE', () => {
    expect(validateRequest(inviteWith({}))).toBeUndefined();
    expect(validateRequest(inviteWith({ 'Max-Forwards': undefined, Contact: 'm: *' }))).toBeUndefined();
    expect(
      validateRequest(inviteWith({ 'From:': 'From: <http://x.y>;tag=1', INVITE: 'INVITE tel:+861 SIP/2.0' })),
    ).toBeUndefined();
  });

  it('lets a request go further than anybody needs (RFC 4475 3.1.2.4)', () => {
    const far = inviteWith({ 'Max-Forwards': 'Max-Forwards: 300' });
    expect([validateRequest(far), far.maxForwards]).toEqual([undefined, 300]);
  });

  it('takes a Refer-To with headers and no brackets, which nothing else can mean', () => {
    const refer = (value: string) => inviteWith({ x: `Refer-To: ${value}` });
    const target = 'sip:8002@h;user=phone?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2';
    for (const value of [target, `<${target}>`]) {
      expect([validateRequest(refer(value)), refer(value).address('refer-to')?.uri.text]).toEqual([
        undefined,
        target,
      ]);
    }
    expect(refer(`${target};x=1`).address('refer-to')).toMatchObject({
      uri: { text: target },
      rawParams: ';x=1',
    });
    expect(refer('sip:8002@h;x=1').address('refer-to')).toMatchObject({ uri: { text: 'sip:8002@h' } });
    expect(validateRequest(refer('sip:8002@h?Replaces'))?.status).toBe(400);
  });

  it('is content with a body of no type, as phones send them', () => {
    const untyped = inviteWith({ 'Content-Type': undefined });
    expect([validateRequest(untyped), untyped.hasUntypedBody]).toEqual([undefined, true]);
    expect(inviteWith({ 'Content-Type': 'Content-Type:' }).hasUntypedBody).toBe(true);
    expect([
      inviteWith({}),
      inviteWith({ 'Content-Type': undefined, 'Content-Length': 'l: 0' }),
    ]).toMatchObject([{ hasUntypedBody: false }, { hasUntypedBody: false }]);
  });

  it.each([
    ['Missing Via', { Via: undefined, 'Via: SIP/2.0/TCP': undefined }],
    ['Missing From', { 'From:': undefined }],
    ['Missing To', { 'To:': undefined }],
    ['Missing Call-ID', { 'Call-ID': undefined }],
    ['Missing CSeq', { CSeq: undefined }],
    ['More Than One From', { x: 'f: <sip:a@b>' }],
    ['More Than One Content-Length', { x: `l: ${SDP.length}` }],
    ['More Than One Max-Forwards', { x: 'Max-Forwards: 70' }],
    ['More Than One Refer-To', { x: 'Refer-To: <sip:a@b>', y: 'r: <sip:a@b>' }],
    ['Malformed Via', { 'Via: SIP/2.0/TCP': 'Via: SIP/2.0/UDP h;;' }],
    ['Malformed From', { 'From:': 'From: "x <sip:a@b>' }],
    ['Malformed To', { 'To:': 'To: < sip:a@b >' }],
    ['Malformed Call-ID', { 'Call-ID': 'Call-ID: a b' }],
    ['Malformed CSeq', { CSeq: 'CSeq: 36893488147419103232 INVITE' }],
    ['Malformed CSeq', { CSeq: 'CSeq: -1 INVITE' }],
    ['CSeq Method Mismatch', { CSeq: 'CSeq: 1 OPTIONS' }],
    ['Malformed Request-URI', { INVITE: 'INVITE <sip:a@b> SIP/2.0' }],
    ['Headers in Request-URI', { INVITE: 'INVITE sip:a@b?Route=%3Csip:c%3E SIP/2.0' }],
    ['Malformed Max-Forwards', { 'Max-Forwards': 'Max-Forwards: x' }],
    ['Malformed Content-Length', { 'Content-Length': 'Content-Length: -999' }],
    ['Content-Length Exceeds Message', { 'Content-Length': 'Content-Length: 9999' }],
    ['Malformed Contact', { Contact: 'Contact: sip:a@b?Route=%3Csip:c%3E' }],
    ['Malformed Contact', { Contact: 'Contact: *, <sip:a@b>' }],
    ['Malformed Route', { x: 'Route: <sip:a@b>, <sip:c' }],
    ['Malformed Record-Route', { 'Record-Route': 'Record-Route: x' }],
  ])('says 400 %s', (reason, changes) => {
    expect(validateRequest(inviteWith({ ...changes }))).toEqual({
      status: 400,
      reason: `Bad Request - ${reason}`,
    });
  });

  it('says 416 for an unknown scheme and 505 for another version', () => {
    expect(validateRequest(inviteWith({ INVITE: 'INVITE soap.beep://1.2.3.4 SIP/2.0' }))?.status).toBe(416);
    expect(validateRequest(inviteWith({ INVITE: 'INVITE sip:a@b SIP/7.0' }))?.status).toBe(505);
  });
});

describe('validateResponse', () => {
  const lines = [
    'SIP/2.0 200 OK',
    'Via: SIP/2.0/UDP h;branch=z9',
    'From: <sip:a@b>;tag=1',
    'To: <sip:a@b>;tag=2',
    'Call-ID: 1',
    'CSeq: 1 INVITE',
  ];
  it('takes a good one', () => {
    expect(validateResponse(response(wire(lines)))).toBeUndefined();
  });
  it.each([['Via: SIP/2.0/UDP 255.255.255.255;branch=z'], ['CSeq: 1 INVITE'], ['l: 5'], ['Foobar']])(
    'drops one with %j',
    (line) => {
      expect(validateResponse(response(wire([...lines, line])))).toBeDefined();
    },
  );
});
