import { describe, expect, test } from 'vitest';
import { BOB, CAROL, LegLog, place } from '../../../contract/edge/edge-world.ts';
import { SipPeer } from '../../../support/sip-peer.ts';
import { pass, peer, useWire, world } from './wire.ts';

/** What the embedded edge says to a callee that keeps no rule by itself. */
useWire();

const call = () => place(world.edge, peer.contact);

describe('outbound', () => {
  test('a forked second 2xx gets ACK and BYE, a repeated one its ACK again (13.2.2.4)', async () => {
    const { leg, log } = call();
    await pass(5);
    const invite = peer.last('INVITE');
    peer.respond(invite, 200, 'first', { body: BOB });
    await pass(5);
    peer.respond(invite, 200, 'second', { body: CAROL });
    peer.respond(invite, 200, 'first', { body: BOB });
    peer.respond(invite, 200, 'second', { body: CAROL });
    await pass(5);
    expect(peer.all('ACK').map((ack) => ack.to.tag)).toEqual(['first', 'second', 'first', 'second']);
    expect(peer.all('BYE').map((bye) => bye.to.tag)).toEqual(['second']);
    expect([leg.state, leg.remoteSdp, log.events.length]).toEqual(['confirmed', BOB, 1]);
    peer.respond(peer.last('BYE'), 200);
    leg.end({ cause: 'normal' });
    await pass(5);
    expect(peer.last('BYE').to.tag).toBe('first');
  });

  test('early dialogs of several forks are told apart; the 2xx chooses one', async () => {
    const { leg, log } = call();
    await pass(5);
    const invite = peer.last('INVITE');
    peer.respond(invite, 180, 'one');
    peer.respond(invite, 183, 'two', { body: CAROL });
    await pass(5);
    peer.respond(invite, 200, 'one', { body: BOB });
    await pass(5);
    expect(log.events).toEqual(['progress 180', `progress 183 ${CAROL}`, `answered ${BOB}`]);
    leg.end({ cause: 'normal' });
    await pass(5);
    expect(peer.last('BYE').to.tag).toBe('one');
  });

  test('a 2xx after CANCEL is taken up and hung up at once', async () => {
    const { leg, log } = call();
    await pass(5);
    const invite = peer.last('INVITE');
    peer.respond(invite, 180, 'one');
    await pass(5);
    leg.end({ cause: 'no-answer' });
    await pass(5);
    peer.respond(peer.last('CANCEL'), 200);
    peer.respond(invite, 200, 'one', { body: BOB });
    await pass(5);
    expect([peer.last('ACK').to.tag, peer.last('BYE').to.tag]).toEqual(['one', 'one']);
    expect(log.events).toEqual(['progress 180', 'ended local no-answer']);
  });

  test('the ACK of a 2xx goes to the Contact, along the recorded route reversed', async () => {
    const { leg } = call();
    await pass(5);
    const headers = ['Record-Route: <sip:10.0.0.8;lr>, <sip:10.0.0.9:5090;lr>', 'Contact: <sip:x@10.0.0.7>'];
    peer.respond(peer.last('INVITE'), 200, 't', { body: BOB, headers });
    await pass(5);
    const ack = peer.last('ACK');
    expect([ack.requestUriText, ack.routes.map(String), ack.cseq.number]).toEqual([
      'sip:x@10.0.0.7',
      ['<sip:10.0.0.9:5090;lr>', '<sip:10.0.0.8;lr>'],
      1,
    ]);
    leg.end({ cause: 'normal' });
  });

  test('repeated and disordered reliable responses are not acknowledged twice', async () => {
    const { leg, log } = call();
    await pass(5);
    const invite = peer.last('INVITE');
    const reliable = (status: number, rseq: number) =>
      peer.respond(invite, status, 't', { headers: ['Require: 100rel', `RSeq: ${rseq}`] });
    reliable(180, 7);
    reliable(180, 7);
    reliable(181, 9);
    await pass(5);
    expect(peer.all('PRACK').map((prack) => prack.get('RAck'))).toEqual(['7 1 INVITE']);
    expect(log.events).toEqual(['progress 180']);
    leg.end({ cause: 'no-answer' });
    await pass(5);
    peer.respond(invite, 487, 't');
  });

  test('line ends in URIs and names of the PBX smuggle nothing', async () => {
    const evil = '\r\nX-Injected: yes\r\n\r\n';
    const from = { uri: `sip:a${evil}@b`, displayName: `a${evil}\u001b[2J` };
    const { leg } = place(world.edge, `${peer.contact}${evil}`, {
      from,
      to: `sip:c${evil}@d`,
      nextHop: peer.contact,
    });
    await pass(5);
    const wire = world.network.passages.at(-1)!.text;
    expect(wire.slice(0, wire.indexOf('\r\n\r\n'))).toMatch(/\r\nContent-Length: \d+$/);
    expect(wire).not.toMatch(/^X-Injected/m);
    expect(wire).not.toContain('\u001b');
    leg.end({ cause: 'cancelled' });
  });

  test('422 is followed by one more try with the interval that they want', async () => {
    const { leg, log } = call();
    await pass(5);
    peer.respond(peer.last('INVITE'), 422, 't', { headers: ['Min-SE: 3600'] });
    await pass(5);
    const again = peer.last('INVITE');
    expect([again.get('Session-Expires'), again.get('Min-SE'), again.cseq.number]).toEqual([
      '3600',
      '3600',
      2,
    ]);
    peer.respond(again, 200, 't', { body: BOB });
    await pass(5);
    expect([leg.state, peer.last('ACK').cseq.number]).toEqual(['confirmed', 2]);
    leg.end({ cause: 'normal' });
    expect(log.ending?.cause).toBe('normal');
  });

  test('a far end that is gone ends the call with 408', async () => {
    const { log } = call();
    await pass(33_000);
    expect(log.ending).toEqual({ by: 'edge', cause: 'timeout', status: 408 });
  });

  test('the limit of a silent peer begins anew while we are overloaded: what it said may be lost', async () => {
    const { log } = place(world.edge, peer.contact, { responseLimitMs: 4000 });
    world.busyShare = 1;
    await pass(6000);
    world.busyShare = 0;
    await pass(5000);
    expect(log.ending).toBeUndefined();
    await pass(4000);
    expect(log.ending).toEqual({ by: 'edge', cause: 'timeout', status: 408 });
  });

  test('the next target is tried after 503, a rejection is not (RFC 3263 4.3)', async () => {
    const second = new SipPeer(world.network, '10.0.0.10', world.edge.addresses[0]!);
    world.names.set('carrier.example', Promise.resolve([peer.address, second.address]));
    const { leg } = place(world.edge, 'sip:8001@carrier.example');
    await pass(5);
    peer.respond(peer.last('INVITE'), 503, 't');
    await pass(5);
    const again = second.last('INVITE');
    expect([again.callId, again.topVia.branch === peer.last('INVITE').topVia.branch]).toEqual([
      leg.sipCallId,
      false,
    ]);
    second.respond(again, 200, 'u', { body: BOB });
    await pass(5);
    expect([leg.state, peer.all('ACK').length]).toEqual(['confirmed', 1]);
    leg.end({ cause: 'normal' });
    const rejected = place(world.edge, 'sip:8001@carrier.example');
    await pass(5);
    peer.respond(peer.last('INVITE'), 486, 't');
    await pass(5);
    expect([rejected.log.ending?.status, second.all('INVITE').length]).toEqual([486, 1]);
  });

  test('the next target is tried when the first is silent, and 503 stands when all refuse', async () => {
    const second = new SipPeer(world.network, '10.0.0.10', world.edge.addresses[0]!);
    world.names.set('carrier.example', [peer.address, second.address]);
    const { log } = place(world.edge, 'sip:8001@carrier.example');
    await pass(32_500);
    second.respond(second.last('INVITE'), 503, 't');
    await pass(5);
    expect(log.ending).toMatchObject({ by: 'remote', cause: 'congestion', status: 503 });
  });

  test('the next target is tried at the limit of a silent one; what that says then is hung up', async () => {
    const second = new SipPeer(world.network, '10.0.0.10', world.edge.addresses[0]!);
    world.names.set('carrier.example', [peer.address, second.address]);
    const { leg, log } = place(world.edge, 'sip:8001@carrier.example', { responseLimitMs: 4000 });
    await pass(4100);
    expect([leg.state, second.all('INVITE').length]).toEqual(['calling', 1]);
    peer.respond(peer.last('INVITE'), 180, 'late');
    await pass(5);
    expect(peer.all('CANCEL').length).toBe(1);
    peer.respond(peer.last('INVITE'), 200, 'late', { body: CAROL });
    await pass(5);
    expect([peer.last('ACK').to.tag, peer.last('BYE').to.tag]).toEqual(['late', 'late']);
    peer.respond(peer.last('BYE'), 200);
    second.respond(second.last('INVITE'), 200, 'second', { body: BOB });
    await pass(5);
    expect([log.events, second.last('ACK').to.tag]).toEqual([[`answered ${BOB}`], 'second']);
    leg.end({ cause: 'normal' });
    await pass(5);
    second.respond(second.last('BYE'), 200);
  });

  test('the limit of the last silent target ends the call', async () => {
    const second = new SipPeer(world.network, '10.0.0.10', world.edge.addresses[0]!);
    world.names.set('carrier.example', [peer.address, second.address]);
    const { log } = place(world.edge, 'sip:8001@carrier.example', { responseLimitMs: 4000 });
    await pass(7900);
    expect([log.ending, second.all('INVITE').length > 0]).toEqual([undefined, true]);
    await pass(300);
    expect(log.ending).toEqual({ by: 'edge', cause: 'timeout', status: 408 });
  });

  test('given up while its name is looked up, it is never sent', async () => {
    let found: (targets: (typeof peer.address)[]) => void = () => {};
    world.names.set('slow.example', new Promise((resolve) => (found = resolve)));
    const { leg, log } = place(world.edge, 'sip:8001@slow.example');
    leg.end({ cause: 'cancelled' });
    found([peer.address]);
    await pass(100);
    expect([peer.requests.length, log.ending?.by]).toEqual([0, 'local']);
  });

  test('a name that cannot be found ends the call with 503', async () => {
    const { log } = place(world.edge, 'sip:8001@nowhere.invalid');
    await pass(5);
    expect(log.ending).toEqual({ by: 'edge', cause: 'edge-lost', status: 503 });
  });

  test('an offer in the 200 is answered in the ACK; without an answer the call is hung up', async () => {
    const leg = world.edge.call({ uri: peer.contact, from: { uri: 'sip:a@b' } });
    const log = new LegLog(leg);
    await pass(5);
    expect(peer.last('INVITE').bodyLength).toBe(0);
    peer.respond(peer.last('INVITE'), 200, 't', { body: BOB });
    await pass(5);
    expect([peer.last('ACK').bodyLength, peer.last('BYE').to.tag]).toEqual([0, 't']);
    expect(log.ending).toMatchObject({ by: 'edge', cause: 'not-acceptable' });
  });
});
