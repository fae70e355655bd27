import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DtmfDetector } from '../../../src/rtp/dtmf-detector.ts';
import { dtmfTone, renderTone } from '../../../src/rtp/tone.ts';
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

describe('play', () => {
  it('plays files in order, silence and tones, then completes', async () => {
    const { endpoint, peer } = await audio.call();
    const [low, high] = [
      await audio.tonePrompt('low.wav', 600, 400),
      await audio.tonePrompt('high.wav', 1400, 400),
    ];
    const playback = endpoint.play([{ file: low }, { silenceMs: 100 }, { file: high }]);
    await waitUntil(() => peer.hears(600), 'first file');
    await waitUntil(() => peer.hears(1400), 'second file');
    expect(await playback.finished).toEqual({ reason: 'completed' });
    const { packets } = peer;
    const steps = packets
      .slice(1)
      .map(({ sequence }, index) => (sequence - packets[index]!.sequence) & 0xffff);
    expect(new Set(steps)).toEqual(new Set([1]));
    expect(new Set(packets.map(({ ssrc }) => ssrc)).size).toBe(1);
  });

  it('loops until stopped, and stops for the next', async () => {
    const { endpoint, peer } = await audio.call();
    const ringback = endpoint.play([{ tone: 'ringback' }], { repeat: Number.POSITIVE_INFINITY });
    await waitUntil(() => peer.hears(450), 'ringback');
    const beep = endpoint.play([{ tone: 'beep', durationMs: 60_000 }]);
    expect(await ringback.finished).toEqual({ reason: 'stopped' });
    await waitUntil(() => peer.hears(1000), 'beep');
    beep.stop();
    expect(await beep.finished).toEqual({ reason: 'stopped' });
  });

  it('says what is wrong with a file', async () => {
    const { endpoint } = await audio.call();
    const missing = await endpoint.play([{ file: join(audio.folder, 'none.wav') }]).finished;
    expect(missing).toMatchObject({ reason: 'failed', error: { code: 'ENOENT' } });
    const file = join(audio.folder, 'bad.wav');
    await writeFile(file, 'no audio');
    expect(await endpoint.play([{ file }]).finished).toMatchObject({
      reason: 'failed',
      error: { code: 'wav' },
    });
  });

  it.each([10, 30, 40, 60])('sends packets of %i ms when the far end asks for them', async (packetMs) => {
    const { endpoint, peer } = await audio.call({}, {}, [`a=ptime:${packetMs}`]);
    const file = await audio.tonePrompt('ptime.wav', 800, 900);
    await endpoint.play([{ file }]).finished;
    await waitUntil(() => peer.hears(800), 'prompt');
    const steps = peer.packets
      .slice(2)
      .map(({ timestamp }, index) => timestamp - peer.packets[index + 1]!.timestamp);
    expect(new Set(steps)).toEqual(new Set([packetMs * 8]));
  });
});

describe('digits', () => {
  it('hears RFC 4733 digits once each, and stops a prompt for the first', async () => {
    const { endpoint, peer, digits } = await audio.call();
    const playback = endpoint.play([{ tone: 'dial' }], { repeat: Number.POSITIVE_INFINITY, bargeIn: true });
    await waitUntil(() => peer.hears(450), 'dial tone');
    peer.speak(0);
    peer.press('15#');
    expect(await playback.finished).toEqual({ reason: 'digit' });
    await waitUntil(() => digits.length === 3, 'three digits');
    await sleep(systemClock, 300);
    expect(digits.join('')).toBe('15#');
  });

  it('hears in-band digits of a far end without telephone-event', async () => {
    const { peer, digits } = await audio.call({}, { events: false });
    const tones = [...'2580'].map((digit) => [...renderTone(dtmfTone(digit, 80, 80))]);
    peer.speakSamples(Int16Array.from([...tones.flat(), ...new Int16Array(16000)]));
    await waitUntil(() => digits.length === 4, 'four digits');
    expect(digits.join('')).toBe('2580');
  });

  it('does not double a digit that comes by INFO too', async () => {
    const { endpoint, peer, digits } = await audio.call();
    peer.press('7');
    await waitUntil(() => digits.length === 1, 'digit');
    endpoint.injectDigit('7', 100);
    endpoint.injectDigit('8', 100);
    await waitUntil(() => digits.length === 2, 'INFO digit');
    expect(digits.join('')).toBe('78');
  });

  it('sends digits by RFC 4733, or as tones when the far end takes no events', async () => {
    const withEvents = await audio.call();
    await withEvents.endpoint.sendDigits('42#');
    await waitUntil(() => withEvents.peer.digits.length === 3, 'digits');
    expect(withEvents.peer.digits).toBe('42#');
    const without = await audio.call({}, { events: false });
    let tones = '';
    const detector = new DtmfDetector((digit) => {
      tones += digit;
    });
    await without.endpoint.sendDigits('50', 120);
    await waitUntil(() => without.peer.heardMs > 400, 'tones');
    detector.push(without.peer.heard(5000));
    detector.push(new Int16Array(800));
    expect(tones).toBe('50');
  });
});
