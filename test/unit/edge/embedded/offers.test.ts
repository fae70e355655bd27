import { describe, expect, test } from 'vitest';
import { ALICE, BOB, CAROL, place } from '../../../contract/edge/edge-world.ts';
import { confirmed } from './confirmed.ts';
import { desk, pass, peer, useWire, world } from './wire.ts';

/** Offers that come at the wrong time, and session timers that are asked for in odd ways. */
useWire();

const RELIABLE = ['Require: 100rel', 'Supported: timer'];

describe('before their INVITE is answered', () => {
  /** A call of the peer's that rings, and the dialog of its 180. */
  async function ringing(headers: string[] = [], sdp?: string) {
    desk.take = (leg) => {
      leg.delegate = { onReoffer: () => CAROL };
      leg.progress(sdp ? 183 : 180, sdp);
    };
    peer.request('INVITE', 'c1', { body: ALICE, headers });
    await pass(5);
    return peer.dialogOf(peer.responses[0]!);
  }

  test('a second INVITE gets 500 with Retry-After (14.2)', async () => {
    const dialog = await ringing();
    peer.inDialog(dialog, 'INVITE', { body: BOB });
    await pass(5);
    const refusal = peer.responses.at(-1)!;
    expect([refusal.status, refusal.has('Retry-After'), desk.calls[0]!.state]).toEqual([500, true, 'early']);
    desk.calls[0]!.end({ cause: 'busy' });
  });

  test('an UPDATE with an offer gets 500 while theirs has no reliable answer (RFC 3311 5.2)', async () => {
    const dialog = await ringing();
    peer.inDialog(dialog, 'UPDATE', { body: BOB });
    await pass(5);
    expect([peer.answer('UPDATE')!.status, desk.calls[0]!.remoteSdp]).toEqual([500, ALICE]);
    desk.calls[0]!.end({ cause: 'busy' });
  });

  test('a PRACK may bring a new offer after the reliable answer, and starts no session timer', async () => {
    const dialog = await ringing(RELIABLE, BOB);
    const rack = `RAck: ${peer.responses[0]!.get('RSeq')} 1 INVITE`;
    peer.inDialog(dialog, 'PRACK', { headers: [rack, 'Supported: timer'], body: BOB });
    await pass(5);
    const answer = peer.answer('PRACK')!;
    expect([answer.status, answer.bodyText, answer.has('Session-Expires')]).toEqual([200, CAROL, false]);
    peer.inDialog(dialog, 'UPDATE', { body: ALICE });
    await pass(5);
    expect([peer.answer('UPDATE')!.status, peer.answer('UPDATE')!.bodyText]).toEqual([200, CAROL]);
    desk.calls[0]!.end({ cause: 'busy' });
  });

  test('reliable responses go one at a time: the next one after the PRACK (RFC 3262 3)', async () => {
    const dialog = await ringing(RELIABLE);
    desk.calls[0]!.progress(181);
    desk.calls[0]!.progress(183, BOB);
    await pass(5);
    expect(peer.statuses).toEqual([180]);
    for (const next of [181, 183]) {
      const sent = peer.responses.filter((one) => one.has('RSeq')).at(-1)!;
      peer.inDialog(dialog, 'PRACK', { headers: [`RAck: ${sent.get('RSeq')} 1 INVITE`] });
      await pass(5);
      expect(peer.answer('INVITE')!.status).toBe(next);
    }
    desk.calls[0]!.end({ cause: 'busy' });
  });

  test('ringing that was announced reliably is announced again every minute, reliably', async () => {
    const dialog = await ringing(RELIABLE);
    const rseqs = () =>
      [...new Set(peer.responses.map((one) => one.get('RSeq')).filter(Boolean))].map(Number);
    const acknowledge = () =>
      peer.inDialog(dialog, 'PRACK', { headers: [`RAck: ${rseqs().at(-1)} 1 INVITE`] });
    acknowledge();
    await pass(60_100);
    acknowledge();
    await pass(1000);
    const [first = 0, second] = rseqs();
    expect([second, rseqs().length]).toEqual([first + 1, 2]);
    desk.calls[0]!.end({ cause: 'no-answer' });
  });
});

