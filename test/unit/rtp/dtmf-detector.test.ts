import { describe, expect, it } from 'vitest';
import { DtmfDetector } from '../../../src/rtp/dtmf-detector.ts';
import { DTMF_COLUMNS, DTMF_ROWS, dbm0ToPeak, KEYPAD } from '../../../src/rtp/tone.ts';
import { seededIds } from '../../../src/shared/ids.ts';

const random = seededIds(7).random;
const silence = (ms: number) => new Int16Array(ms * 8);

interface Flaws {
  readonly rowOff?: number;
  readonly columnOff?: number;
  readonly rowDbm0?: number;
  readonly columnDbm0?: number;
}

/** A key's two sines with random phases and the given flaws. */
function press(key: string, ms: number, flaws: Flaws = {}): Int16Array {
  const { rowOff = 0, columnOff = 0, rowDbm0 = -10, columnDbm0 = -10 } = flaws;
  const index = KEYPAD.indexOf(key);
  const row = (2 * Math.PI * DTMF_ROWS[index >> 2]! * (1 + rowOff)) / 8000;
  const column = (2 * Math.PI * DTMF_COLUMNS[index & 3]! * (1 + columnOff)) / 8000;
  const [first, second] = [random() * 7, random() * 7];
  return Int16Array.from({ length: ms * 8 }, (_, at) =>
    Math.round(
      dbm0ToPeak(rowDbm0) * Math.sin(first + row * at) +
        dbm0ToPeak(columnDbm0) * Math.sin(second + column * at),
    ),
  );
}

function withNoise(samples: Int16Array, rmsDbm0: number): Int16Array {
  const amplitude = dbm0ToPeak(rmsDbm0) * Math.SQRT1_2 * Math.sqrt(3);
  return samples.map((sample) => Math.max(-32768, Math.min(32767, sample + (random() * 2 - 1) * amplitude)));
}

/** Digits found in these pieces, put at a random place against the detector's hops and fed in 20 ms frames. */
function digitsIn(...pieces: Int16Array[]): string {
  const whole = [new Int16Array(400 + Math.floor(random() * 160)), ...pieces, silence(120)].flatMap(
    (piece) => [...piece],
  );
  let digits = '';
  const detector = new DtmfDetector((digit) => {
    digits += digit;
  });
  for (let at = 0; at < whole.length; at += 160) detector.push(Int16Array.from(whole.slice(at, at + 160)));
  return digits;
}

/** Keys that are found when pressed like this, of all sixteen, five times each. */
function foundShare(pieces: (key: string) => Int16Array[]): number {
  let found = 0;
  for (let round = 0; round < 5; round++) {
    for (const key of KEYPAD) if (digitsIn(...pieces(key)) === key) found++;
  }
  return found / (5 * KEYPAD.length);
}

describe('ITU-T Q.24 limits that must pass', () => {
  it.each<[string, Flaws]>([
    ['nominal', {}],
    ['+1.5 %', { rowOff: 0.015, columnOff: 0.015 }],
    ['-1.5 %', { rowOff: -0.015, columnOff: -0.015 }],
    ['+1.5 % and -1.5 %', { rowOff: 0.015, columnOff: -0.015 }],
    ['column 4 dB stronger', { columnDbm0: -6 }],
    ['column 8 dB weaker', { columnDbm0: -18 }],
    ['column 8 dB weaker, off by 1.5 %', { columnDbm0: -18, rowOff: -0.015, columnOff: 0.015 }],
    ['weak: -30 dBm0', { rowDbm0: -30, columnDbm0: -30 }],
    ['loud: -3 dBm0', { rowDbm0: -3, columnDbm0: -3 }],
  ])('40 ms, %s', (_, flaws) => {
    expect(foundShare((key) => [press(key, 40, flaws)])).toBe(1);
  });

  it('noise 15 dB below the tones', () => {
    expect(foundShare((key) => [withNoise(press(key, 45), -22), withNoise(silence(60), -22)])).toBe(1);
  });

  it('40 ms tones with pauses of 23 ms, other digits and the same', () => {
    for (let round = 0; round < 10; round++) {
      expect(digitsIn(...[...KEYPAD].flatMap((key) => [press(key, 40), silence(23)]))).toBe(KEYPAD);
      expect(digitsIn(...[...'88888'].flatMap((key) => [press(key, 40), silence(23)]))).toBe('88888');
    }
  });

  it('an interruption of 10 ms does not double the digit', () => {
    expect(foundShare((key) => [press(key, 45), silence(10), press(key, 45)])).toBe(1);
  });
});

describe('what must not pass', () => {
  it.each<[string, Flaws]>([
    ['row +3.5 %', { rowOff: 0.035 }],
    ['row -3.5 %', { rowOff: -0.035 }],
    ['column +3.5 %', { columnOff: 0.035 }],
    ['column -3.5 %', { columnOff: -0.035 }],
    ['column 10 dB stronger', { columnDbm0: -8, rowDbm0: -18 }],
    ['column 12 dB weaker', { columnDbm0: -22 }],
    ['-45 dBm0', { rowDbm0: -45, columnDbm0: -45 }],
    ['one tone only', { rowDbm0: -90 }],
  ])('%s', (_, flaws) => {
    for (const key of KEYPAD) expect(digitsIn(press(key, 100, flaws))).toBe('');
  });

  it('tones shorter than 23 ms', () => {
    for (const key of KEYPAD) expect(digitsIn(press(key, 23))).toBe('');
  });

  it('a key with a third tone as strong', () => {
    for (const key of '159D') {
      const third = press('1', 100, { rowOff: -0.3, columnDbm0: -90 });
      expect(digitsIn(press(key, 100).map((sample, at) => sample + third[at]!))).toBe('');
    }
  });

  it('loud noise', () => {
    expect(digitsIn(withNoise(silence(20_000), -10))).toBe('');
  });
});

it('tells how long the digit was', () => {
  for (const ms of [60, 100, 250]) {
    let durationMs = 0;
    const detector = new DtmfDetector((_, length) => {
      durationMs = length;
    });
    detector.push(Int16Array.from([...silence(30), ...press('6', ms), ...silence(60)]));
    expect(Math.abs(durationMs - ms)).toBeLessThanOrEqual(12);
  }
});
