import { describe, expect, it } from 'vitest';
import {
  ALAW_TO_MULAW,
  decode,
  encode,
  encodeSample,
  MULAW_TO_ALAW,
  PCMA,
  PCMU,
  transcoding,
} from '../../../src/rtp/g711.ts';

/** Decoder output values of ITU-T G.711 table 1a (A-law, positive), in its units of 1/4096, by segment. */
const ALAW_SEGMENT_FIRST = [1, 33, 66, 132, 264, 528, 1056, 2112];
const ALAW_SEGMENT_STEP = [2, 2, 4, 8, 16, 32, 64, 128];
/** Table 2a (mu-law, positive), units of 1/8159. */
const MULAW_SEGMENT_FIRST = [0, 33, 99, 231, 495, 1023, 2079, 4191];
const MULAW_SEGMENT_STEP = [2, 4, 8, 16, 32, 64, 128, 256];

describe('A-law', () => {
  it('decodes all 256 codes to the values of G.711 table 1', () => {
    for (let segment = 0; segment < 8; segment++) {
      for (let step = 0; step < 16; step++) {
        const value = (ALAW_SEGMENT_FIRST[segment]! + step * ALAW_SEGMENT_STEP[segment]!) * 8;
        const character = (segment << 4) | step;
        expect(PCMA.toLinear[(character | 0x80) ^ 0x55]).toBe(value);
        expect(PCMA.toLinear[character ^ 0x55]).toBe(-value);
      }
    }
  });

  it('encodes what it decoded to the same code', () => {
    for (let code = 0; code < 256; code++) expect(encodeSample(PCMA, PCMA.toLinear[code]!)).toBe(code);
  });
});

describe('mu-law', () => {
  it('decodes all 256 codes to the values of G.711 table 2', () => {
    for (let segment = 0; segment < 8; segment++) {
      for (let step = 0; step < 16; step++) {
        const value = (MULAW_SEGMENT_FIRST[segment]! + step * MULAW_SEGMENT_STEP[segment]!) * 4;
        const character = ~((segment << 4) | step) & 0x7f;
        expect(PCMU.toLinear[character | 0x80]).toBe(value);
        expect(PCMU.toLinear[character]).toBe(value === 0 ? -0 + 0 : -value);
      }
    }
  });

  it('encodes what it decoded to the same code, negative zero to positive', () => {
    for (let code = 0; code < 256; code++) {
      const expected = code === 0x7f ? 0xff : code;
      expect(encodeSample(PCMU, PCMU.toLinear[code]!)).toBe(expected);
    }
  });
});

describe.each([PCMA, PCMU])('$name', (law) => {
  it('is monotonic over all 65,536 samples and never off by more than half a step', () => {
    let last = -40000;
    let wrong = 0;
    for (let sample = -32768; sample <= 32767; sample++) {
      const back = law.toLinear[encodeSample(law, sample)]!;
      if (back < last) wrong++;
      last = back;
      if (Math.abs(sample) < 32124 && Math.abs(back - sample) > Math.max(16, Math.abs(sample) / 16)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('has a code of silence', () => {
    expect(Math.abs(law.toLinear[law.silence]!)).toBeLessThanOrEqual(8);
  });

  it('works on parts of buffers', () => {
    const samples = Int16Array.from([0, 1000, -1000, 32767, -32768]);
    const codes = new Uint8Array(8).fill(7);
    encode(law, samples, 1, 3, codes, 2);
    expect([...codes.subarray(0, 2), ...codes.subarray(5)]).toEqual([7, 7, 7, 7, 7]);
    const back = new Int16Array(5);
    decode(law, codes, 2, 3, back, 1);
    expect(back[0]).toBe(0);
    expect(Math.abs(back[1]! - 1000)).toBeLessThan(40);
    expect(back[3]).toBeGreaterThan(31000);
  });
});

it('transcodes within one step of either law', () => {
  for (let code = 0; code < 256; code++) {
    const linear = PCMA.toLinear[code]!;
    const there = PCMU.toLinear[ALAW_TO_MULAW[code]!]!;
    expect(Math.abs(there - linear)).toBeLessThanOrEqual(Math.max(16, Math.abs(linear) / 16));
    const mulaw = PCMU.toLinear[code]!;
    const back = PCMA.toLinear[MULAW_TO_ALAW[code]!]!;
    expect(Math.abs(back - mulaw)).toBeLessThanOrEqual(Math.max(16, Math.abs(mulaw) / 16));
  }
  expect(transcoding(PCMA, PCMA)).toBeUndefined();
  expect(transcoding(PCMU, PCMA)).toBe(MULAW_TO_ALAW);
});