describe('before our INVITE is answered', () => {
  async function ringing(headers: string[] = [], body?: string) {
    const placed = place(world.edge, peer.contact);
    placed.leg.delegate = { onReoffer: () => CAROL };
    await pass(5);
    const invite = peer.last('INVITE');
    peer.respond(invite, 183, 't', { headers, ...(body && { body }) });
    await pass(5);
    return { ...placed, invite, dialog: peer.dialogFrom(invite, 't') };
  }

  test('an INVITE of theirs gets 491, and an UPDATE with an offer as well', async () => {
    const { leg, invite, dialog } = await ringing();
    peer.inDialog(dialog, 'INVITE', { body: BOB });
    peer.inDialog(dialog, 'UPDATE', { body: BOB });
    await pass(5);
    expect([peer.answer('INVITE')!.status, peer.answer('UPDATE')!.status]).toEqual([491, 491]);
    leg.end({ cause: 'no-answer' });
    await pass(5);
    peer.respond(invite, 487, 't');
  });

  test('To tags that somebody makes up do not fill the tables', async () => {
    const { leg, invite } = await ringing();
    for (let index = 0; index < 100; index++) peer.respond(invite, 180, `fork-${index}`);
    await pass(5);
    expect(world.edge.counts.dialogs).toBe(32);
    leg.end({ cause: 'no-answer' });
    await pass(5);
    peer.respond(invite, 487, 't');
  });

  test('an UPDATE is welcome after a reliable answer', async () => {
    const { leg, invite, dialog } = await ringing(['Require: 100rel', 'RSeq: 1'], BOB);
    peer.respond(peer.last('PRACK'), 200);
    peer.inDialog(dialog, 'UPDATE', { body: ALICE });
    await pass(5);
    expect([peer.answer('UPDATE')!.status, peer.answer('UPDATE')!.bodyText]).toEqual([200, CAROL]);
    leg.end({ cause: 'no-answer' });
    await pass(5);
    peer.respond(invite, 487, 't');
  });
});

describe('in a call', () => {
  test('an UPDATE that takes its time hears no 100 (RFC 4320 4.1)', async () => {
    const dialog = await confirmed();
    let decide: (sdp: string) => void = () => {};
    desk.calls[0]!.delegate = { onReoffer: () => new Promise((resolve) => (decide = resolve)) };
    peer.inDialog(dialog, 'UPDATE', { body: CAROL });
    await pass(5);
    decide(ALICE);
    await pass(5);
    const statuses = peer.responses
      .filter(({ cseq }) => cseq.method === 'UPDATE')
      .map(({ status }) => status);
    expect(statuses).toEqual([200]);
    desk.calls[0]!.end({ cause: 'normal' });
  });

  test('a refused re-INVITE does not prolong the session', async () => {
    const timer = ['Supported: timer', 'Session-Expires: 100;refresher=uac'];
    const dialog = await confirmed(timer);
    await pass(60_000);
    desk.calls[0]!.delegate = {};
    peer.inDialog(dialog, 'INVITE', { body: CAROL, headers: timer });
    await pass(5);
    expect(peer.answer('INVITE')!.status).toBe(488);
    dialog.cseq--;
    peer.inDialog(dialog, 'ACK');
    await pass(10_000);
    expect(desk.logs[0]!.ending).toEqual({ by: 'edge', cause: 'timeout' });
    peer.respond(peer.last('BYE'), 200);
  });

  test('a refresh that is refused with 422 is sent again with their interval (RFC 4028 7.4)', async () => {
    await confirmed(['Supported: timer', 'Session-Expires: 200;refresher=uas', 'Allow: INVITE, UPDATE']);
    await pass(100_050);
    peer.respond(peer.last('UPDATE'), 422, '', { headers: ['Min-SE: 600'] });
    await pass(5);
    const again = peer.last('UPDATE');
    expect([again.get('Session-Expires'), again.get('Min-SE')]).toEqual(['600;refresher=uac', '600']);
    // The same once more asks for nothing new: no loop.
    peer.respond(again, 422, '', { headers: ['Min-SE: 600'] });
    await pass(5);
    expect(peer.all('UPDATE').length).toBe(2);
    desk.calls[0]!.end({ cause: 'normal' });
  });

  test('an absurdly short session in a 2xx does not make us refresh all the time', async () => {
    const { leg } = place(world.edge, peer.contact);
    await pass(5);
    const headers = ['Session-Expires: 1;refresher=uac'];
    peer.respond(peer.last('INVITE'), 200, 't', { body: BOB, headers });
    await pass(44_000);
    expect(peer.all('INVITE').length).toBe(1);
    leg.end({ cause: 'normal' });
  });
});
