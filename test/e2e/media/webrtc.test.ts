import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EmbeddedMediaEngine } from '../../../src/media/embedded/embedded-media-engine.ts';
import type { MediaEngine } from '../../../src/media/media.ts';
import { RtpengineMediaEngine } from '../../../src/media/rtpengine/rtpengine-engine.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Chromium, chromiumMissing } from '../../support/chromium.ts';
import { freeUdpPort } from '../../support/free-port.ts';
import { RtpPeer } from '../../support/rtp-peer.ts';
import { RtpengineDaemon, rtpengineMissing } from '../../support/rtpengine.ts';
import { toneLevel } from '../../support/tones.ts';
import { until } from '../../support/until.ts';
import { readRecording } from '../../support/wav-file.ts';

/** What the page can do: a phone that says one tone and listens for others. */
const PHONE = `
globalThis.audio = new AudioContext();
globalThis.startPhone = async (frequency) => {
  const oscillator = new OscillatorNode(audio, { frequency });
  const microphone = audio.createMediaStreamDestination();
  oscillator.connect(new GainNode(audio, { gain: 0.5 })).connect(microphone);
  oscillator.start();
  globalThis.connection = new RTCPeerConnection();
  const [track] = microphone.stream.getTracks();
  globalThis.sender = connection.addTrack(track, microphone.stream);
  connection.ontrack = ({ track }) => {
    const stream = new MediaStream([track]);
    // Chromium decodes a remote track only while an element plays it
    globalThis.element = Object.assign(new Audio(), { srcObject: stream, muted: true });
    element.play();
    globalThis.analyser = new AnalyserNode(audio, { fftSize: 8192, smoothingTimeConstant: 0 });
    audio.createMediaStreamSource(stream).connect(analyser);
  };
};
globalThis.offer = async () => {
  await connection.setLocalDescription(await connection.createOffer());
  return connection.localDescription.sdp;
};
globalThis.accept = (sdp) => connection.setRemoteDescription({ type: 'answer', sdp });
globalThis.answer = async (sdp) => {
  await connection.setRemoteDescription({ type: 'offer', sdp });
  await connection.setLocalDescription(await connection.createAnswer());
  return connection.localDescription.sdp;
};
/** Loudest frequency heard, Hz; 0 in silence. */
globalThis.heard = () => {
  if (!globalThis.analyser) return 0;
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  const loudest = bins.indexOf(Math.max(...bins));
  return bins[loudest] > -50 ? (loudest * audio.sampleRate) / analyser.fftSize : 0;
};
`;

interface Carrier {
  readonly name: string;
  readonly missing: string | undefined;
  start(): Promise<{ engine: MediaEngine; stop(): Promise<void> }>;
}

const carriers: readonly Carrier[] = [
  {
    name: 'embedded',
    missing: undefined,
    start: async () => ({
      engine: new EmbeddedMediaEngine({
        ids: systemIds,
        logger: silentLogger,
        host: '127.0.0.1',
        workers: 1,
      }),
      stop: async () => {},
    }),
  },
  {
    name: 'rtpengine',
    missing: rtpengineMissing,
    start: async () => {
      const port = await freeUdpPort();
      const daemon = await RtpengineDaemon.start(port);
      const engine = new RtpengineMediaEngine({
        clock: systemClock,
        ids: systemIds,
        servers: [daemon],
        dtmfLog: { host: '127.0.0.1', port },
      });
      return { engine, stop: () => daemon.stop() };
    },
  },
];

describe.each(carriers)('WebRTC on $name', ({ missing: carrierMissing, start }) => {
  const missing = chromiumMissing ?? carrierMissing;
  const name = `a browser and a phone${missing ? `: skipped, ${missing}` : ''}`;

  describe.skipIf(missing !== undefined)(name, () => {
    let chromium: Chromium;
    let carrier: Awaited<ReturnType<typeof start>>;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'pbx400-webrtc-'));
      carrier = await start();
      await carrier.engine.start();
      chromium = await Chromium.start();
    });
    afterAll(async () => {
      await chromium?.close();
      await carrier?.engine.close();
      await carrier?.stop();
      rmSync(folder, { recursive: true });
    });

    const heardInPage = (frequency: number) =>
      until(
        `browser hears ${frequency} Hz`,
        async () => Math.abs((await chromium.evaluate<number>('heard()')) - frequency) < 15,
        { limitMs: 15_000 },
      );

    test('the browser calls: audio both ways, keys, a recording, hold', async () => {
      const { engine } = carrier;
      const browser = await engine.createEndpoint({ callId: 'web' });
      const phone = await engine.createEndpoint({ callId: 'web', near: browser });
      const digits: string[] = [];
      browser.events.on('digit', ({ digit }) => digits.push(digit));
      const peer = await RtpPeer.open();
      peer.connect(await phone.answer(peer.sdp()));
      peer.say(700);

      await chromium.evaluate(PHONE);
      await chromium.evaluate('startPhone(500)');
      const answer = await browser.answer(await chromium.evaluate<string>('offer()'));
      expect(answer).toMatch(/^m=audio \d+ UDP\/TLS\/RTP\/SAVPF 8/m);
      await chromium.evaluate(`accept(${JSON.stringify(answer)})`);
      await engine.bridge(browser, phone);
      await Promise.all([heardInPage(700), peer.hears(500)]);

      await chromium.evaluate(`sender.dtmf.insertDTMF('19', 100, 70)`);
      await until('digits told', () => digits.length >= 2);
      expect(digits.join('')).toBe('19');
      await peer.until('digits passed', () => peer.digits === '19');

      const file = join(folder, 'talk.wav');
      const recording = browser.record({ file, layout: 'stereo' });
      await until('a second of talk', () => false, { limitMs: 1000 }).catch(() => {});
      await recording.stop();
      const [left, right] = readRecording(file);
      expect(toneLevel(left!, 500)).toBeGreaterThan(1000);
      expect(toneLevel(right!, 700)).toBeGreaterThan(1000);

      const again = await browser.answer(await chromium.evaluate<string>('offer()'));
      await chromium.evaluate(`accept(${JSON.stringify(again)})`);
      await Promise.all([heardInPage(700), peer.hears(500)]);
      await chromium.evaluate('connection.close()');
      await Promise.all([browser.close(), phone.close()]);
      peer.close();
    });

    test('the browser is called', async () => {
      const { engine } = carrier;
      const browser = await engine.createEndpoint({ callId: 'web', profile: 'webrtc' });
      await chromium.evaluate(`globalThis.analyser = undefined; startPhone(600)`);
      const offer = await browser.offer();
      await browser.accept(await chromium.evaluate<string>(`answer(${JSON.stringify(offer)})`));
      const playback = browser.play([{ tone: 'dial' }]);
      await heardInPage(450);
      playback.stop();
      const arrived = async () => (await browser.stats()).packetsReceived > 10;
      await until('packets of the browser', arrived);
      await chromium.evaluate('connection.close()');
      await browser.close();
    });
  });
});
