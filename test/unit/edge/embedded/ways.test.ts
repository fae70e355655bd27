import { describe, expect, test } from 'vitest';
import { ALICE, BOB, place } from '../../../contract/edge/edge-world.ts';
import { SipPeer } from '../../../support/sip-peer.ts';
import { desk, pass, peer, useWire, world } from './wire.ts';

/** Which way requests in a dialog take. */
useWire();

describe('a Contact that is a name', () => {
  const named = ['Contact: <sip:8001@sbc.example>'];

  test('gets the ACK of its 2xx, and the same one again for a repeated 2xx (13.2.2.4)', async () => {
    world.names.set('sbc.example', Promise.resolve([peer.address]));
    const { leg } = place(world.edge, peer.contact);
    await pass(5);
    for (const _time of [1, 2]) {
      peer.respond(peer.last('INVITE'), 200, 't', { body: BOB, headers: named });
      await pass(5);
    }
    const acks = peer.all('ACK');
    expect(acks.map(({ requestUriText, cseq }) => [requestUriText, cseq.number])).toEqual([
      ['sip:8001@sbc.example', 1],
      ['sip:8001@sbc.example', 1],
    ]);
    expect(acks[1]!.topVia.branch).toBe(acks[0]!.topVia.branch);
    leg.end({ cause: 'normal' });
    await pass(5);
    expect(peer.last('BYE').requestUriText).toBe('sip:8001@sbc.example');
  });

  test('that is not found at first is looked up again when the 2xx is repeated', async () => {
    const { leg } = place(world.edge, peer.contact);
    await pass(5);
    peer.respond(peer.last('INVITE'), 200, 't', { body: BOB, headers: named });
    await pass(5);
    expect(peer.all('ACK')).toEqual([]);
    world.names.set('sbc.example', [peer.address]);
    peer.respond(peer.last('INVITE'), 200, 't', { body: BOB, headers: named });
    await pass(5);
    expect(peer.all('ACK').length).toBe(1);
    leg.end({ cause: 'normal' });
  });

  test('gets the ACK of a re-INVITE too', async () => {
    world.names.set('sbc.example', Promise.resolve([peer.address]));
    const { leg } = place(world.edge, peer.contact);
    await pass(5);
    peer.respond(peer.last('INVITE'), 200, 't', { body: BOB, headers: named });
    await pass(5);
    const again = leg.reoffer(ALICE);
    await pass(5);
    peer.respond(peer.last('INVITE'), 200, 't', { body: BOB, headers: named });
    await pass(5);
    expect([await again, peer.last('ACK').cseq.number]).toEqual([BOB, 2]);
    leg.end({ cause: 'normal' });
  });
});

test('REGISTER brings the Contact that its listener is reached at', async () => {
  const uri = `sip:${peer.address.address}:${peer.address.port}`;
  const answered = world.edge.request({ method: 'REGISTER', uri, from: { uri: 'sip:u400@carrier.example' } });
  await pass(5);
  const sent = peer.last('REGISTER');
  expect([sent.contact?.uri.text, sent.requestUriText]).toEqual(['sip:u400@10.0.0.1:5060', uri]);
  peer.respond(sent, 200);
  await pass(5);
  expect((await answered).status).toBe(200);
});

test('a challenge is answered twice at most, each time in a request of its own (22.2, 22.3)', async () => {
  world.credentialsLine = 'Authorization: Digest x\r\n';
  const credentials = { username: 'u', password: 'p' };
  const { log } = place(world.edge, peer.contact, { credentials });
  for (let round = 0; round < 4; round++) {
    await pass(5);
    peer.respond(peer.last('INVITE'), 401, `t${round}`);
  }
  await pass(5);
  const sent = peer.all('INVITE').map((invite) => [invite.cseq.number, invite.count('Authorization')]);
  expect([sent, log.ending?.status]).toEqual([
    [
      [1, 0],
      [2, 1],
      [3, 1],
    ],
    401,
  ]);
});

test('responses go to the port of the Via, or to where the request came from with rport (18.2.2, RFC 3581)', async () => {
  const other = new SipPeer(world.network, '10.0.0.9', world.edge.addresses[0]!, 5099);
  const options = (call: string, params: string) => {
    const text = peer.request('OPTIONS', 'template');
    const via = text.replace('10.0.0.9:5090;branch=z9hG4bK', `10.0.0.9:5099;${params}branch=z9hG4bK${call}`);
    return via.replace('template', call);
  };
  const requests = [options('o1', ''), options('o2', 'rport;')];
  await pass(5);
  peer.messages.length = 0;
  for (const request of requests) peer.raw(request);
  await pass(5);
  expect([peer.responses.map(({ callId }) => callId), other.responses.map(({ callId }) => callId)]).toEqual([
    ['o2'],
    ['o1'],
  ]);
});

describe('with several listeners', () => {
  test('requests in a dialog come from the one that was called, ACK included', async () => {
    const inner = { transport: 'udp', address: '10.0.0.3', port: 5060 } as const;
    const outer = { transport: 'udp', address: '203.0.113.3', port: 5080 } as const;
    const edge = world.newEdge([inner, outer], 3, {});
    await edge.start(desk);
    const caller = new SipPeer(world.network, '203.0.113.9', outer);
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    caller.request('INVITE', 'c1', { body: ALICE });
    await pass(5);
    caller.inDialog(caller.dialogOf(caller.responses.at(-1)!), 'ACK');
    await pass(5);
    const again = desk.calls[0]!.reoffer(ALICE);
    await pass(5);
    expect(caller.last('INVITE').contact?.uri.text).toBe('sip:203.0.113.3:5080');
    caller.respond(caller.last('INVITE'), 200, '', { body: BOB });
    await pass(5);
    await again;
    desk.calls[0]!.end({ cause: 'normal' });
    await pass(5);
    caller.respond(caller.last('BYE'), 200);
    const sources = ['INVITE', 'ACK', 'BYE'].map((method) => caller.last(method).topVia.sentBy);
    expect(sources).toEqual(new Array(3).fill('203.0.113.3:5080'));
    await pass(40_000);
    await edge.close();
  });

  test('NOTIFYs come from the one that the SUBSCRIBE came to', async () => {
    const inner = { transport: 'udp', address: '10.0.0.3', port: 5060 } as const;
    const outer = { transport: 'udp', address: '203.0.113.3', port: 5080 } as const;
    const edge = world.newEdge([inner, outer], 3, {});
    let dialog = '';
    desk.onRequest = (request) => {
      dialog = request.dialog!;
      return { status: 200, headers: { Expires: '60' } };
    };
    await edge.start(desk);
    const phone = new SipPeer(world.network, '203.0.113.9', outer);
    phone.request('SUBSCRIBE', 's1', { headers: ['Event: message-summary'] });
    await pass(5);
    const notified = edge.request({ dialog, method: 'NOTIFY', uri: '', from: { uri: '' } });
    await pass(5);
    expect(phone.last('NOTIFY').topVia.sentBy).toBe('203.0.113.3:5080');
    phone.respond(phone.last('NOTIFY'), 200);
    await pass(5);
    expect((await notified).status).toBe(200);
    await pass(120_000);
    await edge.close();
  });
});
