import { expect, it } from 'vitest';
import type { Notice, StreamTerms } from '../../../../src/media/embedded/protocol.ts';
import { ClipCache } from '../../../../src/media/embedded/worker/clip.ts';
import type { Transport } from '../../../../src/media/embedded/worker/transport.ts';
import { WorkerLeg } from '../../../../src/media/embedded/worker/worker-leg.ts';
import { encode, PCMA } from '../../../../src/rtp/g711.ts';
import { writeRtcp } from '../../../../src/rtp/rtcp-packet.ts';
import { RtpView, writeRtpHeader } from '../../../../src/rtp/rtp-packet.ts';
import { dtmfTone, renderTone } from '../../../../src/rtp/tone.ts';
import { seededIds } from '../../../../src/shared/ids.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';

const TERMS: StreamTerms = {
  remote: { address: '192.0.2.1', port: 4000, rtcpPort: 4001 },
  law: 'PCMA',
  packetSamples: 160,
  eventsIn: [101],
  eventOut: 101,
  comfortNoise: false,
  rtcpMux: false,
  security: undefined,
  send: true,
  receive: true,
  inbandDigits: false,
};

const clock = new ManualClock();

/** A leg, what it told and what it sent. */
function legOf(endpoint: number, terms: Partial<StreamTerms> = {}) {
  const told: Notice[] = [];
  const sent: { payloadType: number; samples: number; timestamp: number }[] = [];
  const view = new RtpView();
  const transport: Transport = {
    sink: undefined,
    port: 1,
    aim: () => {},
    secure: () => {},
    quiet: () => {},
    sendRtp: (packet) => {
      view.read(packet);
      const { payloadType, timestamp, payloadStart, payloadEnd } = view;
      sent.push({ payloadType, samples: payloadEnd - payloadStart, timestamp });
    },
    sendRtcp: () => {},
    close: async () => {},
  };
  const home = {
    clock,
    clips: new ClipCache(),
    random: seededIds(3).random,
    tell: (notice: Notice) => told.push(notice),
  };
  const options = {
    endpoint,
    host: '',
    port: 0,
    signallingAddress: undefined,
    rtpTimeoutMs: 5000,
    busyTone: false,
  };
  const leg = new WorkerLeg(home, transport, options);
  leg.agree({ ...TERMS, ...terms });
  return { leg, told, sent };
}

let sequence = 0;
function packetOf(payloadType: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(12);
  writeRtpHeader(head, payloadType, false, sequence, sequence * 160, 7);
  sequence++;
  return Buffer.concat([head, payload]);
}
/** A key of 100 ms in band, then 200 ms of silence. */
function keyPackets(key: string): Buffer[] {
  const samples = renderTone(dtmfTone(key, 100, 200));
  return Array.from({ length: Math.floor(samples.length / 160) }, (_, frame) => {
    const payload = Buffer.alloc(160);
    encode(PCMA, samples, frame * 160, 160, payload, 0);
    return packetOf(8, payload);
  });
}
const noise = () => packetOf(13, Buffer.from([40]));
const audio = () => packetOf(8, Buffer.alloc(160, 0x55));
const report = () => writeRtcp({ ssrc: 7, cname: 'phone', sender: undefined, block: undefined, bye: false });

it('takes a pause for no dead air as long as the far end reports', async () => {
  const { leg, told } = legOf(1);
  leg.onRtp(audio());
  leg.onRtp(noise());
  for (let second = 0; second < 20; second += 4) {
    await clock.advance(4000);
    leg.onRtcp(report());
    leg.checkAlive(clock.monotonic());
  }
  expect(told).toEqual([]);
  // it unplugged meanwhile
  await clock.advance(5000);
  leg.checkAlive(clock.monotonic());
  expect(told).toMatchObject([{ tell: 'deadAir', silentMs: 5000 }]);
});

