import { expect, it } from 'vitest';
import { OutboundStream } from '../../../../src/media/embedded/worker/outbound-stream.ts';
import type { Transport } from '../../../../src/media/embedded/worker/transport.ts';
import { RtpView, writeRtpHeader } from '../../../../src/rtp/rtp-packet.ts';
import { seededIds } from '../../../../src/shared/ids.ts';

interface Sent {
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payloadType: number;
  readonly ssrc: number;
}

function streamOf() {
  const sent: Sent[] = [];
  const view = new RtpView();
  const transport: Transport = {
    sink: undefined,
    port: 1,
    aim: () => {},
    secure: () => {},
    sendRtp: (packet) => {
      view.read(packet);
      sent.push({ ...view });
    },
    sendRtcp: () => {},
    close: async () => {},
  };
  return { stream: new OutboundStream(transport, seededIds(11).random), sent };
}

const incoming = new RtpView();
function packetOf(sequence: number, timestamp: number, atMs: number, ssrc = 99): Buffer {
  const packet = Buffer.alloc(172);
  writeRtpHeader(packet, 8, false, sequence & 0xffff, timestamp, ssrc);
  incoming.read(packet);
  incoming.arrivalMs = atMs;
  return packet;
}

it('counts its own packets without a gap, the first of a burst marked', () => {
  const { stream, sent } = streamOf();
  for (let frame = 0; frame < 3; frame++) stream.sendOwn(8, 160, 1000 + frame * 20);
  expect(sent.map(({ sequence }) => sequence - sent[0]!.sequence)).toEqual([0, 1, 2]);
  expect(sent.map(({ timestamp }) => timestamp - sent[0]!.timestamp)).toEqual([0, 160, 320]);
  expect(sent.map(({ marker }) => marker)).toEqual([true, false, false]);
});

it('joins forwarded packets to its own, with the time that passed, and keeps their gaps', () => {
  const { stream, sent } = streamOf();
  stream.sendOwn(8, 160, 1000);
  for (const [step, atMs] of [
    [0, 1100],
    [1, 1120],
    [3, 1160],
    [2, 1161],
  ] as const) {
    stream.forward(packetOf(65_534 + step, 5000 + step * 160, atMs), incoming, 0);
  }
  stream.sendOwn(8, 160, 1200);
  const steps = sent.map(({ sequence, timestamp }) => [
    (sequence - sent[0]!.sequence) & 0xffff,
    (timestamp - sent[0]!.timestamp) | 0,
  ]);
  expect(steps).toEqual([
    [0, 0],
    [1, 800],
    [2, 960],
    [4, 1280],
    [3, 1120],
    [5, 1600],
  ]);
  expect(new Set(sent.map(({ ssrc }) => ssrc))).toEqual(new Set([stream.ssrc]));
  expect(sent.map(({ payloadType }) => payloadType)).toEqual([8, 0, 0, 0, 0, 8]);
});

it('joins a new SSRC of the other side to the same row', () => {
  const { stream, sent } = streamOf();
  stream.forward(packetOf(10, 1000, 1000, 1), incoming, 8);
  stream.forward(packetOf(40_000, 77, 1020, 2), incoming, 8);
  expect(sent[1]!.sequence - sent[0]!.sequence).toBe(1);
  expect(sent[1]!.timestamp - sent[0]!.timestamp).toBe(160);
  expect(sent[1]!.marker).toBe(true);
});

it('holds the timestamp of an event at its start (RFC 4733 2.5.1.2)', () => {
  const { stream, sent } = streamOf();
  stream.sendOwn(8, 160, 1000);
  for (let frame = 0; frame < 4; frame++) {
    stream.sendEvent(101, frame === 0, frame * 160, 1020 + frame * 20);
  }
  stream.sendOwn(8, 160, 1100);
  expect(sent.map(({ timestamp }) => timestamp - sent[0]!.timestamp)).toEqual([0, 160, 160, 160, 160, 800]);
  expect(sent.map(({ marker }) => marker)).toEqual([true, true, false, false, false, false]);
});
