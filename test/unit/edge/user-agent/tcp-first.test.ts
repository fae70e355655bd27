import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TcpFirst } from '../../../../src/edge/user-agent/tcp-first.ts';
import { literalTarget } from '../../../../src/edge/user-agent/uac.ts';
import { parseUri } from '../../../../src/sip/message/index.ts';
import {
  type RequestDraft,
  requestLength,
  viaValue,
  writeRequest,
} from '../../../../src/sip/transaction/request-draft.ts';
import type { TransportAddress } from '../../../../src/sip/transport/transport.ts';
import { ALICE, BOB, Desk, place } from '../../../contract/edge/edge-world.ts';
import { EmbeddedWorld } from '../../../contract/edge/embedded-world.ts';
import { SipPeer } from '../../../support/sip-peer.ts';

/** RFC 3261 18.1.1: large requests go over TCP where the peer takes it. */
const LARGE = `${ALICE}${'a=x-padding:0123456789abcdef\r\n'.repeat(40)}`;
const HOST = '10.0.0.3';
const UDP: TransportAddress = { transport: 'udp', address: HOST, port: 5060 };
const TCP: TransportAddress = { transport: 'tcp', address: HOST, port: 5060 };

describe('a large INVITE', () => {
  let world: EmbeddedWorld;
  let edge: ReturnType<EmbeddedWorld['newEdge']>;
  let byUdp: SipPeer;

  beforeEach(async () => {
    world = new EmbeddedWorld();
    await Promise.all([world.edge.start(new Desk()), world.far.start(new Desk())]);
    const [udp, tcp] = (['udp', 'tcp'] as const).map((transport) => ({
      transport,
      address: HOST,
      port: 5060,
    }));
    edge = world.newEdge([udp!, tcp!], 3, {});
    await edge.start(new Desk());
    byUdp = new SipPeer(world.network, '10.0.0.9', UDP);
  });
  afterEach(async () => {
    await world.pass(120_000);
    expect(edge.counts).toMatchObject({ server: 0, client: 0, timers: 0, legs: 0 });
    await edge.close();
    await world.close();
  });

  const call = (body: string, params = '') => place(edge, byUdp.contact + params, { sdp: body });

  test('goes over TCP, and the answer comes back that way', async () => {
    const byTcp = new SipPeer(world.network, '10.0.0.9', TCP);
    const { leg } = call(LARGE);
    await world.pass(5);
    expect([byUdp.requests.length, byTcp.all('INVITE').length]).toEqual([0, 1]);
    const invite = byTcp.last('INVITE');
    expect([invite.topVia.transport.toLowerCase(), invite.contact?.uri.transport]).toEqual(['tcp', 'tcp']);
    byTcp.respond(invite, 200, 't', { body: BOB });
    await world.pass(5);
    expect(leg.state).toBe('confirmed');
    leg.end({ cause: 'normal' });
  });

  test('goes by UDP when nobody takes the connection, and the next one at once', async () => {
    const first = call(LARGE);
    await world.pass(5);
    expect([byUdp.all('INVITE').length, byUdp.last('INVITE').topVia.transport]).toEqual([1, 'UDP']);
    const second = call(LARGE);
    await world.pass(5);
    expect(byUdp.all('INVITE').length).toBe(2);
    expect(world.network.passages.filter(({ to }) => to.transport === 'tcp').length).toBe(1);
    for (const { leg } of [first, second]) leg.end({ cause: 'cancelled' });
    for (const invite of byUdp.all('INVITE')) byUdp.respond(invite, 486, 't');
  });

  test('goes by UDP when the URI says so; a small one always', async () => {
    const byTcp = new SipPeer(world.network, '10.0.0.9', TCP);
    const calls = [call(LARGE, ';transport=udp'), call(ALICE)];
    await world.pass(5);
    expect([byUdp.all('INVITE').length, byTcp.requests.length]).toEqual([2, 0]);
    for (const invite of byUdp.all('INVITE')) byUdp.respond(invite, 486, 't');
    await world.pass(5);
    expect(calls.map(({ log }) => log.ending?.status)).toEqual([486, 486]);
  });

  test('is not sent twice to a peer that took it and refuses or keeps silent', async () => {
    const byTcp = new SipPeer(world.network, '10.0.0.9', TCP);
    const refused = call(LARGE);
    await world.pass(5);
    byTcp.respond(byTcp.last('INVITE'), 503, 't');
    await world.pass(5);
    const silent = call(LARGE);
    await world.pass(33_000);
    expect([refused.log.ending?.status, silent.log.ending?.status]).toEqual([503, 408]);
    expect([byTcp.all('INVITE').length, byUdp.requests.length]).toEqual([2, 0]);
  });
});

