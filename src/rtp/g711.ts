/**
 * ITU-T G.711: 8-bit logarithmic PCM at 8 kHz, by table.
 *
 * Linear samples are signed 16 bits. A-law resolves 13 bits of them and mu-law 14, in the high bits, as in the
 * reference software of ITU-T G.191.
 */

/** The two laws; A-law is China's and Europe's, mu-law North America's and Japan's. */
export type G711Name = 'PCMA' | 'PCMU';

/** One law with its tables. */
export interface G711 {
  readonly name: G711Name;
  /** Static RTP payload type (RFC 3551 6). */
  readonly payloadType: number;
  /** The code of digital silence. */
  readonly silence: number;
  /** Linear sample of each code. */
  readonly toLinear: Int16Array;
  /** Code of each linear sample: index `(sample >> shift) + fromLinear.length / 2`. */
  readonly fromLinear: Uint8Array;
  readonly shift: number;
}

function alawToLinear(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const step = ((bits & 15) << 4) + 8;
  const magnitude = exponent === 0 ? step : (step + 256) << (exponent - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

/** `high` is the sample's 12 high bits, signed. */
function linearToAlaw(high: number): number {
  const sign = high < 0 ? 0 : 0x80;
  let mantissa = high < 0 ? ~high : high;
  let exponent = 0;
  if (mantissa > 15) {
    exponent = 1;
    while (mantissa > 31) {
      mantissa >>= 1;
      exponent++;
    }
    mantissa -= 16;
  }
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

const MULAW_BIAS = 33;

function mulawToLinear(code: number): number {
  const bits = ~code & 0xff;
  const exponent = (bits >> 4) & 7;
  const magnitude = ((((bits & 15) << 1) + MULAW_BIAS) << exponent) - MULAW_BIAS;
  return (bits & 0x80 ? -magnitude : magnitude) << 2;
}

/** `high` is the sample's 14 high bits, signed. */
function linearToMulaw(high: number): number {
  const magnitude = Math.min((high < 0 ? ~high : high) + MULAW_BIAS, 0x1fff);
  let exponent = 0;
  while (magnitude >> (exponent + 6) > 0) exponent++;
  const mantissa = (magnitude >> (exponent + 1)) & 15;
  return ~((high < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

function encodeTable(shift: number, encode: (high: number) => number): Uint8Array {
  const size = 65536 >> shift;
  return Uint8Array.from({ length: size }, (_, index) => encode(index - size / 2));
}

export const PCMA: G711 = {
  name: 'PCMA',
  payloadType: 8,
  silence: 0xd5,
  toLinear: Int16Array.from({ length: 256 }, (_, code) => alawToLinear(code)),
  fromLinear: encodeTable(4, linearToAlaw),
  shift: 4,
};

export const PCMU: G711 = {
  name: 'PCMU',
  payloadType: 0,
  silence: 0xff,
  toLinear: Int16Array.from({ length: 256 }, (_, code) => mulawToLinear(code)),
  fromLinear: encodeTable(2, linearToMulaw),
  shift: 2,
};

/** The code of one linear sample. */
export function encodeSample(law: G711, sample: number): number {
  return law.fromLinear[(sample >> law.shift) + (law.fromLinear.length >> 1)]!;
}

/** Decodes `count` codes from `codes[from]` on into `samples[to]` on. */
export function decode(
  law: G711,
  codes: Uint8Array,
  from: number,
  count: number,
  samples: Int16Array,
  to: number,
): void {
  const { toLinear } = law;
  for (let index = 0; index < count; index++) samples[to + index] = toLinear[codes[from + index]!]!;
}

/** Encodes `count` linear samples from `samples[from]` on into `codes[to]` on. */
export function encode(
  law: G711,
  samples: Int16Array,
  from: number,
  count: number,
  codes: Uint8Array,
  to: number,
): void {
  const { fromLinear, shift } = law;
  const middle = fromLinear.length >> 1;
  for (let index = 0; index < count; index++) {
    codes[to + index] = fromLinear[(samples[from + index]! >> shift) + middle]!;
  }
}

function transcodeTable(from: G711, to: G711): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => encodeSample(to, from.toLinear[code]!));
}

/** The mu-law code of each A-law code. */
export const ALAW_TO_MULAW = transcodeTable(PCMA, PCMU);
/** The A-law code of each mu-law code. */
export const MULAW_TO_ALAW = transcodeTable(PCMU, PCMA);

/** The table from one law to the other; undefined when both are the same. */
export function transcoding(from: G711, to: G711): Uint8Array | undefined {
  if (from === to) return undefined;
  return from === PCMA ? ALAW_TO_MULAW : MULAW_TO_ALAW;
}
