import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedMediaEngine } from '../../../src/media/embedded/embedded-media-engine.ts';
import type { EndpointOptions, MediaEndpoint } from '../../../src/media/media.ts';
import { DtmfDetector } from '../../../src/rtp/dtmf-detector.ts';
import { powerShare } from '../../../src/rtp/goertzel.ts';
import { readRtcp, writeRtcp } from '../../../src/rtp/rtcp-packet.ts';
import { addSines, dtmfTone, renderTone, TONES } from '../../../src/rtp/tone.ts';
import { readWav, writeWav } from '../../../src/rtp/wav.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { sleep } from '../../../src/shared/deadline.ts';
import { seededIds, systemIds } from '../../../src/shared/ids.ts';
import { type Logger, silentLogger } from '../../../src/shared/logger.ts';
import { RtpPhone, type RtpPhoneOptions } from './rtp-phone.ts';
import { waitUntil } from './wait-until.ts';

let engine: EmbeddedMediaEngine;
let folder: string;
const peers: RtpPhone[] = [];
const endpoints: MediaEndpoint[] = [];

const faults: unknown[] = [];
/** A worker goes on after a mistake of ours, but there must be none. */
const logger: Logger = { ...silentLogger, error: (fields: unknown) => void faults.push(fields) } as Logger;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pbx400-media-'));
  engine = new EmbeddedMediaEngine({ ids: systemIds, logger, host: '127.0.0.1', workers: 2 });
  await engine.start();
});
afterEach(async () => {
  await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
  for (const peer of peers.splice(0)) peer.close();
  expect(engine.load().endpoints).toBe(0);
});
afterAll(async () => {
  await engine.close();
  expect(faults).toEqual([]);
});

/** A phone that called in, offer and answer done. */
async function call(
  options: Partial<EndpointOptions> = {},
  peerOptions: RtpPhoneOptions = {},
  lines: string[] = [],
) {
  const endpoint = await engine.createEndpoint({ callId: 'c1', ...options });
  const peer = await RtpPhone.open(peerOptions);
  endpoints.push(endpoint);
  peers.push(peer);
  peer.aim(await endpoint.answer(peer.sdp({ lines })));
  const digits: string[] = [];
  endpoint.events.on('digit', ({ digit }) => digits.push(digit));
  return { endpoint, peer, digits };
}

async function tonePrompt(name: string, hz: number, ms: number): Promise<string> {
  const samples = new Int16Array(ms * 8);
  addSines(samples, [hz], -10);
  const file = join(folder, name);
  await writeFile(file, writeWav([samples]));
  return file;
}

