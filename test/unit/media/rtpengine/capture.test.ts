import { expect, test } from 'vitest';
import { renderCapture } from '../../../../src/media/rtpengine/capture-audio.ts';
import { type CapturedPacket, readPcap } from '../../../../src/media/rtpengine/pcap.ts';
import { encodeALaw, toneLevel } from '../../../support/tones.ts';
import { sine } from '../../../support/wav-file.ts';

/** A packet as rtpengine writes it: IPv4, UDP, RTP with 20 ms of A-law. */
function record(
  atMs: number,
  port: number,
  sequence: number,
  samples: Int16Array,
  from = '10.0.0.1',
): Buffer {
  const packet = Buffer.alloc(20 + 8 + 12 + samples.length);
  packet[0] = 0x45;
  packet.set(from.split('.').map(Number), 12);
  packet.writeUInt16BE(port, 22);
  packet[28] = 0x80;
  packet[29] = 8;
  packet.writeUInt16BE(sequence, 30);
  packet.writeUInt32BE(sequence * 160, 32);
  packet.writeUInt32BE(7, 36);
  for (const [index, sample] of samples.entries()) packet[40 + index] = encodeALaw(sample);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(Math.floor(atMs / 1000), 0);
  head.writeUInt32LE(Math.round((atMs % 1000) * 1000), 4);
  head.writeUInt32LE(packet.length, 8);
  return Buffer.concat([head, packet]);
}

const FILE_HEAD = Buffer.from('d4c3b2a1020004000000000000000000ffff000065000000', 'hex');
const tone = sine(600, 1000);
const frame = (index: number) => tone.subarray(index * 160, index * 160 + 160);

test('jitter and re-ordering are undone, the other port is left out, a cut record ends it', () => {
  const records = Array.from({ length: 50 }, (_, index) =>
    record(5000 + index * 20 + (index % 3) * 9, 4000, index, frame(index)),
  );
  [records[10], records[11]] = [records[11]!, records[10]!];
  const foreign = record(5100, 4002, 3, frame(0));
  const file = Buffer.concat([FILE_HEAD, ...records, foreign, foreign.subarray(0, 50)]);
  const samples = renderCapture([...readPcap(file)], 4000, [{ fromMs: 5000, toMs: 6000 }]);
  expect(samples).toHaveLength(8000);
  // a click or a gap anywhere would spread the tone
  expect(toneLevel(samples.subarray(0, 4000), 600)).toBeGreaterThan(7900);
  expect(toneLevel(samples.subarray(4000), 600)).toBeGreaterThan(7900);
});

test('what comes between the spans is left out, and what is lost is silence', () => {
  const records = [0, 1, 2, 30, 31, 49].map((index) => record(5000 + index * 20, 4000, index, frame(index)));
  const spans = [
    { fromMs: 5000, toMs: 5100 },
    { fromMs: 5620, toMs: 5660 },
  ];
  const samples = renderCapture([...readPcap(Buffer.concat([FILE_HEAD, ...records]))], 4000, spans);
  expect(samples).toHaveLength(1120);
  expect(samples.subarray(480, 800).every((sample) => sample === 0)).toBe(true);
  expect(samples.subarray(800, 1120).some((sample) => Math.abs(sample) > 4000)).toBe(true);
});

test('what a stranger sent is left out', () => {
  const records = Array.from({ length: 50 }, (_, index) => [
    record(5000 + index * 20, 4000, index, frame(index)),
    record(5001 + index * 20, 4000, index, sine(900, 20), '10.0.0.9'),
  ]).flat();
  const packets = [...readPcap(Buffer.concat([FILE_HEAD, ...records]))];
  const isSender = ({ from }: CapturedPacket) => from.address === '10.0.0.1';
  const samples = renderCapture(packets, 4000, [{ fromMs: 5000, toMs: 6000 }], isSender);
  expect(toneLevel(samples, 600)).toBeGreaterThan(7900);
  expect(toneLevel(samples, 900)).toBeLessThan(100);
});

test('another file is refused', () => {
  expect(() => [...readPcap(Buffer.from('RIFF....WAVE, not a capture at all'))]).toThrow(/not a pcap/);
});
