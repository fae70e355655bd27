/**
 * What the message room costs for a typical INVITE of a trunk, in CPU time: `node test/bench/sip-message.ts`.
 * The budget is 10 us a message for everything (2,000 calls/s of 13 messages on one thread).
 */
import { parseMessage, ResponseHead, SipRequest, validateRequest } from '../../src/sip/message/index.ts';

const SDP = [
  'v=0',
  'o=- 29739 7272939 IN IP4 10.0.0.2',
  's=-',
  'c=IN IP4 10.0.0.2',
  't=0 0',
  'm=audio 49217 RTP/AVP 8 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  '',
].join('\r\n');

const INVITE = Buffer.from(
  [
    'INVITE sip:4008001234@10.0.0.1:5060 SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK-524287-1---abcdef0123456789;rport',
    'Max-Forwards: 70',
    'From: "075523456789" <sip:075523456789@10.0.0.2>;tag=a73kszlfl',
    'To: <sip:4008001234@10.0.0.1>',
    'Call-ID: 1j9FpLxk3uxtm8tn@10.0.0.2',
    'CSeq: 1 INVITE',
    'Contact: <sip:075523456789@10.0.0.2:5060>',
    'Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, OPTIONS',
    'Supported: 100rel, timer',
    'User-Agent: SoftX3000',
    'Content-Type: application/sdp',
    `Content-Length: ${SDP.length}`,
    '',
    SDP,
  ].join('\r\n'),
);

const CONTACT = 'Contact: <sip:pbx@10.0.0.1>\r\n';

/** Least CPU time of several rounds, in microseconds a run. */
function measure(run: () => unknown): number {
  const runs = 20_000;
  for (let count = 0; count < 50_000; count++) run();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 8; round++) {
    const before = process.cpuUsage();
    for (let count = 0; count < runs; count++) run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / runs);
  }
  return best;
}

function request(): SipRequest {
  const message = parseMessage(INVITE);
  if (!(message instanceof SipRequest)) throw new Error('not a request');
  message.setSource('10.0.0.9', 5061);
  return message;
}

const parsed = request();
const steps: Record<string, () => unknown> = {
  'parse, validate, respond': () => {
    const message = request();
    const refused = validateRequest(message);
    return new ResponseHead(message).write(refused?.status ?? 180, 'tag', { headerLines: CONTACT });
  },
  'scan alone': () => parseMessage(INVITE),
  'scan and validate': () => validateRequest(request()),
  'response alone': () => new ResponseHead(parsed).write(180, 'tag', { headerLines: CONTACT }),
};
console.log(`INVITE of ${INVITE.length} bytes, CPU time:`);
for (const [name, run] of Object.entries(steps))
  console.log(`${name.padEnd(26)} ${measure(run).toFixed(2)} us`);
