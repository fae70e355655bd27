import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TransportAddress } from '../../../../src/sip/transport/transport.ts';
import { ALICE, BOB, Desk, place } from '../../../contract/edge/edge-world.ts';
import { EmbeddedWorld } from '../../../contract/edge/embedded-world.ts';
import { SipPeer } from '../../../support/sip-peer.ts';

/** RFC 3263 4.1 has UDP where a URI names no transport; an edge that has none takes what it has. */
let world: EmbeddedWorld;
let edge: ReturnType<EmbeddedWorld['newEdge']>;

beforeEach(async () => {
  world = new EmbeddedWorld();
  await Promise.all([world.edge.start(new Desk()), world.far.start(new Desk())]);
});
afterEach(async () => {
  await world.pass(120_000);
  expect(edge.counts).toMatchObject({ server: 0, client: 0, timers: 0, legs: 0 });
  await edge.close();
  await world.close();
});

test.each([
  ['tcp', 5060],
  ['tls', 5061],
] as const)(
  'an edge on %s only calls, and acknowledges, where no transport is named',
  async (transport, port) => {
    const local: TransportAddress = { transport, address: '10.0.0.3', port: 5060 };
    edge = world.newEdge([local], 3, {});
    await edge.start(new Desk());
    const peer = new SipPeer(world.network, '10.0.0.9', local, port);
    const { leg } = place(edge, 'sip:8001@10.0.0.9', { sdp: ALICE });
    await world.pass(5);
    const contact = 'Contact: <sip:8001@10.0.0.9>';
    peer.respond(peer.last('INVITE'), 200, 't', { body: BOB, headers: [contact] });
    await world.pass(5);
    expect([leg.state, peer.all('ACK').length]).toEqual(['confirmed', 1]);
    leg.end({ cause: 'normal' });
    await world.pass(5);
    peer.respond(peer.last('BYE'), 200);
  },
);

test('a transport that the URI names is kept to', async () => {
  edge = world.newEdge([{ transport: 'tcp', address: '10.0.0.3', port: 5060 }], 3, {});
  await edge.start(new Desk());
  const { log } = place(edge, 'sip:8001@10.0.0.9;transport=udp', { sdp: ALICE });
  await world.pass(5);
  expect(log.ending).toMatchObject({ by: 'edge', status: 503 });
});