test('what takes no TCP is asked for it again after five minutes', () => {
  let now = 0;
  const tcpFirst = new TcpFirst(() => now);
  const draft = { ...DRAFT, body: LARGE };
  expect(tcpFirst.targets(draft, [UDP])).toEqual([TCP, UDP]);
  tcpFirst.failed(TCP);
  now = 299_999;
  expect(tcpFirst.targets(draft, [UDP])).toEqual([UDP]);
  now = 300_000;
  expect(tcpFirst.targets(draft, [UDP])).toEqual([TCP, UDP]);
  expect(tcpFirst.targets(DRAFT, [UDP])).toEqual([UDP]);
});

const DRAFT = {
  method: 'INVITE',
  uri: 'sip:8001@10.0.0.9',
  nextHop: 'sip:8001@10.0.0.9',
  from: '"客服热线" <sip:400@pbx400.local>;tag=abc',
  to: '<sip:8001@10.0.0.9>',
  callId: 'call-1',
  cseq: 1,
  routes: ['<sip:10.0.0.8;lr>'],
  contactUser: '',
  headerLines: 'User-Agent: pbx400\r\nSubject: 电话\r\n',
  contentType: 'application/sdp',
};

test.each([ALICE, LARGE, LARGE.replaceAll('x-', '字'), undefined])(
  'the length is known beforehand: %#',
  (body) => {
    const draft = { ...DRAFT, body };
    const sentBy = '255.255.255.255:65535';
    const flow = { local: TCP, sentBy } as Parameters<typeof writeRequest>[2];
    const via = viaValue('tcp', sentBy, `z9hG4bK${'x'.repeat(32)}`);
    const bytes = Buffer.byteLength(writeRequest(draft, via, flow));
    const guess = requestLength(draft);
    expect(guess - bytes).toBeGreaterThanOrEqual(-20);
    expect(guess - bytes).toBeLessThanOrEqual(100);
  },
);

test('two Record-Routes that come with the flow are counted, too', () => {
  const route = '<sip:0123456789abcdef@255.255.255.255:65535;transport=tcp;lr>';
  const overFlow = (draft: RequestDraft) => ({
    ...draft,
    headerLines: `Record-Route: ${route}\r\nRecord-Route: ${route}\r\n${draft.headerLines}`,
  });
  const draft: RequestDraft = { ...DRAFT, contactUser: undefined, overFlow };
  const counted = requestLength(draft) - requestLength({ ...draft, overFlow: undefined });
  const added = Buffer.byteLength(overFlow(draft).headerLines) - Buffer.byteLength(draft.headerLines);
  expect(counted - added).toBeGreaterThanOrEqual(0);
  expect(counted - added).toBeLessThanOrEqual(20);
});

test.each([
  ['sip:a@10.0.0.1;maddr=10.0.0.2', { transport: 'udp', address: '10.0.0.2', port: 5060 }],
  [
    'sip:a@carrier.example:5070;maddr=10.0.0.2;transport=tcp',
    { transport: 'tcp', address: '10.0.0.2', port: 5070 },
  ],
  ['sip:a@10.0.0.1;maddr=[2001:db8::1]', { transport: 'udp', address: '2001:db8::1', port: 5060 }],
  ['sip:a@10.0.0.1;maddr=carrier.example', undefined],
])('maddr is where to send (RFC 3263 4): %s', (uri, target) => {
  expect(literalTarget(parseUri(uri)!)).toEqual(target);
});
