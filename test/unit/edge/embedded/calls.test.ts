import { describe, expect, test } from 'vitest';
import { ALICE, BOB, CAROL, LegLog, place } from '../../../contract/edge/edge-world.ts';
import { SipPeer } from '../../../support/sip-peer.ts';
import { desk, pass, peer, useWire, world } from './wire.ts';

/** What the embedded edge says on the wire to a peer that keeps no rule by itself. */
useWire();

const call = () => place(world.edge, peer.contact);

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

  /** A call of the peer's that was answered and acknowledged. */
  async function confirmed(headers: string[] = []) {
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    peer.request('INVITE', 'c1', { body: ALICE, headers });
    await pass(5);
    const dialog = peer.dialogOf(peer.responses.at(-1)!);
    peer.inDialog(dialog, 'ACK');
    await pass(5);
    expect(desk.calls[0]!.state).toBe('confirmed');
    return dialog;
  }

  describe('session timer', () => {
    test('a caller who asks for less than 90 s gets 422', async () => {
      const dialog = await confirmed();
      peer.inDialog(dialog, 'UPDATE', { headers: ['Supported: timer', 'Session-Expires: 60'] });
      await pass(5);
      expect([peer.responses.at(-1)!.status, peer.responses.at(-1)!.get('Min-SE')]).toEqual([422, '90']);
      desk.calls[0]!.end({ cause: 'normal' });
    });

    test('of a caller who refreshes ends the call when he does not', async () => {
      await confirmed(['Supported: timer', 'Session-Expires: 100;refresher=uac']);
      expect(peer.responses.at(-1)!.get('Session-Expires')).toBe('100;refresher=uac');
      expect(peer.responses.at(-1)!.listHas('Require', 'timer')).toBe(true);
      await pass(67_500);
      expect(desk.calls[0]!.state).toBe('confirmed');
      await pass(1000);
      expect(desk.logs[0]!.ending).toEqual({ by: 'edge', cause: 'timeout' });
      peer.last('BYE');
    });

    test('is prolonged by each refresh', async () => {
      const dialog = await confirmed(['Supported: timer', 'Session-Expires: 100;refresher=uac']);
      for (let round = 0; round < 4; round++) {
        await pass(50_000);
        peer.inDialog(dialog, 'UPDATE', {
          headers: ['Supported: timer', 'Session-Expires: 100;refresher=uac'],
        });
      }
      await pass(50_000);
      expect(desk.calls[0]!.state).toBe('confirmed');
      desk.calls[0]!.end({ cause: 'normal' });
    });

    test('that we refresh is refreshed at its half: UPDATE where the caller takes that', async () => {
      await confirmed(['Supported: timer', 'Session-Expires: 200;refresher=uas', 'Allow: INVITE, UPDATE']);
      await pass(100_050);
      const update = peer.last('UPDATE');
      expect([update.get('Session-Expires'), update.bodyLength]).toEqual(['200;refresher=uac', 0]);
      peer.respond(update, 200, '', { headers: ['Session-Expires: 200;refresher=uac'] });
      await pass(100_050);
      expect(peer.all('UPDATE').length).toBe(2);
      peer.respond(peer.last('UPDATE'), 481);
      await pass(50);
      expect(desk.logs[0]!.ending).toMatchObject({ by: 'edge', status: 481 });
    });

    test('that we refresh is refreshed with the same session by re-INVITE elsewhere', async () => {
      await confirmed(['Supported: timer', 'Session-Expires: 200;refresher=uas', 'Allow: INVITE']);
      await pass(100_050);
      expect(peer.last('INVITE').bodyText).toBe(BOB);
      peer.respond(peer.last('INVITE'), 200, '', { body: ALICE });
      await pass(5);
      expect(peer.all('ACK').length).toBe(1);
      desk.calls[0]!.end({ cause: 'normal' });
    });
  });

  /** RFC 4028 7.2 and 9: a far end that knows no timers is refreshed by us. */
  describe('without session timers at the far end', () => {
    /** Half of the interval, and what a slot of the timer wheel adds. */
    const HALF_MS = 900_050;

    test('a call that goes on is refreshed with the session in force', async () => {
      await confirmed(['Allow: INVITE, ACK, BYE']);
      expect(peer.responses.at(-1)!.get('Session-Expires')).toBe('1800;refresher=uas');
      expect(peer.responses.at(-1)!.has('Require')).toBe(false);
      for (const round of [1, 2, 3]) {
        await pass(HALF_MS);
        expect([peer.all('INVITE').length, peer.last('INVITE').bodyText]).toEqual([round, BOB]);
        // As refreshed ends answer: the same session, its version raised.
        peer.respond(peer.last('INVITE'), 200, '', { body: ALICE.replace('1 1 IN', `1 ${round} IN`) });
        await pass(5);
      }
      expect(desk.logs[0]!.events.filter((event) => event.startsWith('renegotiated'))).toEqual([]);
      desk.calls[0]!.end({ cause: 'normal' });
    });

    test('a caller whose BYE was lost is found: he knows the dialog no more', async () => {
      await confirmed(['Allow: INVITE, ACK, BYE']);
      await pass(HALF_MS);
      peer.respond(peer.last('INVITE'), 481);
      await pass(5);
      expect(desk.logs[0]!.ending).toEqual({ by: 'edge', cause: 'failure', status: 481 });
      expect(peer.all('BYE').length).toBe(1);
    });

    test('a caller who is gone is found: nobody answers', async () => {
      await confirmed();
      await pass(HALF_MS + 33_000);
      expect(desk.logs[0]!.ending).toEqual({ by: 'edge', cause: 'failure', status: 408 });
    });

    test('a caller who refuses the refresh is there: the call goes on', async () => {
      await confirmed();
      for (const _round of [1, 2, 3]) {
        await pass(HALF_MS);
        peer.respond(peer.last('INVITE'), 488);
        await pass(5);
      }
      expect([desk.calls[0]!.state, peer.all('INVITE').length]).toEqual(['confirmed', 3]);
      desk.calls[0]!.end({ cause: 'normal' });
    });

    test('a callee whose BYE was lost is found', async () => {
      const { leg, log } = call();
      await pass(5);
      peer.respond(peer.last('INVITE'), 200, 't', { body: BOB });
      await pass(5);
      expect(leg.state).toBe('confirmed');
      await pass(HALF_MS);
      expect([peer.all('INVITE').length, peer.last('INVITE').get('Session-Expires')]).toEqual([
        2,
        '1800;refresher=uac',
      ]);
      peer.respond(peer.last('INVITE'), 481);
      await pass(5);
      expect(log.ending).toEqual({ by: 'edge', cause: 'failure', status: 481 });
    });

    test('a session that moves in the answer to a refresh is heard of', async () => {
      await confirmed();
      await pass(HALF_MS);
      peer.respond(peer.last('INVITE'), 200, '', { body: CAROL.replace('40000', '40002') });
      await pass(5);
      expect(desk.logs[0]!.events.at(-1)).toContain('renegotiated');
      desk.calls[0]!.end({ cause: 'normal' });
    });
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

    test('without any PRACK the call is refused with 504', async () => {
      desk.take = (leg) => leg.progress(180);
      peer.request('INVITE', 'c1', { body: ALICE, headers: ['Require: 100rel'] });
      await pass(33_000);
      expect([peer.statuses.includes(504), desk.logs[0]!.ending?.by]).toEqual([true, 'edge']);
    });
  });
});

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