describe('play', () => {
  it('plays files in order, silence and tones, then completes', async () => {
    const { endpoint, peer } = await call();
    const [low, high] = [await tonePrompt('low.wav', 600, 400), await tonePrompt('high.wav', 1400, 400)];
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
    const { endpoint, peer } = await call();
    const ringback = endpoint.play([{ tone: 'ringback' }], { repeat: Number.POSITIVE_INFINITY });
    await waitUntil(() => peer.hears(450), 'ringback');
    const beep = endpoint.play([{ tone: 'beep', durationMs: 60_000 }]);
    expect(await ringback.finished).toEqual({ reason: 'stopped' });
    await waitUntil(() => peer.hears(1000), 'beep');
    beep.stop();
    expect(await beep.finished).toEqual({ reason: 'stopped' });
  });

  it('says what is wrong with a file', async () => {
    const { endpoint } = await call();
    const missing = await endpoint.play([{ file: join(folder, 'none.wav') }]).finished;
    expect(missing).toMatchObject({ reason: 'failed', error: { code: 'ENOENT' } });
    const file = join(folder, 'bad.wav');
    await writeFile(file, 'no audio');
    expect(await endpoint.play([{ file }]).finished).toMatchObject({
      reason: 'failed',
      error: { code: 'wav' },
    });
  });

  it.each([10, 30, 40, 60])('sends packets of %i ms when the far end asks for them', async (packetMs) => {
    const { endpoint, peer } = await call({}, {}, [`a=ptime:${packetMs}`]);
    const file = await tonePrompt('ptime.wav', 800, 900);
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
    const { endpoint, peer, digits } = await call();
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
    const { peer, digits } = await call({}, { events: false });
    const tones = [...'2580'].map((digit) => [...renderTone(dtmfTone(digit, 80, 80))]);
    peer.speakSamples(Int16Array.from([...tones.flat(), ...new Int16Array(16000)]));
    await waitUntil(() => digits.length === 4, 'four digits');
    expect(digits.join('')).toBe('2580');
  });

  it('does not double a digit that comes by INFO too', async () => {
    const { endpoint, peer, digits } = await call();
    peer.press('7');
    await waitUntil(() => digits.length === 1, 'digit');
    endpoint.injectDigit('7', 100);
    endpoint.injectDigit('8', 100);
    await waitUntil(() => digits.length === 2, 'INFO digit');
    expect(digits.join('')).toBe('78');
  });

  it('sends digits by RFC 4733, or as tones when the far end takes no events', async () => {
    const withEvents = await call();
    await withEvents.endpoint.sendDigits('42#');
    await waitUntil(() => withEvents.peer.digits.length === 3, 'digits');
    expect(withEvents.peer.digits).toBe('42#');
    const without = await call({}, { events: false });
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

describe('bridge', () => {
  it('carries both directions, digits included, with numbers of its own', async () => {
    const caller = await call();
    const agent = await call({ near: caller.endpoint });
    caller.peer.speak(500);
    agent.peer.speak(1100);
    const bridge = await engine.bridge(caller.endpoint, agent.endpoint);
    await waitUntil(() => caller.peer.hears(1100) && agent.peer.hears(500), 'both tones');
    expect(agent.peer.packets.every(({ ssrc }) => ssrc !== caller.peer.ssrc)).toBe(true);
    caller.peer.press('9');
    await waitUntil(() => agent.peer.digits === '9', 'digit at the agent');
    await waitUntil(() => caller.digits.join('') === '9', 'digit event');
    await bridge.close();
    await waitUntil(() => !agent.peer.hears(500) && !caller.peer.hears(1100), 'silence');
  });

  it('turns A-law into mu-law and back', async () => {
    const caller = await call({}, { law: 'PCMA' });
    const agent = await call({ near: caller.endpoint }, { law: 'PCMU' });
    caller.peer.speak(500);
    agent.peer.speak(1100);
    await engine.bridge(caller.endpoint, agent.endpoint);
    await waitUntil(() => caller.peer.hears(1100) && agent.peer.hears(500), 'both tones');
    expect(powerShare(agent.peer.heard(200), 500)).toBeGreaterThan(0.95);
  });

  it('pauses for a prompt to one side, and mutes', async () => {
    const caller = await call();
    const agent = await call({ near: caller.endpoint });
    caller.peer.speak(500);
    agent.peer.speak(1100);
    await engine.bridge(caller.endpoint, agent.endpoint);
    await waitUntil(() => caller.peer.hears(1100), 'bridge');
    const file = await tonePrompt('notice.wav', 1700, 600);
    const playback = caller.endpoint.play([{ file }]);
    await waitUntil(() => caller.peer.hears(1700), 'notice');
    expect(caller.peer.hears(1100)).toBe(false);
    expect(agent.peer.hears(500)).toBe(true);
    await playback.finished;
    await waitUntil(() => caller.peer.hears(1100), 'bridge again');
    caller.endpoint.mute({ in: true });
    await sleep(systemClock, 100);
    agent.peer.clear();
    await waitUntil(() => agent.peer.heardMs > 200, 'silence instead of the muted caller');
    expect(agent.peer.hears(500)).toBe(false);
    agent.endpoint.mute({ out: true });
    await waitUntil(() => agent.peer.heardMs > 200, 'silence is sent');
  });
});

describe('parties in two workers', () => {
  it('are bridged over a tie line, digits included', async () => {
    const [caller, agent] = [await call(), await call()];
    caller.peer.speak(500);
    agent.peer.speak(1100);
    const bridge = await engine.bridge(caller.endpoint, agent.endpoint);
    await waitUntil(() => caller.peer.hears(1100) && agent.peer.hears(500), 'both tones');
    caller.peer.press('9');
    await waitUntil(() => agent.peer.digits === '9', 'digit at the agent');
    await bridge.close();
    await waitUntil(() => !agent.peer.hears(500) && !caller.peer.hears(1100), 'silence');
  });

  it('move from one bridge to another without a trace of the first', async () => {
    const [caller, agent, other] = [await call(), await call(), await call()];
    caller.peer.speak(500);
    agent.peer.speak(1100);
    other.peer.speak(1700);
    await engine.bridge(caller.endpoint, agent.endpoint);
    await waitUntil(() => caller.peer.hears(1100), 'first bridge');
    await engine.bridge(caller.endpoint, other.endpoint);
    await waitUntil(() => caller.peer.hears(1700) && other.peer.hears(500), 'second bridge');
    await waitUntil(() => !agent.peer.hears(500), 'the first is silent');
    expect(powerShare(caller.peer.heard(100), 1100)).toBeLessThan(0.05);
  });
});

describe('record', () => {
  it('writes a stereo file of a bridge: what the party says left, what it hears right', async () => {
    const caller = await call();
    const agent = await call({ near: caller.endpoint });
    caller.peer.speak(500);
    agent.peer.speak(1100);
    await engine.bridge(caller.endpoint, agent.endpoint);
    const file = join(folder, 'deep', 'talk.wav');
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
    const { endpoint, peer } = await call();
    peer.speak(500);
    const file = join(folder, 'mixed.wav');
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
      const { endpoint, peer } = await call({}, {}, [`a=ptime:${packetMs}`]);
      peer.speak(500);
      const file = join(folder, `heard-${packetMs}.wav`);
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
    const { endpoint, peer } = await call();
    peer.speak(500);
    const record = (name: string, options: object) =>
      endpoint.record({ file: join(folder, name), layout: 'received', ...options }).finished;
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
    const { endpoint, peer } = await call();
    const result = await endpoint.record({ file: '/proc/none/talk.wav', layout: 'stereo' }).finished;
    expect(result.reason).toBe('failed');
    expect(result.error).toBeInstanceOf(Error);
    const full = await endpoint.record({ file: '/dev/full', layout: 'received' }).finished;
    expect(full).toMatchObject({ reason: 'failed', error: { code: 'ENOSPC' } });
    endpoint.play([{ tone: 'dial' }]);
    await waitUntil(() => peer.hears(450), 'audio after the failure');
  });

  it('leaves out a pause, with a beep to the party', async () => {
    const { endpoint, peer } = await call();
    peer.speak(500);
    const file = join(folder, 'paused.wav');
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
    const { endpoint, peer } = await call();
    peer.speak(500);
    const recording = endpoint.record({ file: join(folder, 'closed.wav'), layout: 'received' });
    await sleep(systemClock, 300);
    await endpoint.close();
    const result = await recording.finished;
    expect(result.reason).toBe('closed');
    expect((await stat(result.file)).size).toBe(result.bytes);
  });
});

describe('conference', () => {
  it('lets each hear the others, a monitor all, a whisper one alone', async () => {
    const [customer, agent, chief] = [await call(), await call(), await call()];
    customer.peer.speak(500);
    agent.peer.speak(1100);
    chief.peer.speak(1900);
    const conference = await engine.createConference('c1');
    await conference.join(customer.endpoint);
    await conference.join(agent.endpoint);
    const supervisor = await conference.join(chief.endpoint, { kind: 'monitor' });
    const hearing = (who: { peer: RtpPhone }) =>
      [500, 1100, 1900].filter((hz) => powerShare(who.peer.heard(300), hz) > 0.2).join();
    const settled = (a: string, b: string, c: string) =>
      waitUntil(
        () => hearing(customer) === a && hearing(agent) === b && hearing(chief) === c,
        `${a} | ${b} | ${c}, is ${hearing(customer)} | ${hearing(agent)} | ${hearing(chief)}`,
      );
    await settled('1100', '500', '500,1100');
    supervisor.setRole({ kind: 'whisper', to: agent.endpoint });
    await settled('1100', '500,1900', '500,1100');
    supervisor.setRole({ kind: 'speaker' });
    await settled('1100,1900', '500,1900', '500,1100');
    supervisor.setGain(0);
    await settled('1100', '500', '500,1100');
    await customer.endpoint.close();
    await settled('1100', '', '1100').catch(() => {});
    await waitUntil(() => hearing(agent) === '', 'the customer is gone');
    await conference.close();
  });
});

describe('RTCP', () => {
  it('reports, measures the round trip, and says BYE', async () => {
    const { endpoint, peer } = await call();
    peer.speak(500);
    const reports = () => peer.rtcpPackets.flatMap((bytes) => readRtcp(bytes));
    await waitUntil(() => reports().length > 0, 'a report', 8000);
    const [report] = reports();
    if (report?.kind !== 'report') throw new Error('no report');
    expect(report.blocks[0]).toMatchObject({ ssrc: peer.ssrc | 0, cumulativeLost: 0 });
    // the phone answers at once, as if 30 ms had passed on its side
    const block = {
      ssrc: report.ssrc,
      fractionLost: 0,
      cumulativeLost: 0,
      highestSequence: 0,
      jitter: 0,
      lastSenderReport: report.ntpMiddle! - Math.round(0.05 * 65536),
      delaySinceLastReport: 0,
    };
    peer.sendRaw(writeRtcp({ ssrc: peer.ssrc, cname: 'phone', block }), { rtcp: true });
    await sleep(systemClock, 100);
    const { roundTripMs } = await endpoint.stats();
    expect(roundTripMs).toBeGreaterThanOrEqual(49);
    expect(roundTripMs).toBeLessThan(500);
    await endpoint.close();
    await waitUntil(() => reports().some(({ kind }) => kind === 'bye'), 'BYE');
  });
});

describe('watching', () => {
  it('tells the first packet, dead air and its statistics', async () => {
    const { endpoint, peer } = await call({ rtpTimeoutMs: 400 });
    const events: string[] = [];
    endpoint.events.on('started', ({ port }) => events.push(`started ${port === peer.port}`));
    endpoint.events.on('deadAir', ({ silentMs }) => events.push(`deadAir ${silentMs >= 400}`));
    expect((await endpoint.stats()).mos).toBeUndefined();
    peer.speak(500);
    await sleep(systemClock, 500);
    peer.speak(undefined);
    await waitUntil(() => events.length === 2, 'dead air');
    await sleep(systemClock, 500);
    expect(events).toEqual(['started true', 'deadAir true']);
    peer.speak(500);
    await sleep(systemClock, 200);
    peer.speak(undefined);
    await waitUntil(() => events.length === 3, 'dead air again');
    const stats = await endpoint.stats();
    expect(stats.packetsReceived).toBeGreaterThan(20);
    expect(stats).toMatchObject({ packetsLost: 0, codec: 'PCMA' });
    expect(stats.mos).toBeGreaterThan(4);
  });

  it('hears busy tone of a gateway', async () => {
    const { endpoint, peer } = await call({ busyTone: true });
    let busy = 0;
    endpoint.events.on('busyTone', () => busy++);
    peer.speakSamples(renderTone(TONES.busy));
    await waitUntil(() => busy > 0, 'busy tone');
  });

  it('is not harmed by nonsense on its ports', async () => {
    const { endpoint, peer } = await call();
    peer.speak(500);
    await waitUntil(() => peer.packets.length > 5, 'audio');
    const { random } = seededIds(17);
    for (let round = 0; round < 3000; round++) {
      const packet = Buffer.from(Array.from({ length: Math.floor(random() * 60) }, () => random() * 256));
      // half of them look like RTP or RTCP at first sight
      if (packet.length > 1 && random() < 0.5) packet[0] = 0x80 | (packet[0]! & 0x3f);
      if (packet.length > 1 && random() < 0.3) packet[1] = [0, 8, 13, 101, 200, 201, 203][round % 7]!;
      peer.sendRaw(packet, { rtcp: random() < 0.3 });
      if (round % 100 === 0) await sleep(systemClock, 2);
    }
    const playback = endpoint.play([{ tone: 'dial' }]);
    await waitUntil(() => peer.hears(450), 'audio after the nonsense');
    expect(await playback.finished).toEqual({ reason: 'completed' });
  });

  it('hears nobody but the address that SDP named', async () => {
    const { endpoint, peer } = await call();
    const stranger = await RtpPhone.open({ host: '127.0.0.2' });
    peers.push(stranger);
    stranger.aim(await endpoint.offer());
    stranger.speak(900);
    await sleep(systemClock, 200);
    expect((await endpoint.stats()).packetsReceived).toBe(0);
    peer.speak(500);
    await sleep(systemClock, 200);
    expect((await endpoint.stats()).packetsLost).toBe(0);
    expect(stranger.packets).toEqual([]);
  });

  it('follows a phone behind NAT when it is told to', async () => {
    const endpoint = await engine.createEndpoint({ callId: 'c1', nat: true });
    endpoints.push(endpoint);
    const peer = await RtpPhone.open({ host: '127.0.0.2' });
    peers.push(peer);
    peer.aim(await endpoint.answer(peer.sdp({ address: '192.0.2.1', port: 4000 })));
    peer.speak(500);
    endpoint.play([{ tone: 'dial' }], { repeat: 5 });
    await waitUntil(() => peer.hears(450), 'audio at the real address');
  });
});
