import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toneLevel } from '../../support/tones.ts';
import { readRecording } from '../../support/wav-file.ts';
import { type EngineUnderTest, MediaFixture } from './media-fixture.ts';

/** From here on a tone counts as found in a file: it was sent at 8000. */
const FOUND = 1000;

export function describeRecording(engine: EngineUnderTest): void {
  const { audio, record, stereoRecord, silenceDetection } = engine.capabilities;

  describe.runIf(record)('recording', () => {
    let fixture: MediaFixture;
    let file: string;
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
      file = join(fixture.folder, 'deep', 'talk.wav');
    });
    afterEach(() => fixture.close());

    test('what the party says is found in the file', async () => {
      const { endpoint, peer } = await fixture.caller();
      peer.say(600);
      const recording = endpoint.record({ file, layout: 'received' });
      await fixture.world.pass(1000);
      const result = await recording.stop();
      expect(result).toMatchObject({ file, reason: 'stopped' });
      expect(result.durationMs).toBeGreaterThan(800);
      expect(result.durationMs).toBeLessThan(1400);
      expect(await recording.finished).toEqual(result);
      if (!audio) return;
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(result.bytes).toBe(statSync(file).size);
      const [heard, ...rest] = readRecording(file);
      expect(rest).toEqual([]);
      expect(toneLevel(heard!, 600)).toBeGreaterThan(FOUND);
      expect(Math.abs(heard!.length / 8 - result.durationMs)).toBeLessThan(50);
    });

    test.runIf(audio && stereoRecord)('stereo has the party left and what it hears right', async () => {
      const [alice, bob] = [await fixture.caller(), await fixture.caller()];
      alice.peer.say(600);
      bob.peer.say(1000);
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await alice.peer.hears(1000);
      const recording = alice.endpoint.record({ file, layout: 'stereo' });
      await fixture.world.pass(800);
      await recording.stop();
      const [left, right] = readRecording(file);
      expect(toneLevel(left!, 600)).toBeGreaterThan(FOUND);
      expect(toneLevel(left!, 1000)).toBeLessThan(FOUND / 4);
      expect(toneLevel(right!, 1000)).toBeGreaterThan(FOUND);
      expect(toneLevel(right!, 600)).toBeLessThan(FOUND / 4);
    });

    test.runIf(audio)('mixed has both in one', async () => {
      const [alice, bob] = [await fixture.caller(), await fixture.caller()];
      alice.peer.say(600);
      bob.peer.say(1000);
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await alice.peer.hears(1000);
      const recording = alice.endpoint.record({ file, layout: 'mixed' });
      await fixture.world.pass(800);
      await recording.stop();
      const [both, ...rest] = readRecording(file);
      expect(rest).toEqual([]);
      expect(toneLevel(both!, 600)).toBeGreaterThan(FOUND);
      expect(toneLevel(both!, 1000)).toBeGreaterThan(FOUND);
    });

    test('a pause is left out', async () => {
      const { endpoint, peer } = await fixture.caller();
      peer.say(600);
      const recording = endpoint.record({ file, layout: 'received' });
      await fixture.world.pass(500);
      recording.pause();
      peer.say(1000);
      await fixture.world.pass(1000);
      peer.say(600);
      await fixture.world.pass(200);
      recording.resume();
      await fixture.world.pass(300);
      const result = await recording.stop();
      expect(result.durationMs).toBeGreaterThan(600);
      expect(result.durationMs).toBeLessThan(1300);
      if (audio) expect(toneLevel(readRecording(file)[0]!, 1000)).toBeLessThan(FOUND / 4);
    });

    test('it ends by itself after its limit', async () => {
      const { endpoint } = await fixture.caller();
      const recording = endpoint.record({ file, layout: 'received', maxMs: 400 });
      const result = await fixture.world.settle(recording.finished);
      expect(result.reason).toBe('max');
      expect(Math.abs(result.durationMs - 400)).toBeLessThan(120);
      expect(await recording.stop()).toEqual(result);
    });

    test('a stop digit ends it, others do not', async () => {
      const { endpoint } = await fixture.caller();
      const recording = endpoint.record({ file, layout: 'received', stopDigits: '#' });
      await fixture.world.pass(200);
      endpoint.injectDigit('1', 100);
      await fixture.world.pass(200);
      endpoint.injectDigit('#', 100);
      const result = await fixture.world.settle(recording.finished);
      expect(result.reason).toBe('digit');
      expect(result.durationMs).toBeGreaterThan(300);
    });

    test.runIf(audio && silenceDetection)('silence of the party ends it', async () => {
      const { endpoint, peer } = await fixture.caller();
      peer.say(600);
      const recording = endpoint.record({ file, layout: 'received', maxSilenceMs: 600 });
      await fixture.world.pass(1000);
      peer.say();
      const result = await fixture.world.settle(recording.finished);
      expect(result.reason).toBe('silence');
      expect(toneLevel(readRecording(file)[0]!, 600)).toBeGreaterThan(FOUND);
    });

    test('closing the endpoint completes the file', async () => {
      const { endpoint } = await fixture.caller();
      const recording = endpoint.record({ file, layout: 'mixed' });
      await fixture.world.pass(300);
      await endpoint.close();
      expect((await recording.finished).reason).toBe('closed');
      if (audio) expect(readRecording(file)).toHaveLength(1);
      const late = endpoint.record({ file: `${file}.late`, layout: 'mixed' });
      expect((await late.finished).reason).toBe('closed');
    });

    test.runIf(audio)('a folder that cannot be made ends it with an error, not the endpoint', async () => {
      const { endpoint, peer } = await fixture.caller();
      writeFileSync(join(fixture.folder, 'plain'), 'a file');
      const recording = endpoint.record({
        file: join(fixture.folder, 'plain', 'talk.wav'),
        layout: 'received',
      });
      await fixture.world.pass(200);
      const result = await recording.stop();
      expect(result.reason).toBe('failed');
      expect(result.error).toBeInstanceOf(Error);
      void endpoint.play([{ file: fixture.prompts.low }]);
      await peer.hears(400);
    });
  });
}
