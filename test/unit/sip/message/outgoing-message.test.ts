import { describe, expect, it } from 'vitest';
import {
  createResponse,
  formatNameAddr,
  Header,
  OutgoingRequest,
  reasonPhrase,
} from '../../../../src/sip/message/index.ts';
import { INVITE_LINES, inviteWith, request, response, SDP, wire } from './messages.ts';

describe('createResponse', () => {
  it('copies what RFC 3261 8.2.6.2 asks for and tells the source', () => {
    const invite = request(wire(INVITE_LINES, SDP));
    invite.setSource('10.0.0.9', 5099);
    const ringing = createResponse(invite, 180, undefined, 'mytag');
    expect(ringing.toBuffer().toString()).toBe(
      [
        'SIP/2.0 180 Ringing',
        'Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK-524287-1;rport=5099;received=10.0.0.9',
        'Via: SIP/2.0/TCP 10.0.0.3;branch=z9hG4bKabc, SIP/2.0/UDP [2001:db8::1]:5070;branch=z9hG4bKdef',
        'Record-Route: <sip:10.0.0.3;lr>',
        'From: "075523456789" <sip:075523456789@10.0.0.2>;tag=a73kszlfl',
        'To: <sip:4008001234@10.0.0.1>;tag=mytag',
        'Call-ID: 1j9FpLxk3uxtm8tn@10.0.0.2',
        'CSeq: 1 INVITE',
        'Content-Length: 0',
        '\r\n',
      ].join('\r\n'),
    );
  });

  it('replaces only the first value of a Via list', () => {
    const message = inviteWith({
      'Via: SIP/2.0/UDP': 'v: SIP/2.0/UDP a;branch=1 ,SIP/2.0/UDP b;branch=2',
      'Via: SIP/2.0/TCP': undefined,
    });
    message.setSource('10.0.0.9', 5099);
    expect(createResponse(message, 100).get(Header.Via)).toBe(
      'SIP/2.0/UDP a;branch=1;received=10.0.0.9 ,SIP/2.0/UDP b;branch=2',
    );
  });

  it('keeps a To tag, copies Timestamp into 100 only, Record-Route not into failures', () => {
    const message = inviteWith({ 'To:': 'To: <sip:a@b>;tag=there', x: 'Timestamp: 54' });
    expect(createResponse(message, 200, undefined, 'other').get('To')).toBe('<sip:a@b>;tag=there');
    expect(createResponse(message, 100).get('Timestamp')).toBe('54');
    expect(createResponse(message, 180).has('Timestamp')).toBe(false);
    expect(createResponse(message, 404, 'Nobody').has(Header.RecordRoute)).toBe(false);
  });

  it('answers malformed requests with what they bring', () => {
    const message = request(wire(['INVITE sip:a SIP/2.0', 'Via: ;;', 'To: "x', 'CSeq: -1', 'Call-ID: @']));
    message.setSource('10.0.0.9', 5099);
    const text = createResponse(message, 400, undefined, 't').toBuffer().toString();
    expect(text).toBe(
      'SIP/2.0 400 Bad Request\r\nVia: ;;\r\nTo: "x;tag=t\r\nCSeq: -1\r\nCall-ID: @\r\nContent-Length: 0\r\n\r\n',
    );
  });
});

describe('OutgoingMessage', () => {
  const build = () =>
    new OutgoingRequest('MESSAGE', 'sip:a@b').add(Header.Via, 'one').add('X-Own', '1').add('x-own', '2');

  it('adds, sets, prepends, removes, lists', () => {
    const message = build()
      .prepend('v', 'zero')
      .set('X-OWN', '3')
      .set(Header.Subject, 'new')
      .remove('Nothing');
    expect(message.all('via')).toEqual(['zero', 'one']);
    expect(message.all('X-Own')).toEqual(['3']);
    expect(message.remove(Header.Via).has('Via')).toBe(false);
    expect(message.get('subject')).toBe('new');
    expect(message.get('nothing')).toBeUndefined();
    const names: string[] = [];
    message.forEachHeader((_id, name, value) => names.push(`${name}=${value}`));
    expect(names).toEqual(['X-Own=3', 'Subject=new']);
  });

  it('writes Content-Length in bytes, for text and for bytes', () => {
    expect(build().setBody('text/plain', '客').add('l', '77').toBuffer().toString()).toMatch(
      /\r\nContent-Length: 3\r\n\r\n客$/,
    );
    const bytes = Buffer.from([0, 255, 13]);
    const parsed = request(build().setBody('application/octet-stream', bytes).toBuffer());
    expect(parsed.body).toEqual(bytes);
    expect(parsed.contentType).toBe('application/octet-stream');
    expect(build().setBody('a/b', 'x').toString()).toContain('\r\n\r\nx');
  });

  it('lets nobody smuggle lines in', () => {
    const sent = new OutgoingRequest('INVITE', 'sip:a@b SIP/2.0\r\nX: 1')
      .add(Header.Subject, 'a\r\nX-Evil: 1\n\nb')
      .add('X-Name\r\nX-Evil', 'c')
      .set(Header.From, formatNameAddr('sip:a@b', 'x\r\n\r\ny'))
      .toBuffer()
      .toString();
    expect(
      sent
        .split('\r\n')
        .slice(0, -2)
        .map((line) => line.split(/[: ]/)[0]),
    ).toEqual(['INVITE', 'Subject', 'X-Name', 'From', 'Content-Length']);
  });

  it('survives the way through the parser', () => {
    const sent = createResponse(inviteWith({}), 200, undefined, 'tag')
      .add(Header.Contact, formatNameAddr('sip:x@y', '总机'))
      .setBody('application/sdp', SDP);
    const got = response(sent.toBuffer());
    expect(got).toMatchObject({ status: 200, reason: 'OK', isSuccess: true, bodyText: SDP });
    expect(got.contact?.displayName).toBe('总机');
    expect(got.to.tag).toBe('tag');
  });
});

it('reasonPhrase falls back to the class', () => {
  expect([reasonPhrase(486), reasonPhrase(499), reasonPhrase(0)]).toEqual(['Busy Here', 'Bad Request', '']);
});
