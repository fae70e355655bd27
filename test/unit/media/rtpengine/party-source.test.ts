import { describe, expect, test } from 'vitest';
import { PartySource } from '../../../../src/media/rtpengine/party-source.ts';

const NAMED = { address: '192.168.1.20', port: 4000 };
const OFFICE = '203.0.113.7';
const PHONE = { address: OFFICE, port: 50_000 };
const STRANGER = { address: '198.51.100.9', port: 4000 };

/** A source with the counters of rtpengine, looked at every 50 ms. */
class Line {
  readonly source: PartySource;
  #nowMs = 0;
  #packets = 0;
  #refused = 0;

  constructor(signalling: string | undefined) {
    this.source = new PartySource(NAMED, signalling, 0);
  }

  /** What came since the last look, and from where rtpengine takes now. */
  look(at: { address: string; port: number }, taken: number, refused = 0): boolean {
    this.#nowMs += 50;
    this.#packets += taken + refused;
    this.#refused += refused;
    return this.source.look({ packets: this.#packets, refused: this.#refused, at }, this.#nowMs);
  }

  /** Looks until rtpengine is to be told anew. */
  until(at: { address: string; port: number }, taken: number, refused = 0): number {
    for (let looks = 1; looks <= 400; looks++) if (this.look(at, taken, refused)) return looks;
    return Number.POSITIVE_INFINITY;
  }
}

describe('where a party of rtpengine sends from', () => {
  test('SDP that names the address of the signalling is certain, and strangers change nothing while it sends', () => {
    const { source } = new Line(NAMED.address);
    expect([source.learns, source.told]).toEqual([false, NAMED]);
    const line = new Line(undefined);
    line.look(NAMED, 0);
    expect(line.until(NAMED, 3, 5)).toBe(Number.POSITIVE_INFINITY);
    expect(line.source.told).toEqual(NAMED);
  });

  test('a phone behind NAT is found by the address of its signalling; no stranger is', () => {
    const line = new Line(OFFICE);
    expect([line.source.learns, line.source.told]).toEqual([true, { address: OFFICE, port: 9 }]);
    line.look(STRANGER, 3);
    expect(line.look(STRANGER, 3)).toBe(false);
    expect(line.source.came).toBe(0);
    expect(line.look(PHONE, 3)).toBe(true);
    expect([line.source.learns, line.source.told]).toEqual([false, PHONE]);
    line.look(PHONE, 0);
    line.look(PHONE, 4, 2);
    expect(line.source.came).toBe(4);
  });

  test('packets that rtpengine counts before it follows them are nobody’s', () => {
    const line = new Line(OFFICE);
    line.look({ address: OFFICE, port: 9 }, 0);
    expect(line.look({ address: OFFICE, port: 9 }, 3)).toBe(false);
    expect([line.source.learns, line.source.came]).toEqual([true, 0]);
    expect(line.look(PHONE, 3)).toBe(true);
    expect(line.source.told).toEqual(PHONE);
  });

  test('what SDP names is sent to when nobody comes, until packets from elsewhere are refused', () => {
    const line = new Line(OFFICE);
    expect(line.until(STRANGER, 0)).toBe(20);
    expect(line.source.told).toEqual(NAMED);
    line.look(NAMED, 0);
    expect(line.until(NAMED, 0, 2)).toBeLessThan(10);
    expect(line.source.learns).toBe(true);
  });

  test('a party that fell silent is looked for on another port; in vain, it stays where it was, ever less often', () => {
    const line = new Line(OFFICE);
    line.look(PHONE, 1);
    line.look(PHONE, 1);
    line.look(PHONE, 2);
    const looks: number[] = [];
    for (let round = 0; round < 8; round++) {
      looks.push(line.until(PHONE, 0, 3));
      expect(line.source.learns).toBe(true);
      line.look(STRANGER, 3);
      line.until(STRANGER, 3);
      expect(line.source.told).toEqual(PHONE);
    }
    // 300 ms after it was found, which is two looks ago
    expect((looks[0]! + 2) * 50).toBeGreaterThanOrEqual(300);
    expect(looks).toEqual(looks.toSorted((a, b) => a - b));
    expect(looks.at(-1)! * 50).toBeLessThanOrEqual(4100);
    line.until(PHONE, 0, 3);
    line.look(STRANGER, 1);
    expect(line.look({ address: OFFICE, port: 50_002 }, 3)).toBe(true);
    expect(line.source.told).toEqual({ address: OFFICE, port: 50_002 });
  });

  test('what SDP names wins over the address of the signalling, and is tried for a moment only', () => {
    const line = new Line(OFFICE);
    line.look(PHONE, 1);
    line.look(PHONE, 1);
    line.look(PHONE, 2);
    expect(line.look(PHONE, 2, 1)).toBe(true);
    expect([line.source.learns, line.source.told]).toEqual([false, NAMED]);
    line.look(NAMED, 0);
    expect(line.until(NAMED, 0, 3)).toBeLessThanOrEqual(6);
    expect(line.source.told).toEqual(PHONE);
    line.look(PHONE, 2);
    line.until(PHONE, 2, 1);
    line.look(NAMED, 1);
    expect(line.look(NAMED, 2)).toBe(false);
    expect(line.source.told).toEqual(NAMED);
    expect(line.until(NAMED, 2, 2)).toBe(Number.POSITIVE_INFINITY);
  });
});
