/**
 * What a forwarded packet costs above the socket: read, counted, latched, rewritten. Runs in this process with a transport
 * that drops what it is given, so that neither the kernel nor Node's sockets are measured.
 */
import type { RemoteAddress, StreamTerms } from '../../../src/media/embedded/protocol.ts';
import { ClipCache } from '../../../src/media/embedded/worker/clip.ts';
import type { PacketSink, Transport } from '../../../src/media/embedded/worker/transport.ts';
import { WorkerLeg } from '../../../src/media/embedded/worker/worker-leg.ts';
import { writeRtpHeader } from '../../../src/rtp/rtp-packet.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { seededIds } from '../../../src/shared/ids.ts';

class Drain implements Transport {
  sink: PacketSink | undefined;
  readonly port = 0;
  packets = 0;
  aim(_remote: RemoteAddress, _rtcpMux: boolean): void {}
  sendRtp(_packet: Uint8Array): void {
    this.packets++;
  }
  secure(): void {}
  quiet(): void {}
  sendRtcp(_packet: Uint8Array): void {}
  async close(): Promise<void> {}
}

const TERMS: StreamTerms = {
  remote: { address: '127.0.0.1', port: 1, rtcpPort: 2 },
  law: 'PCMA',
  packetSamples: 160,
  eventsIn: [101],
  eventOut: 101,
  comfortNoise: false,
  rtcpMux: false,
  send: true,
  receive: true,
  inbandDigits: false,
  security: undefined,
};
const LEGS = 600;
const ROUNDS = 2000;
const BATCHES = 21;
const BATCH_ROUNDS = 50;

const home = { clock: systemClock, clips: new ClipCache(), random: seededIds().random, tell: () => {} };
const legs = Array.from({ length: LEGS }, (_, endpoint) => {
  const options = {
    endpoint,
    host: '',
    port: 0,
    signallingAddress: undefined,
    rtpTimeoutMs: undefined,
    busyTone: false,
  };
  const leg = new WorkerLeg(home, new Drain(), options);
  leg.agree(TERMS);
  return leg;
});
for (let index = 0; index < LEGS; index += 2) WorkerLeg.bridge(legs[index]!, legs[index + 1]!);

const packets = legs.map(() => Buffer.alloc(172, 0xd5));
function run(from: number, rounds: number): void {
  for (let round = from; round < from + rounds; round++) {
    for (let index = 0; index < LEGS; index++) {
      const packet = packets[index]!;
      writeRtpHeader(packet, 8, false, round & 0xffff, round * 160, index);
      legs[index]!.onRtp(packet);
    }
  }
}

/** Heap used up by one batch. A collection makes it less, which one in four batches may see, not more. */
function bytesOfBatch(from: number): number {
  const before = process.memoryUsage().heapUsed;
  run(from, BATCH_ROUNDS);
  return process.memoryUsage().heapUsed - before;
}

run(0, 1000);
const start = process.hrtime.bigint();
run(1000, ROUNDS);
const ns = Number(process.hrtime.bigint() - start) / (ROUNDS * LEGS);
const batches = Array.from({ length: BATCHES }, (_, index) =>
  bytesOfBatch(1000 + ROUNDS + index * BATCH_ROUNDS),
).sort((a, b) => a - b);
const bytesAPacket = batches[BATCHES >> 2]! / (BATCH_ROUNDS * LEGS);
console.log(
  JSON.stringify({
    packets: ROUNDS * LEGS,
    nsAPacket: Math.round(ns),
    heapBytesAPacket: Number(bytesAPacket.toFixed(3)),
  }),
);
