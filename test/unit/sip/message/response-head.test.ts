import { describe, expect, it } from 'vitest';
import { type ResponseContent, ResponseHead, reasonPhrase } from '../../../../src/sip/message/index.ts';
import { INVITE_LINES, inviteWith, request, response, SDP, wire } from './messages.ts';

const write = (message: ReturnType<typeof request>, status: number, content: ResponseContent = {}) =>
  new ResponseHead(message).write(status, 'mytag', content);

describe('ResponseHead', () => {
  it('copies what RFC 3261 8.2.6.2 asks for and tells the source', () => {
    const invite = request(wire(INVITE_LINES, SDP));
    invite.setSource('10.0.0.9', 5099);
    expect(write(invite, 180).split('\r\n')).toEqual([
      'SIP/2.0 180 Ringing',
      'Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK-524287-1;rport=5099;received=10.0.0.9',
      'Via: SIP/2.0/TCP 10.0.0.3;branch=z9hG4bKabc, SIP/2.0/UDP [2001:db8::1]:5070;branch=z9hG4bKdef',
      'From: "075523456789" <sip:075523456789@10.0.0.2>;tag=a73kszlfl',
      'Call-ID: 1j9FpLxk3uxtm8tn@10.0.0.2',
      'CSeq: 1 INVITE',
      'To: <sip:4008001234@10.0.0.1>;tag=mytag',
      'Record-Route: <sip:10.0.0.3;lr>',
      'Content-Length: 0',
      '',
      '',
    ]);
  });

  it('replaces only the first value of a Via list', () => {
    const message = inviteWith({
      'Via: SIP/2.0/UDP': 'v: SIP/2.0/UDP a;branch=1 ,SIP/2.0/UDP b;branch=2',
      'Via: SIP/2.0/TCP': undefined,
    });
    message.setSource('10.0.0.9', 5099);
    expect(write(message, 100)).toContain(
      '\r\nVia: SIP/2.0/UDP a;branch=1;received=10.0.0.9 ,SIP/2.0/UDP b;branch=2\r\n',
    );
  });

  it('keeps a To tag, copies Timestamp into 100 only, Record-Route not into 100 and failures', () => {
    const message = inviteWith({ 'To:': 'To: <sip:a@b>;tag=there', x: 'Timestamp: 54' });
    expect(write(message, 200)).toContain('\r\nTo: <sip:a@b>;tag=there\r\n');
    expect(write(message, 100)).toContain('\r\nTimestamp: 54\r\n');
    expect(write(message, 180)).not.toContain('Timestamp');
    expect(write(message, 100)).not.toContain('Record-Route');
    expect(write(message, 404, { reason: 'Nobody' })).toMatch(/^SIP\/2\.0 404 Nobody\r\n(?!.*Record-Route)/s);
  });

  it('answers malformed requests with what they bring', () => {
    const message = request(wire(['INVITE sip:a SIP/2.0', 'Via: ;;', 'To: "x', 'CSeq: -1', 'Call-ID: @']));
    message.setSource('10.0.0.9', 5099);
    expect(write(message, 400)).toBe(
      'SIP/2.0 400 Bad Request\r\nVia: ;;\r\nCall-ID: @\r\nCSeq: -1\r\nTo: "x;tag=mytag\r\nContent-Length: 0\r\n\r\n',
    );
  });

  it('writes Content-Length in bytes, and survives the way through the parser', () => {
    const content = { headerLines: 'Contact: "总机" <sip:x@y>\r\n', contentType: 'text/plain', body: '你好' };
    const got = response(Buffer.from(write(inviteWith({}), 200, content)));
    expect(got).toMatchObject({
      status: 200,
      reason: 'OK',
      isSuccess: true,
      bodyText: '你好',
      contentLength: 6,
    });
    expect(got.contact?.displayName).toBe('总机');
    expect(got.to.tag).toBe('mytag');
  });
});

it('reasonPhrase falls back to the class', () => {
  expect([reasonPhrase(486), reasonPhrase(499), reasonPhrase(0)]).toEqual(['Busy Here', 'Bad Request', '']);
});
