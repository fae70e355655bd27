import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EdgeFixture, type OpenWorld } from './edge-fixture.ts';
import { BOB, place } from './edge-world.ts';

const UNABLE = 'the engine has no reliable provisional responses';

export function describeReliableProvisional(open: OpenWorld): void {
  describe('reliable provisional responses', () => {
    let fixture: EdgeFixture;
    beforeEach(async () => {
      fixture = new EdgeFixture(await open());
      await fixture.start();
    });
    afterEach(() => fixture.close());

    test('early media arrives before the answer and needs no repetition in it', async ({ skip }) => {
      const { world, desk } = fixture;
      if (!world.edge.capabilities.reliableProvisional) skip(UNABLE);
      desk.take = (leg) => {
        leg.progress(183, BOB);
        leg.progress(180);
      };
      const { leg, log } = place(world.far, world.uri('400'), { reliable: 'required' });
      await world.until('both', () => log.events.length === 2);
      void desk.calls[0]!.answer(BOB);
      await world.until('the answer', () => desk.calls[0]?.state === 'confirmed');
      expect(log.events).toEqual([`progress 183 ${BOB}`, 'progress 180', `answered ${BOB}`]);
      leg.end({ cause: 'normal' });
    });

    test('of the far end are acknowledged', async ({ skip }) => {
      const { world, farDesk } = fixture;
      if (!world.edge.capabilities.reliableProvisional) skip(UNABLE);
      farDesk.take = (leg) => {
        leg.progress(183, BOB);
        void leg.answer(BOB);
      };
      const { leg, log } = place(world.edge, world.farUri('8001'), { reliable: 'required' });
      await world.until('the answer', () => farDesk.calls[0]?.state === 'confirmed');
      expect(log.events).toEqual([`progress 183 ${BOB}`, `answered ${BOB}`]);
      leg.end({ cause: 'normal' });
    });
  });
}
