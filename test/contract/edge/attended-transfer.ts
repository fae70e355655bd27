import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InboundLeg, ReferRequest } from '../../../src/edge/edge.ts';
import { EdgeFixture, type OpenWorld } from './edge-fixture.ts';
import { BOB, CAROL, place } from './edge-world.ts';

export function describeAttendedTransfer(open: OpenWorld): void {
  describe('attended transfer', () => {
    let fixture: EdgeFixture;
    beforeEach(async () => {
      fixture = new EdgeFixture(await open());
      await fixture.start();
    });
    afterEach(() => fixture.close());

    test('REFER names the other call of the same edge, INVITE with Replaces finds it', async () => {
      const { world, farDesk } = fixture;
      // bob at the far end holds two calls of the edge under test and connects them.
      farDesk.take = (leg) => void leg.answer(BOB);
      const first = place(world.edge, world.farUri('bob'));
      const second = place(world.edge, world.farUri('bob'), { sdp: CAROL });
      await world.until(
        'two calls',
        () => farDesk.calls.filter((leg) => leg.state === 'confirmed').length === 2,
      );
      let refer: ReferRequest | undefined;
      first.leg.delegate = {
        onRefer: (asked) => {
          refer = asked;
          asked.accept();
        },
      };
      const [call1, call2] = farDesk.calls as [InboundLeg, InboundLeg];
      expect((await fixture.settled(call1.refer(world.uri('carol'), call2))).status).toBe(202);
      expect(refer!.replaces).toBe(second.leg);
      refer!.progress(200);
      for (const { leg } of [first, second]) leg.end({ cause: 'transferred' });
    });

    test('a REFER that names a call which is over is answered 481: nobody is rung anew for it', async () => {
      const { world, farDesk } = fixture;
      farDesk.take = (leg) => void leg.answer(BOB);
      const first = place(world.edge, world.farUri('bob'));
      const second = place(world.edge, world.farUri('bob'), { sdp: CAROL });
      await world.until(
        'two calls',
        () => farDesk.calls.filter((leg) => leg.state === 'confirmed').length === 2,
      );
      second.leg.end({ cause: 'normal' });
      await world.until('its end', () => farDesk.calls[1]!.state === 'ended');
      let isAsked = false;
      first.leg.delegate = {
        onRefer: (refer) => {
          isAsked = true;
          refer.refuse(603);
        },
      };
      const [call1, call2] = farDesk.calls as [InboundLeg, InboundLeg];
      expect((await fixture.settled(call1.refer(world.uri('carol'), call2))).status).toBe(481);
      expect(isAsked).toBe(false);
      first.leg.end({ cause: 'normal' });
    });

    test('an INVITE with Replaces for no call of ours is answered 481', async () => {
      const { world, desk } = fixture;
      const headers = { Replaces: 'nothing;to-tag=a;from-tag=b' };
      const { log } = place(world.far, world.uri('400'), { headers });
      await world.until('481', () => log.ending !== undefined);
      expect([log.ending?.status, desk.calls.length]).toEqual([481, 0]);
    });
  });
}
