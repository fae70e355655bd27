import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EdgeFixture, type OpenWorld } from './edge-fixture.ts';
import { BOB, CAROL, place } from './edge-world.ts';

export function describeOutgoingCalls(open: OpenWorld): void {
  describe('a call that goes out', () => {
    let fixture: EdgeFixture;
    beforeEach(async () => {
      fixture = new EdgeFixture(await open());
      await fixture.start();
    });
    afterEach(() => fixture.close());

    test('rings, is answered, and the far end hangs up', async () => {
      const { world, farDesk } = fixture;
      farDesk.take = (leg) => {
        leg.progress(180);
        void leg.answer(BOB);
      };
      const headers = { 'X-Hotline': '400', 'User-Agent': 'another/1' };
      const { leg, log } = place(world.edge, world.farUri('8001'), { headers });
      expect(leg.state).toBe('calling');
      await world.until('the answer', () => farDesk.calls[0]?.state === 'confirmed');
      expect(farDesk.calls[0]!.invite.header('x-hotline')).toBe('400');
      expect(farDesk.calls[0]!.invite.headers('user-agent')).toEqual(['another/1']);
      expect(log.events).toEqual(['progress 180', `answered ${BOB}`]);
      farDesk.calls[0]!.end({ cause: 'normal' });
      await world.until('the BYE', () => log.ending !== undefined);
      expect(log.ending).toEqual({ by: 'remote', cause: 'normal', q850: 16 });
    });

    test('is busy', async () => {
      const { world, farDesk } = fixture;
      farDesk.take = (leg) => leg.end({ cause: 'busy' });
      const { log } = place(world.edge, world.farUri('8001'));
      await world.until('busy', () => log.ending !== undefined);
      expect(log.ending).toEqual({ by: 'remote', cause: 'busy', status: 486, q850: 17 });
    });

    test('is sent elsewhere: the PBX is told where, the best first, and the edge follows nothing itself', async () => {
      const { world, farDesk } = fixture;
      const Contact = [`<${world.farUri('8002')}>;q=0.2`, `"Bob" <${world.farUri('8003')}>;q=0.9`];
      farDesk.take = (leg) => leg.end({ cause: 'rejected', status: 302, headers: { Contact } });
      const { log } = place(world.edge, world.farUri('8001'));
      await world.until('the redirection', () => log.ending !== undefined);
      expect(log.ending).toMatchObject({ by: 'remote', status: 302, redirect: ['8003', '8002'] });
      await world.pass(100);
      expect(farDesk.calls.map(({ invite }) => invite.target.user)).toEqual(['8001']);
    });

    test('is given up while it rings', async () => {
      const { world, farDesk } = fixture;
      farDesk.take = (leg) => leg.progress(180);
      const { leg, log } = place(world.edge, world.farUri('8001'));
      await world.until('ringing', () => log.events.length > 0);
      leg.end({ cause: 'no-answer' });
      await world.until('the CANCEL', () => farDesk.logs[0]!.ending !== undefined);
      expect(log.ending).toEqual({ by: 'local', cause: 'no-answer' });
      expect(farDesk.logs[0]!.ending).toMatchObject({ by: 'remote', cause: 'cancelled' });
      if (!world.foreignLimits?.has('reason-in-cancel')) expect(farDesk.logs[0]!.ending?.q850).toBe(19);
    });

    test('given up before it rang is cancelled as soon as that is possible', async () => {
      const { world, farDesk } = fixture;
      const { leg, log } = place(world.edge, world.farUri('8001'));
      leg.end({ cause: 'cancelled' });
      await world.until('the CANCEL', () => farDesk.logs[0]?.ending !== undefined);
      expect([log.ending?.by, farDesk.logs[0]!.ending?.cause]).toEqual(['local', 'cancelled']);
    });

    test('given up as it is answered is hung up', async () => {
      const { world, farDesk } = fixture;
      farDesk.take = (leg) => {
        leg.progress(180);
      };
      const { leg, log } = place(world.edge, world.farUri('8001'));
      await world.until('ringing', () => log.events.length > 0);
      const answered = farDesk.calls[0]!.answer(BOB);
      leg.end({ cause: 'no-answer' });
      await fixture.settled(answered);
      await world.until('the BYE', () => farDesk.logs[0]!.ending !== undefined);
      expect(farDesk.logs[0]!.ending).toMatchObject({ by: 'remote', cause: 'normal' });
    });

    test('to a trunk that wants credentials in the call is changed and hung up', async ({ skip }) => {
      const { world, farDesk } = fixture;
      if (!world.farChallenges) return skip('the far end of this world asks for none');
      farDesk.take = (leg) => void leg.answer(BOB);
      const credentials = { username: '8001', password: 'secret' };
      const { leg } = place(world.edge, world.farUri('8001'), { credentials });
      await world.until('the call', () => farDesk.calls[0]?.state === 'confirmed');
      world.farChallenges('INVITE');
      farDesk.calls[0]!.delegate = { onReoffer: () => BOB };
      expect(await fixture.settled(leg.reoffer(CAROL))).toBe(BOB);
      if (!world.foreignLimits?.has('challenged-bye')) world.farChallenges('BYE');
      leg.end({ cause: 'normal' });
      await world.until('the BYE', () => farDesk.logs[0]!.ending !== undefined);
      expect(farDesk.logs[0]!.ending).toMatchObject({ by: 'remote', cause: 'normal' });
    });

    test('to a peer that gives no sign ends at the limit, long before Timer B', async ({ skip }) => {
      const { world, farDesk } = fixture;
      if (!world.manualTime)
        skip('the server keeps the INVITE for 32 s, and the time of this world cannot be moved');
      farDesk.take = (leg) => leg.end({ cause: 'forbidden', silent: true });
      const { log } = place(world.edge, world.farUri('8001'), { responseLimitMs: 4000 });
      await world.pass(3900);
      expect(log.ending).toBeUndefined();
      await world.pass(200);
      expect(log.ending).toEqual({ by: 'edge', cause: 'timeout', status: 408 });
    });

    test('to a peer that is slow to ring is kept up: 100 is a sign', async () => {
      const { world, farDesk } = fixture;
      const { leg, log } = place(world.edge, world.farUri('8001'), { responseLimitMs: 1_500 });
      await world.pass(2_000);
      expect([leg.state, log.events]).toEqual(['calling', []]);
      void farDesk.calls[0]!.answer(BOB).catch(() => {});
      await world.until('the answer', () => leg.state === 'confirmed');
      leg.end({ cause: 'normal' });
    });

    test('to nobody ends by itself', async ({ skip }) => {
      const { world } = fixture;
      if (!world.manualTime) skip('the time of this world cannot be moved');
      const { log } = place(world.edge, world.farUri('x').replace(/:\d+(;|$)/, ':9$1'));
      await world.until('the end', () => log.ending !== undefined, 40_000);
      expect(log.ending?.by).toBe('edge');
      expect([408, 503]).toContain(log.ending?.status);
    });
  });
}