it('takes reports alone for no sign of life from one who did not pause', async () => {
  const { leg, told } = legOf(1);
  leg.onRtp(audio());
  await clock.advance(5000);
  leg.onRtcp(report());
  leg.checkAlive(clock.monotonic());
  expect(told).toMatchObject([{ tell: 'deadAir' }]);
});

it('makes noise in a bridge only from the first comfort noise to the next audio', () => {
  const [caller, callee] = [legOf(1), legOf(2)];
  WorkerLeg.bridge(caller.leg, callee.leg);
  const frame = () => {
    for (const { leg } of [caller, callee]) leg.listen(clock.monotonic());
    for (const { leg } of [caller, callee]) leg.speak(clock.monotonic());
    for (const { leg } of [caller, callee]) leg.halfway(clock.monotonic());
    return callee.sent.splice(0);
  };
  caller.leg.onRtp(audio());
  expect(frame()).toMatchObject([{ payloadType: 8, samples: 160 }]);
  expect(frame()).toEqual([]);
  caller.leg.onRtp(noise());
  for (let n = 0; n < 3; n++) expect(frame()).toMatchObject([{ payloadType: 8, samples: 160 }]);
  caller.leg.onRtp(audio());
  expect(frame()).toMatchObject([{ payloadType: 8, samples: 160 }]);
  expect(frame()).toEqual([]);
});

it('forwards comfort noise to who agreed to it', () => {
  const [caller, callee] = [legOf(1), legOf(2, { comfortNoise: true })];
  WorkerLeg.bridge(caller.leg, callee.leg);
  caller.leg.onRtp(audio());
  caller.leg.onRtp(noise());
  callee.leg.speak(clock.monotonic());
  expect(callee.sent).toMatchObject([
    { payloadType: 8, samples: 160 },
    { payloadType: 13, samples: 1 },
  ]);
});

it('gives the events of a gateway that counts their timestamp up one timestamp in a bridge', () => {
  const [caller, callee] = [legOf(1), legOf(2)];
  WorkerLeg.bridge(caller.leg, callee.leg);
  // packetOf counts the timestamp up with each packet
  for (const duration of [160, 320, 480]) {
    caller.leg.onRtp(packetOf(101, Buffer.from([5, 10, duration >> 8, duration & 0xff])));
  }
  expect(callee.sent).toMatchObject(
    Array(3).fill({ payloadType: 101, timestamp: callee.sent[0]!.timestamp }),
  );
});

it('looks for tones besides events where we listen, not in a bridge', () => {
  const caller = legOf(1, { inbandDigits: true });
  const hears = () => {
    caller.told.length = 0;
    for (const packet of keyPackets('5')) {
      caller.leg.onRtp(packet);
      caller.leg.listen(clock.monotonic());
    }
    return caller.told.filter(({ tell }) => tell === 'digit');
  };
  expect(hears()).toMatchObject([{ digit: '5', by: 'inband' }]);
  WorkerLeg.bridge(caller.leg, legOf(2).leg);
  expect(hears()).toEqual([]);
  caller.leg.unbridge();
  expect(hears()).toMatchObject([{ digit: '5', by: 'inband' }]);
});

it.each([10, 20, 30, 40, 50, 60])('sends packets of %i ms evenly, whole, with all that plays', (packetMs) => {
  const { leg, sent } = legOf(1, { packetSamples: packetMs * 8 });
  const leftAt: number[] = [];
  for (let halves = 0; halves < 120; halves++) {
    if (halves % 2 === 0) leg.speak(halves * 10);
    else leg.halfway(halves * 10);
    while (leftAt.length < sent.length) leftAt.push(halves * 10);
  }
  const gaps = leftAt.slice(1).map((at, index) => at - leftAt[index]!);
  expect(new Set(gaps)).toEqual(new Set([packetMs]));
  expect(sent.length).toBeGreaterThanOrEqual(Math.floor(1200 / packetMs) - 1);
  for (const [index, { samples, timestamp }] of sent.entries()) {
    expect(samples).toBe(packetMs * 8);
    expect((timestamp - sent[0]!.timestamp) | 0).toBe(index * packetMs * 8);
  }
});
