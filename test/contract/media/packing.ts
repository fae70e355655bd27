import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RtpPeer } from '../../support/rtp-peer.ts';
import { loudness } from '../../support/tones.ts';
import { type EngineUnderTest, MediaFixture, type Party } from './media-fixture.ts';

/** -40 dBov, which is far above silence. */
const NOISE_LEVEL = 40;
const AUDIBLE = 150;

/** Most of the gaps between the last packets are about so long: 20 and 40 in turn are not 30. */
function comesEvenly({ packetGaps }: RtpPeer, packetMs: number): boolean {
  const off = packetGaps.slice(-20).map((gap) => Math.abs(gap - packetMs));
  return off.length === 20 && off.toSorted((a, b) => a - b)[12]! < 5;
}

const heardTimes = (peer: RtpPeer) => new Set(peer.packetTimes.slice(-10));

/** Packet times (ptime) and comfort noise (RFC 3389) of far ends that were bridged and want different things. */
export function describePacking(engine: EngineUnderTest): void {
  const { packing, fillsPauses } = engine.capabilities;

  describe.runIf(packing)('packing', () => {
    let fixture: MediaFixture;
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
    });
    afterEach(() => fixture.close());

    /** A caller and whom it called, bridged. */
    async function talk(
      caller: { packetMs?: number; noise?: boolean },
      callee: { packetMs?: number; noise?: boolean },
    ): Promise<[Party, Party]> {
      const alice = await fixture.bare({}, caller);
      await fixture.reoffer(alice, { noise: caller.noise ?? false });
      const bob = await fixture.bare({ near: alice.endpoint }, callee);
      const offer = await bob.endpoint.offer();
      await bob.endpoint.accept(bob.peer.sdp({ noise: callee.noise ?? false }));
      bob.peer.connect(offer);
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      return [alice, bob];
    }

    test.each([
      [10, 20],
      [20, 30],
      [30, 20],
      [60, 10],
      [40, 60],
      [30, 30],
    ])(
      '%i ms on one side, %i ms on the other: each gets its own, evenly, with all that was said',
      async (one, two) => {
        const [alice, bob] = await talk({ packetMs: one }, { packetMs: two });
        alice.peer.say(500);
        bob.peer.say(700);
        await Promise.all([alice.peer.hears(700), bob.peer.hears(500)]);
        const full = (peer: RtpPeer) => () => heardTimes(peer).size === 1 && peer.packetTimes.length > 20;
        await alice.peer.until('has a row of equal packets', full(alice.peer));
        await bob.peer.until('has a row of equal packets', full(bob.peer));
        expect(heardTimes(alice.peer)).toEqual(new Set([one]));
        expect(heardTimes(bob.peer)).toEqual(new Set([two]));
        await alice.peer.until('hears packets evenly', () => comesEvenly(alice.peer, one));
        await bob.peer.until('hears packets evenly', () => comesEvenly(bob.peer, two));
      },
    );

    test.runIf(fillsPauses)(
      'the callee is offered what the caller wants, so that nothing needs to be changed',
      async () => {
        const alice = await fixture.bare({}, { packetMs: 30 });
        expect(await fixture.reoffer(alice, { noise: true })).toMatch(/^a=ptime:30\r$/m);
        const bob = await fixture.bare({ near: alice.endpoint });
        const offer = await bob.endpoint.offer();
        expect(offer).toMatch(/^a=ptime:30\r$/m);
        expect(offer).toMatch(/^m=audio \d+ RTP\/AVP 8 .*\b13\b/m);
        await bob.endpoint.accept(bob.peer.sdp());
        const carol = await fixture.bare();
        const alone = await carol.endpoint.offer();
        expect(alone).toMatch(/^a=ptime:20\r$/m);
        expect(alone).not.toContain('CN/8000');
        await carol.endpoint.accept(carol.peer.sdp());
      },
    );

    test('digits come once where packets are cut anew', async () => {
      const [alice, bob] = await talk({ packetMs: 30 }, { packetMs: 20 });
      await bob.peer.until('hears somebody', () => bob.peer.packets > 5);
      await alice.peer.press('159#');
      await bob.peer.until('got the digits', () => bob.peer.digits.length >= 4);
      expect(bob.peer.digits).toBe('159#');
    });

    test.runIf(fillsPauses)('who agreed to comfort noise gets it as it came', async () => {
      const [alice, bob] = await talk({ noise: true }, { noise: true });
      alice.peer.say(500);
      await bob.peer.hears(500);
      alice.peer.pause(NOISE_LEVEL);
      await bob.peer.until('got comfort noise', () => bob.peer.noises === 1);
      const { packets } = bob.peer;
      await fixture.world.pass(300);
      expect(bob.peer.packets).toBe(packets);
      alice.peer.resume();
      await bob.peer.until('hears packets again', () => bob.peer.packets > packets + 5);
      expect(bob.peer.has(500)).toBe(true);
    });

    test.runIf(fillsPauses)(
      'who did not agree hears noise of that level without a gap, then the voice again',
      async () => {
        const [alice, bob] = await talk({ noise: true }, {});
        alice.peer.say(500);
        await bob.peer.hears(500);
        alice.peer.pause(NOISE_LEVEL);
        await bob.peer.losesTone(500);
        const { packets } = bob.peer;
        await bob.peer.until('hears noise', () => bob.peer.packets > packets + 15);
        expect(loudness(bob.peer.tail())).toBeGreaterThan(AUDIBLE);
        expect(bob.peer.noises).toBe(0);
        alice.peer.resume();
        await bob.peer.hears(500);
      },
    );

    test.runIf(fillsPauses)('who is bridged with a muted party gets silence, not nothing', async () => {
      const [alice, bob] = await talk({}, {});
      bob.peer.say(700);
      await alice.peer.hears(700);
      bob.endpoint.mute({ in: true });
      await alice.peer.losesTone(700);
      const { packets } = alice.peer;
      await alice.peer.until('gets packets all the time', () => alice.peer.packets > packets + 10);
      expect(loudness(alice.peer.tail())).toBeLessThan(AUDIBLE / 3);
    });
  });
}
