/**
 * CPU of the SIP edge alone: bridges calls between two peers in memory, the same 13 messages a call as SIPp's own
 * scenarios send, without sockets. `node test/bench/edge/b2bua-loop.ts [calls]`; prints microseconds a call.
 */
import { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { parseMessage, type SipRequest, type SipResponse } from '../../../src/sip/message/index.ts';
import type { Flow, TransportAddress, TransportUser } from '../../../src/sip/transport/transport.ts';

type Message = SipRequest | SipResponse;
const CALLS = Number(process.argv[2] ?? 20_000);
const SDP =
  'v=0\r\no=user1 53655765 2353687637 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n';
const local: TransportAddress = { transport: 'udp', address: '127.0.0.1', port: 5060 };

let user: TransportUser<Message> | undefined;
const sent: string[] = [];
const flowTo = (port: number): Flow => ({
  id: `${port}`,
  remote: { transport: 'udp', address: '127.0.0.1', port },
  local,
  reliable: false,
  sentBy: '127.0.0.1:5060',
  open: true,
  // What a socket does to the text: it becomes bytes.
  send: (message) => {
    sent.push(message as string);
    Buffer.from(message as string);
  },
});
const [caller, callee] = [flowTo(6001), flowTo(6002)];
const clock = new ManualClock();
const edge = new EmbeddedEdge({
  clock,
  ids: systemIds,
  logger: silentLogger,
  transports: {
    addresses: [local],
    open: (opened) => {
      user = opened;
      return Promise.resolve();
    },
    flowTo: ({ port }) => (port === 6001 ? caller : callee),
    flowById: () => undefined,
    close: () => Promise.resolve(),
  },
  resolver: { resolve: () => [] },
  answerChallenge: () => undefined,
  busyShare: () => 0,
});
await edge.start({
  onCall: (leg) => {
    const out = edge.call({
      uri: 'sip:8001@127.0.0.1:6002',
      from: { uri: 'sip:400@127.0.0.1' },
      sdp: leg.remoteSdp ?? '',
    });
    out.events.on('progress', ({ status, sdp }) => leg.progress(status, sdp));
    out.events.on('answered', ({ sdp }) => void leg.answer(sdp ?? '').catch(() => {}));
    out.events.on('ended', ({ cause }) => leg.end({ cause }));
    leg.events.on('ended', ({ cause }) => out.end({ cause }));
  },
  onRequest: () => ({ status: 200 }),
});

function receive(text: string, flow: Flow): void {
  const message = parseMessage(Buffer.from(text));
  if (message) user?.onMessage(message, flow);
}
const line = (text: string, name: string): string => {
  const at = text.indexOf(`\r\n${name}: `) + 2;
  return text.slice(at, text.indexOf('\r\n', at));
};
function request(method: string, call: number, cseq: number, to: string, body = ''): string {
  const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
  return `${method} sip:4001234567@127.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:6001;branch=z9hG4bK-${call}-${method}\r\nFrom: sipp <sip:sipp@127.0.0.1:6001>;tag=${call}\r\n${to}\r\nCall-ID: ${call}-1234@127.0.0.1\r\nCSeq: ${cseq} ${method}\r\nContact: sip:sipp@127.0.0.1:6001\r\nMax-Forwards: 70\r\nSubject: Performance Test\r\n${type}Content-Length: ${body.length}\r\n\r\n${body}`;
}
function response(status: string, to: string, call: number, body = ''): string {
  const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
  const toLine = line(to, 'To');
  const tag = toLine.includes(';tag=') ? '' : `;tag=uas${call}`;
  return `SIP/2.0 ${status}\r\n${line(to, 'Via')}\r\n${line(to, 'From')}\r\n${toLine}${tag}\r\n${line(to, 'Call-ID')}\r\n${line(to, 'CSeq')}\r\nContact: <sip:127.0.0.1:6002;transport=UDP>\r\n${type}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function oneCall(call: number): void {
  sent.length = 0;
  receive(request('INVITE', call, 1, 'To: <sip:4001234567@127.0.0.1:5060>', SDP), caller);
  const invite = sent[0]!;
  receive(response('180 Ringing', invite, call), callee);
  receive(response('200 OK', invite, call, SDP), callee);
  const to = line(sent.at(-1)!, 'To');
  receive(request('ACK', call, 1, to), caller);
  receive(request('BYE', call, 2, to), caller);
  receive(response('200 OK', sent.find((text) => text.startsWith('BYE'))!, call), callee);
}

async function measure(calls: number, first: number): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < calls; index++) {
    oneCall(first + index);
    // 2,000 calls a second.
    if (index % 40 === 39) await clock.advance(20);
  }
  const { user: userMicros, system } = process.cpuUsage(before);
  return (userMicros + system) / calls;
}
await measure(5_000, 0);
const micros = await measure(CALLS, 1_000_000);
console.log(
  JSON.stringify({
    calls: CALLS,
    microsPerCall: Math.round(micros),
    ...edge.counts,
    rssMb: process.memoryUsage.rss() >> 20,
  }),
);
await edge.close();
