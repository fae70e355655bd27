import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { MediaExhaustedError, MediaNegotiationError } from '../../../../src/media/errors.ts';
import { NullMediaEngine } from '../../../../src/media/null/null-engine.ts';
import { seededIds } from '../../../../src/shared/ids.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { sine, writeWav } from '../../../support/wav-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'pbx400-null-'));
afterAll(() => rmSync(folder, { recursive: true }));
const welcome = join(folder, 'welcome.wav');
const menu = join(folder, 'menu.wav');
writeWav(welcome, sine(400, 1500));
writeWav(menu, sine(400, 2000));

const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 10.0.0.1',
  's=-',
  'c=IN IP4 10.0.0.1',
  't=0 0',
  'm=audio 4000 RTP/AVP 0 8 96',
  'a=rtpmap:96 telephone-event/8000',
  'a=sendonly',
  '',
].join('\r\n');

let clock: ManualClock;
let engine: NullMediaEngine;
beforeEach(() => {
  clock = new ManualClock();
  engine = new NullMediaEngine({ clock, ids: seededIds() });
});

describe('negotiation', () => {
  test('answers an offer with the preferred codec, its event payload and the mirrored direction', async () => {
    const endpoint = await engine.createEndpoint({ callId: 'c' });
    const answer = await endpoint.answer(OFFER);
    expect(answer).toContain('m=audio 20000 RTP/AVP 8 96\r\n');
    expect(answer).toContain('a=rtpmap:96 telephone-event/8000\r\n');
    expect(answer).toContain('a=recvonly\r\n');
    expect(endpoint.direction).toBe('recvonly');
    expect((await endpoint.stats()).codec).toBe('PCMA');
  });

  test.each([
    ['no audio', OFFER.replace('m=audio', 'm=video')],
    ['only another codec', OFFER.replace('0 8 96', '18')],
    ['SRTP', OFFER.replace('RTP/AVP', 'RTP/SAVP')],
    ['refused', OFFER.replace('4000', '0')],
    ['not SDP', 'hello'],
  ])('%s throws MediaNegotiationError', async (_, sdp) => {
    const endpoint = await engine.createEndpoint({ callId: 'c' });
    await expect(endpoint.answer(sdp)).rejects.toThrow(MediaNegotiationError);
    await expect(endpoint.accept(sdp)).rejects.toThrow(MediaNegotiationError);
  });

  test('a fixed address stands in every SDP', async () => {
    engine = new NullMediaEngine({ clock, ids: seededIds(), address: { address: '10.9.8.7', port: 6000 } });
    const endpoint = await engine.createEndpoint({ callId: 'c', codecs: ['PCMU'] });
    expect(await endpoint.offer()).toContain('c=IN IP4 10.9.8.7\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0 101\r\n');
  });
});

describe('playing', () => {
  test('takes the duration of the files, and tells what was heard', async () => {
    const endpoint = await engine.createEndpoint({ callId: 'c' });
    const playback = endpoint.play([{ file: welcome }, { silenceMs: 500 }, { file: menu }, { tone: 'beep' }]);
    await clock.advance(1999);
    expect(endpoint.heard()).toEqual([welcome]);
    await clock.advance(2);
    expect(endpoint.heard()).toEqual([welcome, menu]);
    await clock.advance(2298);
    expect(endpoint.playing).toBe(playback);
    await clock.advance(1);
    expect(await playback.finished).toEqual({ reason: 'completed' });
    expect(endpoint.heard()).toEqual([welcome, menu, 'beep']);
    expect(clock.pending).toBe(0);
  });

  test('an endless loop has no timer and tells each round', async () => {
    const endpoint = await engine.createEndpoint({ callId: 'c' });
    const playback = endpoint.play([{ file: menu }], { repeat: Infinity });
    expect(clock.pending).toBe(0);
    await clock.advance(5000);
    expect(endpoint.heard()).toEqual([menu, menu, menu]);
    playback.stop();
    expect(await playback.finished).toEqual({ reason: 'stopped' });
  });

  test('an empty endless list completes', async () => {
    const endpoint = await engine.createEndpoint({ callId: 'c' });
    const playback = endpoint.play([], { repeat: Infinity });
    await clock.advance(0);
    expect(await playback.finished).toEqual({ reason: 'completed' });
  });

  test('a digit barges in and still is told', async () => {
    const endpoint = await engine.createEndpoint({ callId: 'c' });
    const digits: string[] = [];
    endpoint.events.on('digit', ({ digit, by }) => digits.push(`${digit} ${by}`));
    const playback = endpoint.play([{ file: menu }], { bargeIn: true });
    await clock.advance(100);
    endpoint.press('1');
    endpoint.injectDigit('2', 80);
    expect(await playback.finished).toEqual({ reason: 'digit' });
    expect(digits).toEqual(['1 rfc4733', '2 info']);
    expect(clock.pending).toBe(0);
  });

  test('a missing or foreign file fails', async () => {
    const endpoint = await engine.createEndpoint({ callId: 'c' });
    const missing = await endpoint.play([{ file: join(folder, 'none.wav') }]).finished;
    expect(missing).toMatchObject({ reason: 'failed', error: { code: 'ENOENT' } });
    const text = join(folder, 'text.wav');
    writeFileSync(text, 'this is no sound');
    expect(await endpoint.play([{ file: text }]).finished).toMatchObject({ error: { code: 'wav' } });
    expect(endpoint.heard()).toEqual([]);
  });
});

