import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClosedError } from '../../../src/shared/errors.ts';
import { EdgeFixture, type OpenWorld } from './edge-fixture.ts';
import { ALICE, BOB, place } from './edge-world.ts';

export function describeIncomingCalls(open: OpenWorld): void {
  describe('a call that comes in', () => {
    let fixture: EdgeFixture;
    beforeEach(async () => {
      fixture = new EdgeFixture(await open());
      await fixture.start();
    });
    afterEach(() => fixture.close());

    test('is rung, answered and talks until the caller hangs up', async () => {
      const { world, desk } = fixture;
      let acked = false;
      desk.take = (leg) => {
        expect(leg.invite.target.user).toBe('4001234567');
        expect([leg.invite.from.user, leg.invite.from.displayName]).toEqual(['alice', '爱丽丝']);
        expect([leg.state, leg.remoteSdp, leg.invite.body]).toEqual(['arriving', ALICE, ALICE]);
        leg.progress(180);
        expect(leg.state).toBe('early');
      };
      const { leg, log } = place(world.far, world.uri('4001234567'));
      await world.until('ringing', () => log.events.length > 0);
      expect([leg.state, log.events]).toEqual(['early', ['progress 180']]);
      const called = desk.calls[0]!;
      void called.answer(BOB).then((sdp) => {
        acked = true;
        expect(sdp).toBeUndefined();
      });
      await world.until('the ACK', () => acked);
      expect([called.state, leg.state, leg.remoteSdp]).toEqual(['confirmed', 'confirmed', BOB]);
      expect(log.events).toEqual(['progress 180', `answered ${BOB}`]);
      leg.end({ cause: 'normal' });
      await world.until('the BYE', () => desk.logs[0]!.ending !== undefined);
      expect(desk.logs[0]!.ending).toEqual({ by: 'remote', cause: 'normal', q850: 16 });
      expect([called.state, log.events.at(-1)]).toEqual(['ended', 'ended local normal']);
    });

    test('has early media, and its SDP again in the answer', async () => {
      const { world, desk } = fixture;
      desk.take = (leg) => leg.progress(183, BOB);
      const { leg, log } = place(world.far, world.uri('400'));
      await world.until('early media', () => log.events.length > 0);
      expect([log.events, leg.remoteSdp]).toEqual([[`progress 183 ${BOB}`], BOB]);
      await fixture.settled(desk.calls[0]!.answer(BOB));
      expect(log.events.at(-1)).toBe(`answered ${BOB}`);
      desk.calls[0]!.end({ cause: 'normal' });
      await world.until('the BYE', () => log.ending !== undefined);
      expect(log.ending).toMatchObject({ by: 'remote', cause: 'normal' });
    });

    test('is refused with a status', async () => {
      const { world, desk } = fixture;
      desk.take = (leg) => leg.end({ cause: 'blacklisted', headers: { 'X-Why': 'list' } });
      const { log } = place(world.far, world.uri('400'));
      await world.until('the refusal', () => log.ending !== undefined);
      expect(log.ending).toEqual({ by: 'remote', cause: 'rejected', status: 603, q850: 21 });
      expect(desk.logs[0]!.ending).toEqual({ by: 'local', cause: 'blacklisted', status: 603 });
    });

    test('from a stranger gets no answer at all', async ({ skip }) => {
      const { world, desk } = fixture;
      desk.take = (leg) => leg.end({ cause: 'forbidden', silent: true });
      const { leg, log } = place(world.far, world.uri('400'));
      await world.pass(world.manualTime ? 3000 : 1000);
      if (world.foreignLimits?.has('silence')) {
        expect(log.ending?.status).toBe(403);
        skip('the server answers 100 before the PBX is asked; the stranger is refused with 403');
      }
      expect([log.events, leg.state, desk.calls.length]).toEqual([[], 'calling', 1]);
      expect(desk.logs[0]!.ending).toEqual({ by: 'local', cause: 'forbidden' });
      await world.far.close();
    });

    test('is cancelled by the caller', async () => {
      const { world, desk } = fixture;
      desk.take = (leg) => leg.progress(180);
      const { leg, log } = place(world.far, world.uri('400'));
      await world.until('ringing', () => log.events.length > 0);
      leg.end({ cause: 'answered-elsewhere' });
      leg.end({ cause: 'normal' });
      await world.until('the CANCEL', () => desk.logs[0]!.ending !== undefined);
      expect(desk.logs[0]!.ending).toMatchObject({ by: 'remote', cause: 'cancelled', q850: 26 });
      expect(log.events.filter((event) => event.startsWith('ended'))).toEqual([
        'ended local answered-elsewhere',
      ]);
      await expect(desk.calls[0]!.answer(BOB)).rejects.toBeInstanceOf(ClosedError);
    });

    test('that says how long it holds ends with 487 when nobody has answered by then', async () => {
      const { world, desk } = fixture;
      desk.take = (leg) => leg.progress(180);
      const { log } = place(world.far, world.uri('400'), { headers: { Expires: '1' } });
      await world.until('the end', () => log.ending !== undefined);
      expect(log.ending).toMatchObject({ by: 'remote', cause: 'cancelled', status: 487 });
      expect(desk.logs[0]!.ending).toEqual({ by: 'remote', cause: 'cancelled', status: 487 });
    });

    test('that says how long it holds talks on when it was answered in time', async () => {
      const { world, desk } = fixture;
      desk.take = (leg) => void leg.answer(BOB).catch(() => {});
      const { leg } = place(world.far, world.uri('400'), { headers: { Expires: '1' } });
      await world.until('the answer', () => desk.calls[0]?.state === 'confirmed');
      await world.pass(1200);
      expect([leg.state, desk.calls[0]!.state]).toEqual(['confirmed', 'confirmed']);
      leg.end({ cause: 'normal' });
    });

    test('without an offer gets ours in the answer and gives its own in the ACK', async () => {
      const { world, desk } = fixture;
      let answered: string | undefined;
      desk.take = (leg) => {
        expect(leg.remoteSdp).toBeUndefined();
        void leg.answer(BOB).then((sdp) => {
          answered = sdp;
        });
      };
      const { leg, log } = place(world.far, world.uri('400'), { sdp: undefined as never });
      leg.delegate = { onReoffer: (offer) => (offer === BOB ? ALICE : 'wrong') };
      await world.until('the ACK', () => answered !== undefined);
      expect([answered, desk.calls[0]!.remoteSdp, leg.remoteSdp]).toEqual([ALICE, ALICE, BOB]);
      expect(log.events).toEqual([`answered ${BOB}`]);
      leg.end({ cause: 'normal' });
    });

    test('is answered 500 when the PBX throws', async () => {
      const { world, desk } = fixture;
      desk.take = () => {
        throw new Error('boom');
      };
      const { log } = place(world.far, world.uri('400'));
      await world.until('the refusal', () => log.ending !== undefined);
      expect(log.ending).toMatchObject({ by: 'remote', status: 500 });
    });

    test('ended between the 200 and its ACK is hung up', async () => {
      const { world, desk } = fixture;
      desk.take = (leg) => {
        leg.answer(BOB).catch((error) => expect(error).toBeInstanceOf(ClosedError));
        leg.end({ cause: 'no-agent' });
      };
      const { log } = place(world.far, world.uri('400'));
      await world.until('the BYE', () => log.ending !== undefined);
      expect(log.ending).toMatchObject({ by: 'remote', cause: 'normal', q850: 20 });
    });
  });
}
