import { describe, expect, it } from 'vitest';
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
  readonly payloadStart: number;
  readonly payloadEnd: number;
}

function streamOf() {
  const sent: Sent[] = [];
  const view = new RtpView();
  const transport: Transport = {
    sink: undefined,
    port: 1,
    aim: () => {},
    secure: () => {},
    quiet: () => {},
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

/** Lets time pass in the ticks of the frame clock. */
function pass(stream: OutboundStream, ms: number): void {
  for (let at = 0; at < ms; at += 10) stream.sendDue(at);
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

describe('audio in packets of another length', () => {
  const WANTED = 240;
  /** Forwards 20 ms packets of these sequence numbers to one who wants 30 ms; timestamps as they were made. */
  function forwarded(sequences: readonly number[]) {
    const { stream, sent } = streamOf();
    for (const sequence of sequences) {
      const packet = packetOf(sequence, sequence * 160, 1000 + sequence * 20);
      stream.forwardAudio(packet, incoming, 8, WANTED);
      pass(stream, 20);
    }
    pass(stream, 100);
    const first = sent[0]!;
    return sent.map(({ sequence, timestamp, payloadStart, payloadEnd, marker }) => ({
      sequence: sequence - first.sequence,
      timestamp: timestamp - first.timestamp,
      samples: payloadEnd - payloadStart,
      marker,
    }));
  }

  it('is cut without a gap', () => {
    expect(forwarded([1, 2, 3, 4, 5, 6])).toEqual([
      { sequence: 0, timestamp: 0, samples: 240, marker: true },
      { sequence: 1, timestamp: 240, samples: 240, marker: false },
      { sequence: 2, timestamp: 480, samples: 240, marker: false },
      { sequence: 3, timestamp: 720, samples: 240, marker: false },
    ]);
  });

  it('shows the far end what was lost, and says nothing late', () => {
    // 3 comes after 4: its place has gone out
    expect(forwarded([1, 2, 4, 3, 4, 5, 6])).toEqual([
      { sequence: 0, timestamp: 0, samples: 240, marker: true },
      { sequence: 1, timestamp: 240, samples: 80, marker: false },
      { sequence: 3, timestamp: 480, samples: 240, marker: false },
      { sequence: 4, timestamp: 720, samples: 240, marker: false },
    ]);
  });

  it('keeps the time of a pause, and numbers without a gap', () => {
    const { stream, sent } = streamOf();
    for (const [sequence, timestamp] of [
      [1, 0],
      [2, 160],
      [3, 8000],
      [4, 8160],
    ] as const) {
      stream.forwardAudio(packetOf(sequence, timestamp, 1000 + timestamp / 8), incoming, 8, WANTED);
    }
    pass(stream, 100);
    expect(sent.map(({ timestamp }) => timestamp - sent[0]!.timestamp)).toEqual([0, 240, 8000]);
    expect(sent.map(({ sequence }) => sequence - sent[0]!.sequence)).toEqual([0, 1, 2]);
  });

  describe.each([10, 20, 30, 40, 50, 60])('leaves evenly, of %i ms', (inMs) => {
    it.each([10, 20, 30, 40, 50, 60].filter((outMs) => outMs !== inMs))('made %i ms', (outMs) => {
      const { stream, sent } = streamOf();
      const leftMs: number[] = [];
      for (let atMs = 0; atMs < 3000; atMs++) {
        const number = Math.floor(atMs / inMs);
        // packets come up to 19 ms late, in a row that repeats itself nowhere near
        const lateMs = Math.min((number * 7) % 20, inMs - 1);
        if (atMs === number * inMs + lateMs) {
          const packet = Buffer.alloc(12 + inMs * 8);
          packetOf(number, number * inMs * 8, atMs).copy(packet, 0, 0, 12);
          incoming.payloadEnd = packet.length;
          stream.forwardAudio(packet, incoming, 8, outMs * 8);
        }
        if (atMs % 10 === 3) stream.sendDue(atMs);
        while (leftMs.length < sent.length) leftMs.push(atMs);
      }
      const gaps = new Set(leftMs.slice(1).map((at, index) => at - leftMs[index]!));
      expect(gaps).toEqual(new Set([outMs]));
      expect(leftMs[0]).toBeLessThanOrEqual(outMs + 20 + Math.min(19, inMs));
      expect(sent.length * outMs).toBeGreaterThan(2850);
    });
  });

  it('goes back to pure forwarding when the length fits again', () => {
    const { stream, sent } = streamOf();
    const wanted = 160;
    const put = (sequence: number, timestamp: number, samples: number) => {
      const packet = packetOf(sequence, timestamp, 1000 + timestamp / 8).subarray(0, 12 + samples);
      incoming.payloadEnd = 12 + samples;
      stream.forwardAudio(packet, incoming, 8, wanted);
    };
    put(1, 0, 80);
    put(2, 80, 80);
    put(3, 160, 160);
    // from here on order is as it comes: 5 before 4
    put(5, 480, 160);
    put(4, 320, 160);
    expect(sent.map(({ sequence }) => sequence - sent[0]!.sequence)).toEqual([0, 1, 3, 2]);
    expect(sent.map(({ timestamp }) => timestamp - sent[0]!.timestamp)).toEqual([0, 160, 480, 320]);
  });

  it('keeps the time of events between, and sends what waited before them', () => {
    const { stream, sent } = streamOf();
    stream.forwardAudio(packetOf(1, 0, 1000), incoming, 8, WANTED);
    stream.forward(packetOf(2, 160, 1020), incoming, 101);
    stream.forward(packetOf(3, 160, 1040), incoming, 101);
    stream.forwardAudio(packetOf(4, 800, 1100), incoming, 8, WANTED);
    stream.forwardAudio(packetOf(5, 960, 1120), incoming, 8, WANTED);
    pass(stream, 100);
    expect(sent.map(({ payloadType }) => payloadType)).toEqual([8, 101, 101, 8]);
    expect(sent.map(({ timestamp }) => timestamp - sent[0]!.timestamp)).toEqual([0, 160, 160, 800]);
    expect(sent.map(({ sequence }) => sequence - sent[0]!.sequence)).toEqual([0, 1, 2, 3]);
  });

  it('starts again with a sender whose numbers jump', () => {
    const { stream, sent } = streamOf();
    stream.forwardAudio(packetOf(30_000, 0, 1000), incoming, 8, WANTED);
    for (const sequence of [5, 6, 7]) {
      stream.forwardAudio(packetOf(sequence, 160 * sequence, 1000 + sequence * 20), incoming, 8, WANTED);
    }
    pass(stream, 100);
    expect(sent).toHaveLength(2);
    expect(sent[1]!.sequence).toBe(sent[0]!.sequence + 1);
  });
});
