import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { powerShare } from '../../../src/rtp/goertzel.ts';
import { readWav } from '../../../src/rtp/wav.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { sleep } from '../../../src/shared/deadline.ts';
import { EmbeddedAudio } from './embedded-audio.ts';
import { waitUntil } from './wait-until.ts';

let audio: EmbeddedAudio;
beforeAll(async () => {
  audio = await EmbeddedAudio.open();
});
afterEach(() => audio.hangUp());
afterAll(() => audio.close());

describe('record', () => {
  it('writes a stereo file of a bridge: what the party says left, what it hears right', async () => {
    const caller = await audio.call();
    const agent = await audio.call({ near: caller.endpoint });
    caller.peer.speak(500);
    agent.peer.speak(1100);
    await audio.engine.bridge(caller.endpoint, agent.endpoint);
    const file = join(audio.folder, 'deep', 'talk.wav');
    const recording = caller.endpoint.record({ file, layout: 'stereo' });
    await sleep(systemClock, 1500);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    // the file is whole while it grows
    expect(readWav(await readFile(file))[0]!.length).toBeGreaterThanOrEqual(8000);
    const result = await recording.stop();
    expect(result).toMatchObject({ file, reason: 'stopped' });
    const [left, right] = readWav(await readFile(file));
    expect(result.durationMs).toBe(left!.length / 8);
    expect(powerShare(left!.subarray(4000, 8000), 500)).toBeGreaterThan(0.95);
    expect(powerShare(right!.subarray(4000, 8000), 1100)).toBeGreaterThan(0.95);
  });

  it('records what a prompt played, and both in one when mixed', async () => {
    const { endpoint, peer } = await audio.call();
    peer.speak(500);
    const file = join(audio.folder, 'mixed.wav');
    const recording = endpoint.record({ file, layout: 'mixed' });
    endpoint.play([{ tone: 'dial' }]);
    await sleep(systemClock, 800);
    await recording.stop();
    const [both] = readWav(await readFile(file));
    expect(powerShare(both!.subarray(2400, 5600), 500)).toBeCloseTo(0.5, 1);
    expect(powerShare(both!.subarray(2400, 5600), 450)).toBeCloseTo(0.5, 1);
  });

  it.each([10, 30])(
    'records what was played in packets of %i ms, and silence for digits',
    async (packetMs) => {
      const { endpoint, peer } = await audio.call({}, {}, [`a=ptime:${packetMs}`]);
      peer.speak(500);
      const file = join(audio.folder, `heard-${packetMs}.wav`);
      const recording = endpoint.record({ file, layout: 'stereo' });
      await endpoint.play([{ tone: 'dial' }]).finished;
      await endpoint.sendDigits('12');
      await recording.stop();
      const [, heard] = readWav(await readFile(file));
      const tone = heard!.findIndex((sample) => Math.abs(sample) > 500);
      expect(powerShare(heard!.slice(tone, tone + 7200), 450)).toBeGreaterThan(0.99);
      expect(heard!.slice(tone + 8200).every((sample) => Math.abs(sample) < 50)).toBe(true);
    },
  );

  it('ends by itself: by length, by silence, by a digit', async () => {
    const { endpoint, peer } = await audio.call();
    peer.speak(500);
    const record = (name: string, options: object) =>
      endpoint.record({ file: join(audio.folder, name), layout: 'received', ...options }).finished;
    const byLength = record('length.wav', { maxMs: 300 });
    const byDigit = record('digit.wav', { stopDigits: '#' });
    expect(await byLength).toMatchObject({ reason: 'max', durationMs: 300 });
    peer.press('1#');
    expect((await byDigit).reason).toBe('digit');
    const bySilence = record('silence.wav', { maxSilenceMs: 400 });
    await sleep(systemClock, 300);
    peer.speak(0);
    const silent = await bySilence;
    expect(silent.reason).toBe('silence');
    expect(silent.durationMs).toBeGreaterThan(600);
  });

  it('fails alone when the folder cannot be written; the call goes on', async () => {
    const { endpoint, peer } = await audio.call();
    const result = await endpoint.record({ file: '/proc/none/talk.wav', layout: 'stereo' }).finished;
    expect(result.reason).toBe('failed');
    expect(result.error).toBeInstanceOf(Error);
    const full = await endpoint.record({ file: '/dev/full', layout: 'received' }).finished;
    expect(full).toMatchObject({ reason: 'failed', error: { code: 'ENOSPC' } });
    endpoint.play([{ tone: 'dial' }]);
    await waitUntil(() => peer.hears(450), 'audio after the failure');
  });

  it('leaves out a pause, with a beep to the party', async () => {
    const { endpoint, peer } = await audio.call();
    peer.speak(500);
    const file = join(audio.folder, 'paused.wav');
    const recording = endpoint.record({ file, layout: 'received' });
    const startMs = systemClock.monotonic();
    await sleep(systemClock, 300);
    recording.pause({ beep: true });
    await waitUntil(() => peer.hears(1000, 100), 'beep');
    peer.speak(2000);
    await sleep(systemClock, 300);
    peer.speak(500);
    await sleep(systemClock, 200);
    recording.resume();
    await sleep(systemClock, 300);
    const elapsedMs = systemClock.monotonic() - startMs;
    await recording.stop();
    const [said] = readWav(await readFile(file));
    expect(powerShare(said!, 2000)).toBeLessThan(0.01);
    expect(said!.length / 8).toBeLessThan(elapsedMs - 400);
  });

  it('is complete when the endpoint is closed', async () => {
    const { endpoint, peer } = await audio.call();
    peer.speak(500);
    const recording = endpoint.record({ file: join(audio.folder, 'closed.wav'), layout: 'received' });
    await sleep(systemClock, 300);
    await endpoint.close();
    const result = await recording.finished;
    expect(result.reason).toBe('closed');
    expect((await stat(result.file)).size).toBe(result.bytes);
  });
});