describe('subscriptions (RFC 6665)', () => {
  const subscribe = ['Event: message-summary', 'Expires: 600'];

  test('NOTIFYs go out in the dialog of the SUBSCRIBE, until it expires', async () => {
    let dialog: string | undefined;
    desk.onRequest = async (request) => {
      dialog = request.dialog;
      return { status: 200, headers: { Expires: '600' } };
    };
    peer.request('SUBSCRIBE', 's1', { headers: subscribe });
    await pass(5);
    const ok = peer.responses.at(-1)!;
    expect([ok.status, ok.contact?.uri.text]).toEqual([200, 'sip:10.0.0.1:5060']);
    const notify = () =>
      world.edge.request({
        dialog: dialog!,
        method: 'NOTIFY',
        uri: '',
        from: { uri: '' },
        headers: { Event: 'message-summary', 'Subscription-State': 'active;expires=600' },
        contentType: 'application/simple-message-summary',
        body: 'Messages-Waiting: yes\r\n',
      });
    const first = notify();
    await pass(5);
    const sent = peer.last('NOTIFY');
    expect([sent.requestUriText, sent.to.tag, sent.from.tag, sent.callId, sent.cseq.number]).toEqual([
      peer.contact,
      'peer',
      ok.to.tag,
      's1',
      1,
    ]);
    peer.respond(sent, 200);
    await pass(5);
    expect((await first).status).toBe(200);
    // The phone refreshes in the dialog, and gives it up.
    const subscriber = peer.dialogOf(ok);
    await pass(300_000);
    peer.inDialog(subscriber, 'SUBSCRIBE', { headers: subscribe });
    await pass(400_000);
    expect([peer.responses.at(-1)!.status, world.edge.counts.dialogs]).toEqual([200, 1]);
    peer.inDialog(subscriber, 'BYE');
    await pass(5);
    expect(peer.responses.at(-1)!.status).toBe(405);
    await pass(300_000);
    expect(world.edge.counts.dialogs).toBe(0);
    expect((await notify()).status).toBe(481);
  });

  test('that the PBX refuses leave nothing', async () => {
    desk.onRequest = () => ({ status: 489 });
    peer.request('SUBSCRIBE', 's1', { headers: subscribe });
    await pass(5);
    expect([peer.statuses, world.edge.counts.dialogs]).toEqual([[489], 0]);
  });
});