describe('recording', () => {
  test('measures time without the pauses', async () => {
    const endpoint = await engine.createEndpoint({ callId: 'c' });
    const recording = endpoint.record({ file: '/nowhere/a.wav', layout: 'stereo' });
    await clock.advance(1000);
    recording.pause();
    await clock.advance(5000);
    recording.resume();
    await clock.advance(500);
    expect(await recording.stop()).toEqual({
      file: '/nowhere/a.wav',
      durationMs: 1500,
      bytes: 0,
      reason: 'stopped',
    });
  });

  test('ends by limit, by digit, by close and by loss', async () => {
    const endpoint = await engine.createEndpoint({ callId: 'c' });
    const start = (options: object) =>
      endpoint.record({ file: '/nowhere/a.wav', layout: 'received', ...options });
    const [limited, keyed, plain] = [start({ maxMs: 300 }), start({ stopDigits: '#' }), start({})];
    await clock.advance(300);
    endpoint.press('1');
    endpoint.press('#');
    await endpoint.lose(new Error('gone'));
    expect(await limited.finished).toMatchObject({ reason: 'max', durationMs: 300 });
    expect(await keyed.finished).toMatchObject({ reason: 'digit' });
    expect(await plain.finished).toMatchObject({ reason: 'failed', error: new Error('gone') });
    expect(await start({}).finished).toMatchObject({ reason: 'closed', durationMs: 0 });
  });
});

describe('mixing', () => {
  const three = () => Promise.all(['a', 'b', 'c'].map((callId) => engine.createEndpoint({ callId })));

  test('a bridge carries both ways, less mute, hold and prompts', async () => {
    const [alice, bob] = await three();
    const bridge = await engine.bridge(alice!, bob!);
    expect([alice!.hears(bob!), bob!.hears(alice!)]).toEqual([true, true]);
    alice!.mute({ in: true });
    expect([alice!.hears(bob!), bob!.hears(alice!)]).toEqual([true, false]);
    alice!.mute({ in: false });
    await bob!.answer(OFFER);
    expect([alice!.hears(bob!), bob!.hears(alice!)]).toEqual([true, false]);
    const playback = alice!.play([{ tone: 'ringback' }]);
    expect(alice!.hears(bob!)).toBe(false);
    playback.stop();
    await bridge.close();
    expect(alice!.hears(bob!)).toBe(false);
  });

  test('conference roles', async () => {
    const [caller, agent, chief] = await three();
    const room = await engine.createConference('x');
    await room.join(caller!);
    await room.join(agent!);
    const seat = await room.join(chief!, { kind: 'monitor' });
    expect([chief!.hears(caller!), caller!.hears(chief!), agent!.hears(chief!)]).toEqual([
      true,
      false,
      false,
    ]);
    seat.setRole({ kind: 'whisper', to: agent! });
    expect([caller!.hears(chief!), agent!.hears(chief!)]).toEqual([false, true]);
    seat.setRole({ kind: 'speaker' });
    expect(caller!.hears(chief!)).toBe(true);
    await seat.leave();
    expect(caller!.hears(chief!)).toBe(false);
  });

  test('the later mix takes the endpoint; closing leaves nothing open', async () => {
    const [alice, bob, carol] = await three();
    await engine.bridge(alice!, bob!);
    await engine.bridge(alice!, carol!);
    expect([alice!.hears(bob!), alice!.hears(carol!)]).toEqual([false, true]);
    await alice!.close();
    await alice!.close();
    expect(carol!.mixed).toBe(false);
    await expect(engine.bridge(bob!, alice!)).rejects.toMatchObject({ code: 'closed' });
    expect(bob!.mixed).toBe(false);
    await engine.createConference('x');
    await engine.close();
    expect(engine.open).toBe(0);
    expect(clock.pending).toBe(0);
  });
});

test('sending digits takes its time and ends with the endpoint', async () => {
  const endpoint = await engine.createEndpoint({ callId: 'c' });
  let sent = false;
  const first = endpoint.sendDigits('12', 100).then(() => {
    sent = true;
  });
  await clock.advance(299);
  expect(sent).toBe(false);
  await clock.advance(1);
  await first;
  const second = endpoint.sendDigits('3');
  await endpoint.close();
  await expect(second).rejects.toMatchObject({ code: 'closed' });
  expect(endpoint.sentDigits).toBe('123');
  expect(clock.pending).toBe(0);
});

test('a full engine throws MediaExhaustedError and takes more after a close', async () => {
  engine = new NullMediaEngine({ clock, ids: seededIds(), maxEndpoints: 1 });
  const only = await engine.createEndpoint({ callId: 'a' });
  await expect(engine.createEndpoint({ callId: 'b' })).rejects.toThrow(MediaExhaustedError);
  expect(engine.load()).toEqual({ endpoints: 1, free: 0 });
  await only.close();
  await engine.createEndpoint({ callId: 'b' });
  expect(engine.endpointsOf('b')).toHaveLength(1);
});
