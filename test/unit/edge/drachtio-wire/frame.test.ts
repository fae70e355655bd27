import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameError, FrameReader, frame } from '../../../../src/edge/drachtio-wire/frame.ts';

function read(reader: FrameReader, ...chunks: (string | Buffer)[]): string[] {
  const payloads: string[] = [];
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk), (payload) => payloads.push(payload.toString()));
  }
  return payloads;
}

describe('frames', () => {
  test('count bytes, not characters', () => {
    expect(frame('id|ping')).toBe('7#id|ping');
    expect(frame('客服')).toBe('6#客服');
  });

  test('are read however they were split and joined', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 6 }),
        fc.array(fc.nat(200), { maxLength: 20 }),
        (payloads, cuts) => {
          const bytes = Buffer.from(payloads.map(frame).join(''));
          const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
          const chunks = [0, ...places].map((from, index) =>
            bytes.subarray(from, places[index] ?? bytes.length),
          );
          const reader = new FrameReader(1 << 20);
          expect(read(reader, ...chunks)).toEqual(payloads);
          expect(reader.waiting).toBe(0);
        },
      ),
    );
  });

  test('may be larger than stock servers take', () => {
    const long = 'x'.repeat(50_000);
    expect(read(new FrameReader(1 << 20), frame(long))).toEqual([long]);
  });

  test.each(['x#y', '#', '12a#', '999999999#', '0#', '70000#'])('%s is refused', (text) => {
    expect(() => read(new FrameReader(65_536), text)).toThrow(FrameError);
  });
});
