/**
 * Sends and receives RTP for the bench where there is no Python (generator.py): costs a core for each core of the subject,
 * and takes a packet's time when it gets to read it. Speaks IPC, see messages.ts.
 */
import { createSocket, type Socket } from 'node:dgram';
import type { GeneratorFigures, GeneratorOptions } from './messages.ts';

const SOCKETS = 64;
const SLOTS = 20;
/** Histogram steps of 0.05 ms up to 100 ms. */
const STEPS = 2000;
const STEP_MS = 0.05;
const PACKET_BYTES = 172;
const DRAIN_MS = 500;
const SETTLE_MS = 500;

class Histogram {
  readonly #counts = new Uint32Array(STEPS);
  #total = 0;
  add(ms: number): void {
    this.#counts[Math.max(0, Math.min(STEPS - 1, Math.floor(ms / STEP_MS)))]!++;
    this.#total++;
  }
  percentile(share: number): number {
    let left = this.#total * share;
    for (let step = 0; step < STEPS; step++) {
      left -= this.#counts[step]!;
      if (left <= 0) return Number(((step + 1) * STEP_MS).toFixed(2));
    }
    return STEPS * STEP_MS;
  }
  get figures(): [number, number, number] {
    return [this.percentile(0.5), this.percentile(0.99), this.percentile(1)];
  }
}

const sockets: Socket[] = [];
let sent = 0;
let received = 0;
let measuring = false;
let forwarded = false;
let delays = new Histogram();
let spacing = new Histogram();
const lastMs = new Float64Array(65536);

function onMessage(packet: Buffer, source: { port: number }): void {
  // RTCP is no part of the measurement
  if (packet[1]! >= 192 && packet[1]! <= 223) return;
  if (!measuring) return;
  const nowMs = performance.now();
  received++;
  const last = lastMs[source.port]!;
  if (last > 0) spacing.add(Math.abs(nowMs - last - 20));
  lastMs[source.port] = nowMs;
  if (forwarded) delays.add(nowMs - packet.readDoubleBE(12));
}

async function open(): Promise<number[]> {
  for (let index = 0; index < SOCKETS; index++) {
    const socket = createSocket({
      type: 'udp4',
      lookup: ((host: string, _: unknown, done: (error: null, address: string, family: number) => void) =>
        done(null, host, 4)) as never,
    });
    socket.on('message', onMessage);
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    sockets.push(socket);
  }
  return sockets.map((socket) => socket.address().port);
}

/** One packet a leg and 20 ms, spread over slots of a millisecond. */
function run({ legs, send, seconds, forwarded: look }: GeneratorOptions): Promise<GeneratorFigures> {
  sent = 0;
  received = 0;
  forwarded = look;
  delays = new Histogram();
  spacing = new Histogram();
  lastMs.fill(0);
  measuring = true;
  const packets = legs.map((_, index) => {
    const packet = Buffer.alloc(PACKET_BYTES, 0xd5);
    packet[0] = 0x80;
    packet[1] = 8;
    packet.writeUInt32BE(index + 1, 8);
    return packet;
  });
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  let slot = 0;
  return new Promise((resolve) => {
    const tick = () => {
      const due = Math.min(Math.floor(performance.now() - startMs), seconds * 1000);
      for (; slot < due; slot++) if (send) sendSlot(slot, legs, packets);
      if (slot < seconds * 1000) setTimeout(tick, 1);
      else {
        setTimeout(
          () => {
            measuring = false;
            const { user, system } = process.cpuUsage(cpu);
            const cpuMs = (user + system) / 1000;
            resolve({ sent, received, cpuMs, delayMs: delays.figures, spacingOffMs: spacing.figures });
          },
          send ? DRAIN_MS : 0,
        );
      }
    };
    tick();
  });
}

function sendSlot(slot: number, legs: readonly number[], packets: readonly Buffer[]): void {
  const round = Math.floor(slot / SLOTS);
  for (let leg = slot % SLOTS; leg < legs.length; leg += SLOTS) {
    const packet = packets[leg]!;
    packet.writeUInt16BE(round & 0xffff, 2);
    packet.writeUInt32BE((round * 160) >>> 0, 4);
    packet.writeDoubleBE(performance.now(), 12);
    sockets[leg % SOCKETS]!.send(packet, legs[leg]!, '127.0.0.1');
    sent++;
  }
}

/** So that legs are latched and code is compiled before the measurement. */
async function greet(legs: readonly number[]): Promise<void> {
  await run({ legs, send: true, seconds: 3, forwarded: false });
}

process.on('message', async (options: GeneratorOptions | 'open') => {
  if (options === 'open') process.send?.(await open());
  else {
    await greet(options.legs);
    process.send?.('measuring');
    // the subject counts its packets now: 1,500 questions at once are no part of the measurement
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    process.send?.(await run(options));
  }
});
process.on('disconnect', () => process.exit());
