import { describe, expect, it } from 'vitest';
import { Header, MAX_HEADER_FIELDS, parseMessage, SipResponse } from '../../../../src/sip/message/index.ts';
import { INVITE_LINES, inviteWith, request, response, SDP, wire } from './messages.ts';

describe('parseMessage', () => {
  const invite = request(wire(INVITE_LINES, SDP));

  it('decodes the start line', () => {
    expect(invite.method).toBe('INVITE');
    expect(invite.requestUriText).toBe('sip:4008001234@10.0.0.1:5060');
    expect(invite.requestUri).toMatchObject({
      kind: 'sip',
      user: '4008001234',
      host: '10.0.0.1',
      port: 5060,
    });
    const ringing = response(wire(['SIP/2.0 180 Ringing', 'Call-ID: 1']));
    expect(ringing).toMatchObject({ status: 180, reason: 'Ringing', isSuccess: false });
    expect(response(wire(['sip/2.0 200', 'Call-ID: 1']))).toMatchObject({ status: 200, reason: '' });
  });

  it('decodes the typed headers', () => {
    expect(invite.from).toMatchObject({ displayName: '075523456789', tag: 'a73kszlfl' });
    expect(invite.from.uri.user).toBe('075523456789');
    expect(invite.to).toMatchObject({ tag: '', displayName: '' });
    expect(invite.callId).toBe('1j9FpLxk3uxtm8tn@10.0.0.2');
    expect(invite.cseq).toEqual({ number: 1, method: 'INVITE' });
    expect(invite.topVia).toMatchObject({
      branch: 'z9hG4bK-524287-1',
      sentBy: '10.0.0.2:5060',
      wantsRport: true,
    });
    expect(invite.vias.map((via) => [via.transport, via.host, via.port])).toEqual([
      ['UDP', '10.0.0.2', 5060],
      ['TCP', '10.0.0.3', undefined],
      ['UDP', '[2001:db8::1]', 5070],
    ]);
    expect(invite.contact?.uri.port).toBe(5060);
    expect(invite.recordRoutes.map((route) => route.uri.lr)).toEqual([true]);
    expect(invite.routes).toEqual([]);
    expect(invite).toMatchObject({ maxForwards: 70, contentType: 'application/sdp', bodyText: SDP });
    expect(invite.body).toEqual(Buffer.from(SDP));
  });

  it('finds headers by number, by name in any case, and by compact form', () => {
    expect(invite.get(Header.CallId)).toBe(invite.get('call-id'));
    expect(invite.get('I')).toBe(invite.callId);
    expect(invite.list(Header.Supported)).toEqual(['100rel', 'timer']);
    expect(invite.listHas('k', '100rel')).toBe(true);
    expect(invite.listHas('Supported', '100re')).toBe(false);
    expect(invite.count('via')).toBe(2);
    expect(invite.all('v')[0]).toContain('z9hG4bK-524287-1');
    expect(invite.has('X-Unknown')).toBe(false);
  });

  it('keeps unknown headers with their own name', () => {
    const message = inviteWith({ x: 'x-TRUNK: a', y: 'X-Trunk:b' });
    expect(message.all('X-Trunk')).toEqual(['a', 'b']);
    const names: string[] = [];
    message.forEachHeader((_id, name) => names.push(name));
    expect(names.slice(-2)).toEqual(['x-TRUNK', 'X-Trunk']);
  });

  it('unfolds lines and ignores empty ones before the start line', () => {
    const message = request(
      Buffer.from('\r\n\r\nOPTIONS sip:a SIP/2.0\r\nSubject: one\r\n\t two \r\n   three\r\nl: 1\r\n\r\nx'),
    );
    expect(message.get('subject')).toBe('one two three');
    expect(message.bodyText).toBe('x');
  });

  it('takes the body that Content-Length says, and all when it says nothing', () => {
    expect(inviteWith({ 'Content-Length': 'Content-Length: 3' }).bodyText).toBe('v=0');
    expect(inviteWith({ 'Content-Length': undefined }).bodyText).toBe(SDP);
    expect(inviteWith({ 'Content-Length': 'l:9999' }).bodyText).toBe(SDP);
  });

  it('decodes UTF-8 and counts the body in bytes', () => {
    const body = '你好\0\xff';
    const bytes = Buffer.concat([
      wire(['MESSAGE sip:a SIP/2.0', 'From: "客服" <sip:a@b>;tag=1', 'l: 6']),
      Buffer.from(body),
    ]);
    const message = request(bytes);
    expect(message.from).toMatchObject({ displayName: '客服', tag: '1' });
    expect(message.bodyText).toBe('你好');
    expect(message.availableBodyBytes).toBe(9);
  });

  it('takes a head that is not UTF-8 for GB18030', () => {
    const head = wire(['OPTIONS sip:a SIP/2.0', 'From: "@@@@" <sip:a@b>;tag=1', 'l: 0']);
    // 客服 in GBK
    Buffer.from([0xbf, 0xcd, 0xb7, 0xfe]).copy(head, head.indexOf('@@@@'));
    expect(request(head).from).toMatchObject({ displayName: '客服', tag: '1' });
  });

  it.each([
    ['nothing', ''],
    ['a keep-alive', '\r\n\r\n'],
    ['no line', 'INVITE sip:a SIP/2.0'],
    ['no header', 'INVITE sip:a SIP/2.0\r\n\r\n'],
    ['noise', 'GET / \n\n'],
    ['STUN', '\x00\x01\x00\x00\x21\x12\xa4\x42'],
  ])('finds no SIP in %s', (_what, text) => {
    expect(parseMessage(Buffer.from(text, 'latin1'))).toBeUndefined();
  });

  it.each([
    ['INVITE sip:a@b SIP/7.0', 505, 'Version Not Supported'],
    ['INVITE sip:a@b SIP/2.00', 505, 'Version Not Supported'],
    ['INVITE sip:a@b', 400, 'Bad Request - Malformed Request Line'],
    ['INVITE  sip:a@b SIP/2.0', 400, 'Bad Request - Malformed Request Line'],
    ['INVITE sip:a@b SIP/2.0 ', 400, 'Bad Request - Malformed Request Line'],
    [' INVITE sip:a@b SIP/2.0', 400, 'Bad Request - Malformed Request Line'],
    ['IN,VITE sip:a@b SIP/2.0', 400, 'Bad Request - Malformed Request Line'],
    ['INVITE', 400, 'Bad Request - Malformed Request Line'],
  ])('marks the request line %j with %i %s', (line, status, reason) => {
    expect(request(wire([line, 'Call-ID: 1'])).defect).toEqual({ status, reason });
  });

  it.each([
    'SIP/2.0 4294967301 OK',
    'SIP/2.0 99 OK',
    'SIP/2.0 700 OK',
    'SIP/2.0',
    'SIP/2.0 2x0 OK',
    'SIP/3.0 200 OK',
    'SIP/2.0  200 OK',
  ])('marks the status line %j', (line) => {
    const message = parseMessage(wire([line, 'Call-ID: 1']));
    expect(message).toBeInstanceOf(SipResponse);
    expect(message).toMatchObject({ status: 0, defect: { status: 400 } });
  });

  it('marks header lines without a colon, and heads without an end', () => {
    expect(inviteWith({ x: 'Foobar roobar' }).defect?.reason).toBe('Bad Request - Malformed Header Line');
    expect(request(Buffer.from('OPTIONS sip:a SIP/2.0\r\nCall-ID: 1\r\n')).defect?.reason).toBe(
      'Bad Request - Missing Empty Line',
    );
  });

  it('limits the number of header fields', () => {
    const many = request(wire(['OPTIONS sip:a SIP/2.0', ...Array.from({ length: 9000 }, () => 'v: x')]));
    expect(many.headerCount).toBe(MAX_HEADER_FIELDS);
    expect(many.defect?.reason).toBe('Bad Request - Too Many Header Fields');
  });

  it('gives empty values for mandatory headers that are missing or malformed', () => {
    const message = request(
      wire([
        'OPTIONS <sip:a> SIP/2.0',
        'From: "x <sip:a>',
        'CSeq: 99999999999 INVITE',
        'Via: SIP/2.0/UDP ;;',
        'i: @',
      ]),
    );
    expect(message.requestUri.text).toBe('');
    expect(message.from).toMatchObject({ text: '', tag: '' });
    expect(message.to.uri.host).toBe('');
    expect(message.cseq).toEqual({ number: -1, method: '' });
    expect(message.topVia.branch).toBe('');
    expect(message.vias).toEqual([]);
    expect(message.callId).toBe('');
  });
});
