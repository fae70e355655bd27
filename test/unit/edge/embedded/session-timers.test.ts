import { describe, expect, test } from 'vitest';
import { ALICE, BOB, CAROL, place } from '../../../contract/edge/edge-world.ts';
import { confirmed } from './confirmed.ts';
import { desk, pass, peer, useWire, world } from './wire.ts';

/** RFC 4028: who refreshes a session, and what becomes of one that nobody refreshes. */
useWire();

describe('inbound', () => {
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
      const { leg, log } = place(world.edge, peer.contact);
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
});
