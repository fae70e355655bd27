import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, MediaFixture } from './media-fixture.ts';

export function describePlaying(engine: EngineUnderTest): void {
  const { audio, play } = engine.capabilities;

  describe.runIf(play)('playing', () => {
    let fixture: MediaFixture;
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
    });
    afterEach(() => fixture.close());

    test('a list of files is heard in order and completes', async () => {
      const { endpoint, peer } = await fixture.caller();
      const { low, high } = fixture.prompts;
      const playback = endpoint.play([{ file: low }, { silenceMs: 200 }, { file: high }]);
      if (audio) {
        await peer.hears(400);
        expect(peer.has(800)).toBe(false);
        await peer.hears(800);
        await peer.losesTone(400);
      }
      expect(await fixture.world.settle(playback.finished)).toEqual({ reason: 'completed' });
    });

    test('a list is repeated as often as asked', async () => {
      const { endpoint } = await fixture.caller();
      let ended = false;
      const playback = endpoint.play([{ file: fixture.prompts.low }], { repeat: 2 });
      void playback.finished.then(() => {
        ended = true;
      });
      await fixture.world.pass(800);
      expect(ended).toBe(false);
      expect(await fixture.world.settle(playback.finished)).toEqual({ reason: 'completed' });
    });

    test('an endless loop plays until it is stopped', async () => {
      const { endpoint, peer } = await fixture.caller();
      const playback = endpoint.play([{ file: fixture.prompts.low }], { repeat: Number.POSITIVE_INFINITY });
      await fixture.world.pass(1300);
      if (audio) await peer.hears(400);
      playback.stop();
      playback.stop();
      expect(await playback.finished).toEqual({ reason: 'stopped' });
      if (audio) await peer.losesTone(400);
    });

    test('a progress tone sounds', async () => {
      const { endpoint, peer } = await fixture.caller();
      const playback = endpoint.play([{ tone: 'dial', durationMs: 500 }]);
      if (audio) await peer.hears(450);
      expect(await fixture.world.settle(playback.finished)).toEqual({ reason: 'completed' });
    });

    test('a tone without a duration sounds until stopped', async () => {
      const { endpoint, peer } = await fixture.caller();
      const playback = endpoint.play([{ tone: 'ringback' }]);
      await fixture.world.pass(100);
      if (audio) await peer.hears(450);
      playback.stop();
      expect(await playback.finished).toEqual({ reason: 'stopped' });
    });

    test('the next playback ends the one before', async () => {
      const { endpoint, peer } = await fixture.caller();
      const first = endpoint.play([{ file: fixture.prompts.low }], { repeat: Number.POSITIVE_INFINITY });
      if (audio) await peer.hears(400);
      const second = endpoint.play([{ file: fixture.prompts.high }], { repeat: Number.POSITIVE_INFINITY });
      expect(await first.finished).toEqual({ reason: 'stopped' });
      if (audio) await peer.hears(800);
      if (audio) await peer.losesTone(400);
      second.stop();
      await second.finished;
    });

    test('a digit ends it only with barge-in', async () => {
      const { endpoint, peer, digits } = await fixture.caller();
      const stubborn = endpoint.play([{ file: fixture.prompts.low }]);
      endpoint.injectDigit('4', 100);
      expect(await fixture.world.settle(stubborn.finished)).toEqual({ reason: 'completed' });
      const polite = endpoint.play([{ file: fixture.prompts.low }], { bargeIn: true, repeat: 9 });
      if (audio) await peer.hears(400);
      endpoint.injectDigit('5', 100);
      expect(await fixture.world.settle(polite.finished)).toEqual({ reason: 'digit' });
      expect(digits).toEqual(['4', '5']);
      if (audio) await peer.losesTone(400);
    });

    test('a missing file fails, and the next playback works', async () => {
      const { endpoint } = await fixture.caller();
      const broken = endpoint.play([{ file: fixture.prompts.missing }]);
      const end = await fixture.world.settle(broken.finished);
      expect(end.reason).toBe('failed');
      expect(end.reason === 'failed' && end.error.message).toContain('missing.wav');
      const next = endpoint.play([{ file: fixture.prompts.low }]);
      expect(await fixture.world.settle(next.finished)).toEqual({ reason: 'completed' });
    });

    test('closing the endpoint ends it, and later ones at once', async () => {
      const { endpoint } = await fixture.caller();
      const playback = endpoint.play([{ file: fixture.prompts.low }], { repeat: 9 });
      await endpoint.close();
      expect(await playback.finished).toEqual({ reason: 'closed' });
      expect(await endpoint.play([{ file: fixture.prompts.low }]).finished).toEqual({ reason: 'closed' });
    });
  });
}
