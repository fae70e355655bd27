import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClosedError } from '../../../src/shared/errors.ts';
import { EdgeFixture, type OpenWorld } from './edge-fixture.ts';
import { place } from './edge-world.ts';

export function describeDrainAndClose(open: OpenWorld): void {
  describe('drain and close', () => {
    let fixture: EdgeFixture;
    beforeEach(async () => {
      fixture = new EdgeFixture(await open());
      await fixture.start();
    });
    afterEach(() => fixture.close());

    test('drain refuses new calls with 503 and keeps the others', async () => {
      const { world } = fixture;
      const { own, other } = await fixture.talking('in');
      world.edge.drain();
      const { log } = place(world.far, world.uri('400'));
      await world.until('503', () => log.ending !== undefined);
      expect([log.ending?.status, own.state]).toEqual([503, 'confirmed']);
      other.end({ cause: 'normal' });
    });

    test('close ends what is left', async () => {
      const { world } = fixture;
      const { own, ownLog, otherLog } = await fixture.talking('out');
      await world.edge.close();
      await world.edge.close();
      expect([own.state, ownLog.ending]).toEqual(['ended', { by: 'local', cause: 'shutdown' }]);
      expect(() => world.edge.call({ uri: world.farUri('x'), from: { uri: 'sip:a@b' } })).toThrow(
        ClosedError,
      );
      await world.until('the BYE', () => otherLog.ending !== undefined);
    });
  });
}
