import { describe, expect, it } from 'vitest';
import { isRtcp, RtpView, sequenceDistance, writeRtpHeader } from '../../../src/rtp/rtp-packet.ts';

describe('RtpView', () => {
  it('reads the fixed header', () => {
    const bytes = Buffer.from([
      0x80, // V=2
      0x88, // marker, PCMA
      0xff,
      0xfe, // sequence
      0x80,
      0x00,
      0x00,
      0x01, // timestamp
      0xde,
      0xad,
      0xbe,
      0xef, // SSRC
      1,
      2,
      3,
    ]);
    const view = new RtpView();
    expect(view.read(bytes)).toBe(true);
    expect(view).toMatchObject({
      payloadType: 8,
      marker: true,
      sequence: 0xfffe,
      payloadStart: 12,
      payloadEnd: 15,
    });
    expect(view.timestamp >>> 0).toBe(0x80000001);
    expect(view.ssrc >>> 0).toBe(0xdeadbeef);
  });

  it('steps over CSRCs and the extension and leaves padding out', () => {
    const bytes = Buffer.from([
      0xb1,
      0x00,
      0,
      1,
      0,
      0,
      0,
      2,
      0,
      0,
      0,
      3, // V=2 P X CC=1
      0,
      0,
      0,
      9, // CSRC
      0xbe,
      0xde,
      0,
      1,
      1,
      2,
      3,
      4, // extension of one word
      7,
      7,
      7, // payload
      0,
      0,
      3, // padding
    ]);
    const view = new RtpView();
    expect(view.read(bytes)).toBe(true);
    expect([view.payloadStart, view.payloadEnd]).toEqual([24, 27]);
  });

  it.each([
    ['too short', [0x80, 0, 0, 1]],
    ['version 1', [0x40, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]],
    ['CSRCs beyond the end', [0x8f, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]],
    ['extension beyond the end', [0x90, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0xff, 0xff]],
    ['padding longer than the packet', [0xa0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 200]],
    ['padding of none', [0xa0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0]],
  ])('refuses a packet: %s', (_, bytes) => {
    expect(new RtpView().read(Buffer.from(bytes))).toBe(false);
  });

  it('reads what was written', () => {
    const bytes = Buffer.alloc(12);
    writeRtpHeader(bytes, 101, true, 65535, -5, 0x12345678);
    const view = new RtpView();
    expect(view.read(bytes)).toBe(true);
    expect(view).toMatchObject({
      payloadType: 101,
      marker: true,
      sequence: 65535,
      timestamp: -5,
      ssrc: 0x12345678,
    });
  });
});

it('measures sequence numbers across the wrap', () => {
  expect(sequenceDistance(1, 65535)).toBe(2);
  expect(sequenceDistance(65535, 1)).toBe(-2);
  expect(sequenceDistance(100, 90)).toBe(10);
});

it('tells RTCP from RTP on one port', () => {
  expect(isRtcp(Buffer.from([0x80, 200]))).toBe(true);
  expect(isRtcp(Buffer.from([0x80, 0x88]))).toBe(false);
});
