import { describe, expect, test } from 'vitest';
import type { InboundLeg } from '../../../../src/edge/edge.ts';
import { ALICE, BOB, CAROL } from '../../../contract/edge/edge-world.ts';
import { confirmed } from './confirmed.ts';
import { desk, pass, peer, useWire, world } from './wire.ts';

/** What the embedded edge says to a caller that keeps no rule by itself. */
useWire();

describe('inbound', () => {
  test('100 only while nothing is decided', async () => {
    peer.request('INVITE', 'c1', { body: ALICE });
    await pass(5);
    expect(peer.statuses).toEqual([100]);
    desk.take = (leg) => leg.progress(180);
    peer.request('INVITE', 'c2', { body: ALICE });
    await pass(5);
    expect(peer.statuses).toEqual([100, 180]);
    for (const leg of desk.calls) leg.end({ cause: 'busy' });
  });

  test('200 is repeated until the ACK; without one the call ends with BYE after 64*T1', async () => {
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    peer.request('INVITE', 'c1', { body: ALICE });
    await pass(33_000);
    // 0, 0.5, 1.5, 3.5, then every 4 s.
    expect(peer.statuses).toEqual(new Array(11).fill(200));
    expect(desk.logs[0]!.ending).toEqual({ by: 'edge', cause: 'timeout' });
    expect(peer.last('BYE').get('Reason')).toContain('cause=102');
    peer.respond(peer.last('BYE'), 200);
  });

  test('200 is not repeated after a BYE: it has arrived, only its ACK was lost', async () => {
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    peer.request('INVITE', 'c1', { body: ALICE });
    await pass(5);
    peer.inDialog(peer.dialogOf(peer.responses.at(-1)!), 'BYE');
    await pass(33_000);
    expect(peer.statuses).toEqual([200, 200]);
    expect(desk.logs[0]!.ending).toEqual({ by: 'remote', cause: 'normal' });
  });

  test('a call that nobody decides about is given up after a minute with 480', async () => {
    peer.request('INVITE', 'c1', { body: ALICE });
    await pass(60_100);
    expect(peer.statuses).toContain(480);
    expect(desk.logs[0]!.ending).toMatchObject({ by: 'edge', status: 480 });
  });

  test('a call that rings long hears so every minute (13.3.1.1)', async () => {
    desk.take = (leg) => leg.progress(180);
    peer.request('INVITE', 'c1', { body: ALICE });
    await pass(121_000);
    expect(peer.statuses).toEqual([180, 180, 180]);
    desk.calls[0]!.end({ cause: 'no-answer' });
  });

  test('responses that make a dialog copy Record-Route, and requests follow it', async () => {
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    const route = '<sip:10.0.0.9:5090;lr>';
    peer.request('INVITE', 'c1', { body: ALICE, headers: [`Record-Route: ${route}, <sip:10.0.0.8;lr>`] });
    await pass(5);
    const ok = peer.responses.at(-1)!;
    expect(ok.recordRoutes.map(String)).toEqual([route, '<sip:10.0.0.8;lr>']);
    peer.inDialog(peer.dialogOf(ok), 'ACK');
    await pass(5);
    desk.calls[0]!.end({ cause: 'normal' });
    await pass(5);
    const bye = peer.last('BYE');
    expect([bye.requestUriText, bye.routes.map(String)]).toEqual([
      peer.contact,
      [route, '<sip:10.0.0.8;lr>'],
    ]);
  });

  test('a strict router gets the request in its own name (12.2.1.1)', async () => {
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    peer.request('INVITE', 'c1', {
      body: ALICE,
      headers: ['Record-Route: <sip:10.0.0.9:5090>, <sip:10.0.0.8;lr>'],
    });
    await pass(5);
    peer.inDialog(peer.dialogOf(peer.responses.at(-1)!), 'ACK');
    await pass(5);
    desk.calls[0]!.end({ cause: 'normal' });
    await pass(5);
    const bye = peer.last('BYE');
    expect([bye.requestUriText, bye.routes.map(String)]).toEqual([
      'sip:10.0.0.9:5090',
      ['<sip:10.0.0.8;lr>', `<${peer.contact}>`],
    ]);
  });

  test('BYE in the early dialog ends the INVITE with 487', async () => {
    desk.take = (leg) => leg.progress(180);
    peer.request('INVITE', 'c1', { body: ALICE });
    await pass(5);
    peer.inDialog(peer.dialogOf(peer.responses[0]!), 'BYE');
    await pass(5);
    expect([peer.answer('BYE')!.status, peer.answer('INVITE')!.status]).toEqual([200, 487]);
    expect(desk.logs[0]!.ending).toMatchObject({ by: 'remote', cause: 'normal' });
  });

  test('extensions, bodies and types that are not supported are named', async () => {
    peer.request('INVITE', 'c1', { headers: ['Require: timer, foo', 'Proxy-Require: bar'] });
    peer.request('INVITE', 'c2', { headers: ['Accept: text/plain'], body: ALICE });
    peer.request('INVITE', 'c3', { headers: ['Content-Encoding: gzip'], body: ALICE });
    await pass(5);
    expect(peer.statuses).toEqual([420, 406, 415]);
    expect(peer.responses[0]!.get('Unsupported')).toBe('foo, bar');
    expect(peer.responses[2]!.get('Accept-Encoding')).toBe('identity');
    expect(desk.calls.length).toBe(0);
  });

  test('requests for no dialog of ours get 481, an ACK for none nothing', async () => {
    for (const method of ['BYE', 'INFO', 'INVITE', 'UPDATE']) {
      peer.inDialog(
        { callId: 'x', local: '<sip:a@b>;tag=1', remote: '<sip:c@d>;tag=2', target: world.uri('x'), cseq: 1 },
        method,
      );
    }
    peer.inDialog(
      { callId: 'x', local: '<sip:a@b>;tag=1', remote: '<sip:c@d>;tag=2', target: world.uri('x'), cseq: 1 },
      'ACK',
    );
    await pass(5);
    expect(peer.statuses).toEqual([481, 481, 481, 481]);
  });

  test('a request that comes out of order gets 500 (12.2.2)', async () => {
    const dialog = await confirmed();
    dialog.cseq += 5;
    peer.inDialog(dialog, 'OPTIONS');
    await pass(5);
    dialog.cseq -= 3;
    peer.inDialog(dialog, 'OPTIONS');
    await pass(5);
    expect(peer.statuses.slice(-2)).toEqual([200, 500]);
    desk.calls[0]!.end({ cause: 'normal' });
  });

  test('the Contact of a re-INVITE is the new target', async () => {
    const dialog = await confirmed();
    desk.calls[0]!.delegate = { onReoffer: () => CAROL };
    peer.inDialog(dialog, 'INVITE', { body: BOB, headers: ['Contact: <sip:moved@10.0.0.9:5090>'] });
    await pass(5);
    peer.inDialog(dialog, 'ACK');
    await pass(5);
    desk.calls[0]!.end({ cause: 'normal' });
    await pass(5);
    // The first of two Contacts is the one that the helper writes; look at the answer and at the BYE.
    expect(peer.answer('INVITE')!.bodyText).toBe(CAROL);
    expect(desk.calls[0]!.remoteSdp).toBe(BOB);
  });

  test('a re-INVITE while another one is open gets 500 with Retry-After, one while ours is open 491', async () => {
    const dialog = await confirmed();
    let decide: (sdp: string) => void = () => {};
    desk.calls[0]!.delegate = { onReoffer: () => new Promise((resolve) => (decide = resolve)) };
    peer.inDialog(dialog, 'INVITE', { body: CAROL });
    await pass(5);
    peer.inDialog(dialog, 'INVITE', { body: CAROL });
    await pass(5);
    const busy = peer.responses.at(-1)!;
    expect([busy.status, Number(busy.get('Retry-After')) <= 10]).toEqual([500, true]);
    decide(BOB);
    await pass(5);
    dialog.cseq--;
    peer.inDialog(dialog, 'ACK');
    dialog.cseq++;
    await pass(5);
    const ours = desk.calls[0]!.reoffer(ALICE);
    ours.catch(() => {});
    await pass(5);
    peer.inDialog(dialog, 'INVITE', { body: CAROL });
    await pass(5);
    expect(peer.responses.at(-1)!.status).toBe(491);
    peer.respond(peer.last('INVITE'), 200, '', { body: CAROL });
    await pass(5);
    expect(await ours).toBe(CAROL);
    desk.calls[0]!.end({ cause: 'normal' });
  });

  test('our re-INVITE is repeated after a 491: 0 to 2 s where the Call-ID is theirs (14.1)', async () => {
    await confirmed();
    const ours = desk.calls[0]!.reoffer(CAROL);
    await pass(5);
    peer.respond(peer.last('INVITE'), 491);
    await pass(2100);
    expect(new Set(peer.all('INVITE').map(({ cseq }) => cseq.number))).toEqual(new Set([1, 2]));
    expect(peer.all('ACK').map(({ cseq }) => cseq.number)).toEqual([1]);
    peer.respond(peer.last('INVITE'), 200, '', { body: BOB });
    await pass(5);
    expect(await ours).toBe(BOB);
    desk.calls[0]!.end({ cause: 'normal' });
  });

  test('481 to a request in the dialog ends the leg', async () => {
    await confirmed();
    const info = desk.calls[0]!.request('INFO').catch(() => undefined);
    await pass(5);
    peer.respond(peer.last('INFO'), 481);
    await pass(5);
    await info;
    expect(desk.logs[0]!.ending).toMatchObject({ by: 'edge', cause: 'failure', status: 481 });
  });

  describe('reliable provisional responses (RFC 3262)', () => {
    test('are repeated until the PRACK, one after the other, and hold the answer back', async () => {
      desk.take = (leg) => {
        leg.progress(183, BOB);
        void leg.answer(BOB).catch(() => {});
      };
      peer.request('INVITE', 'c1', { body: ALICE, headers: ['Require: 100rel'] });
      await pass(1600);
      expect(peer.statuses).toEqual([183, 183, 183]);
      const early = peer.responses[0]!;
      const dialog = peer.dialogOf(early);
      peer.inDialog(dialog, 'PRACK', { headers: [`RAck: ${Number(early.get('RSeq')) + 1} 1 INVITE`] });
      await pass(5);
      expect(peer.statuses.at(-1)).toBe(481);
      peer.inDialog(dialog, 'PRACK', { headers: [`RAck: ${early.get('RSeq')} 1 INVITE`] });
      await pass(5);
      expect(peer.statuses.slice(-2)).toEqual([200, 200]);
      expect([peer.answer('INVITE')!.status, peer.answer('INVITE')!.bodyLength]).toEqual([200, 0]);
      dialog.cseq = 1;
      peer.inDialog(dialog, 'ACK');
      await pass(5);
      expect(desk.calls[0]!.state).toBe('confirmed');
      desk.calls[0]!.end({ cause: 'normal' });
    });

    test.each([
      { final: 200, settle: (leg: InboundLeg) => void leg.answer(BOB).catch(() => {}) },
      { final: 486, settle: (leg: InboundLeg) => leg.end({ cause: 'busy' }) },
    ])('whose PRACK is overtaken by the $final still take it, and are not repeated', async (way) => {
      desk.take = (leg) => {
        leg.progress(180);
        way.settle(leg);
      };
      peer.request('INVITE', 'c1', { body: ALICE, headers: ['Require: 100rel'] });
      await pass(5);
      const ringing = peer.responses[0]!;
      const dialog = peer.dialogOf(ringing);
      peer.inDialog(dialog, 'ACK');
      await pass(2000);
      expect(peer.statuses.filter((status) => status === 180)).toEqual([180]);
      expect(peer.answer('INVITE')!.status).toBe(way.final);
      const rack = `RAck: ${ringing.get('RSeq')} 1 INVITE`;
      peer.inDialog(dialog, 'PRACK', { headers: [rack] });
      await pass(5);
      expect(peer.answer('PRACK')!.status).toBe(200);
      peer.inDialog({ ...dialog, cseq: dialog.cseq + 1 }, 'PRACK', { headers: [rack] });
      await pass(5);
      expect(peer.answer('PRACK')!.status).toBe(481);
      desk.calls[0]!.end({ cause: 'normal' });
    });

    test('without any PRACK the call is refused with 504', async () => {
      desk.take = (leg) => leg.progress(180);
      peer.request('INVITE', 'c1', { body: ALICE, headers: ['Require: 100rel'] });
      await pass(33_000);
      expect([peer.statuses.includes(504), desk.logs[0]!.ending?.by]).toEqual([true, 'edge']);
    });
  });
});
