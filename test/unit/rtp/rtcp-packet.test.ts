import { describe, expect, it } from 'vitest';
import { ntpMiddle, readRtcp, roundTripMs, writeRtcp } from '../../../src/rtp/rtcp-packet.ts';

const NOW = Date.UTC(2026, 9, 1, 8, 0, 0, 250);
const block = {
  ssrc: -2,
  fractionLost: 12,
  cumulativeLost: -3,
  highestSequence: 0xffff0001,
  jitter: 77,
  lastSenderReport: 0x12345678,
  delaySinceLastReport: 65536,
};

describe('RTCP', () => {
  it('reads the sender report that it wrote', () => {
    const bytes = writeRtcp({
      ssrc: 0x11223344,
      cname: 'pbx',
      sender: { nowMs: NOW, rtpTimestamp: 5, packets: 6, octets: 7 },
      block,
      bye: true,
    });
    expect(readRtcp(bytes)).toEqual([
      { kind: 'report', ssrc: 0x11223344, ntpMiddle: ntpMiddle(NOW), blocks: [block] },
      { kind: 'bye', ssrcs: [0x11223344] },
    ]);
  });

  it('writes a receiver report with its CNAME byte for byte', () => {
    expect(writeRtcp({ ssrc: 1, cname: 'ab' }).toString('hex')).toBe(
      '80c9000100000001' + // RR without blocks
        '81ca0003' +
        '00000001' +
        '01026162' +
        '00000000', // SDES, CNAME, null and padding
    );
  });

  it('leaves out what is malformed', () => {
    expect(readRtcp(Buffer.from('8bc9000100000001', 'hex'))).toEqual([]);
    expect(readRtcp(Buffer.from('80c900ff00000001', 'hex'))).toEqual([]);
    expect(readRtcp(Buffer.from('00', 'hex'))).toEqual([]);
    expect(readRtcp(Buffer.from('9fcb0000', 'hex'))).toEqual([]);
  });

  it('finds the round trip (RFC 3550 6.4.1)', () => {
    const sent = ntpMiddle(NOW);
    const answer = { ...block, lastSenderReport: sent, delaySinceLastReport: 2 * 65536 };
    expect(roundTripMs(answer, NOW + 2080)).toBeCloseTo(80, 0);
    expect(roundTripMs({ ...answer, lastSenderReport: 0 }, NOW)).toBeUndefined();
    expect(roundTripMs(answer, NOW - 100_000)).toBeUndefined();
  });
});
