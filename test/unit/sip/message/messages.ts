import { parseMessage, SipRequest, SipResponse } from '../../../../src/sip/message/index.ts';

/** Lines joined and ended as on the wire; the last argument is the body. */
export function wire(lines: readonly string[], body = ''): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

export const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 10.0.0.2',
  's=-',
  'c=IN IP4 10.0.0.2',
  't=0 0',
  'm=audio 4000 RTP/AVP 8',
  '',
].join('\r\n');

/** A typical INVITE of a trunk. */
export const INVITE_LINES = [
  'INVITE sip:4008001234@10.0.0.1:5060 SIP/2.0',
  'Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK-524287-1;rport',
  'Via: SIP/2.0/TCP 10.0.0.3;branch=z9hG4bKabc, SIP/2.0/UDP [2001:db8::1]:5070;branch=z9hG4bKdef',
  'Record-Route: <sip:10.0.0.3;lr>',
  'Max-Forwards: 70',
  'From: "075523456789" <sip:075523456789@10.0.0.2>;tag=a73kszlfl',
  'To: <sip:4008001234@10.0.0.1>',
  'Call-ID: 1j9FpLxk3uxtm8tn@10.0.0.2',
  'CSeq: 1 INVITE',
  'Contact: <sip:075523456789@10.0.0.2:5060>',
  'Supported: 100rel, timer',
  'Content-Type: application/sdp',
  `Content-Length: ${SDP.length}`,
];

export function request(bytes: Buffer): SipRequest {
  const message = parseMessage(bytes);
  if (!(message instanceof SipRequest)) throw new Error('not a request');
  return message;
}

export function response(bytes: Buffer): SipResponse {
  const message = parseMessage(bytes);
  if (!(message instanceof SipResponse)) throw new Error('not a response');
  return message;
}

/** The INVITE with some lines replaced: by the start of a line, `undefined` removes it; others are appended. */
export function inviteWith(changes: Record<string, string | undefined>, body = SDP): SipRequest {
  const lines = INVITE_LINES.map((line) => {
    const name = Object.keys(changes).find((start) => line.startsWith(start));
    if (name === undefined) return line;
    const change = changes[name];
    delete changes[name];
    return change;
  });
  const added = Object.values(changes);
  return request(
    wire(
      [...lines, ...added].filter((line) => line !== undefined),
      body,
    ),
  );
}
