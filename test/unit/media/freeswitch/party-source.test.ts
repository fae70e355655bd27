import { describe, expect, test } from 'vitest';
import { PartySource } from '../../../../src/media/freeswitch/party-source.ts';

type Address = { address: string; port: number };

const NAMED = { address: '203.0.113.20', port: 4000 };
const INSIDE = { address: '192.168.1.20', port: 4000 };
const OFFICE = '203.0.113.7';
const PHONE = { address: OFFICE, port: 50_000 };
const STRANGER = { address: '198.51.100.9', port: 4000 };

/** A source with the counters of FreeSWITCH, looked at every 50 ms. */
class Line {
  readonly source: PartySource;
  #nowMs = 0;
  #packets = 0;

  constructor(named: Address, signalling?: string, isOpen = false) {
    this.source = new PartySource(named, signalling, 0, isOpen);
    this.look(0);
  }

  /** So many came since the last look, and FreeSWITCH follows `at` now, when it was told `told`. */
  look(came: number, at?: Address, expects = true, told: Address = this.source.told): boolean {
    this.#nowMs += 50;
    this.#packets += came;
    const adopted = at && { at, told };
    return this.source.look({ packets: this.#packets, adopted }, expects, this.#nowMs);
  }

  /** Looks until FreeSWITCH is to be told anew; how long that took, ms. */
  until(came: number): number {
    for (let looks = 1; looks <= 400; looks++) if (this.look(came)) return looks * 50;
    return Number.POSITIVE_INFINITY;
  }

  get told(): unknown {
    return [this.source.isOpen, this.source.told];
  }
}

const discard = (address: string) => [true, { address, port: 9 }];

describe('where a party of FreeSWITCH sends from', () => {
  test.each([undefined, NAMED.address])(
    'SDP is certain where the signalling is not from elsewhere (%s), as long as packets come',
    (signalling) => {
      const line = new Line(NAMED, signalling);
      expect(line.told).toEqual([false, NAMED]);
      expect(line.until(3)).toBe(Number.POSITIVE_INFINITY);
      expect(line.source.came).toBe(3);
    },
  );

  test('a party that is silent is listened for, and sent to where it was; who may be silent is not', () => {
    const line = new Line(NAMED);
    for (let looks = 0; looks < 100; looks++) expect(line.look(0, undefined, false)).toBe(false);
    expect(line.until(0)).toBe(1000);
    expect(line.told).toEqual([true, NAMED]);
    expect(line.until(0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('another port of its host is taken at once; packets that may be a stranger’s only where it is proved', () => {
    const line = new Line(NAMED);
    line.until(0);
    expect(line.look(1, { ...NAMED, port: 4002 })).toBe(true);
    expect(line.told).toEqual([false, { ...NAMED, port: 4002 }]);
    expect(line.source.came).toBe(1);
    line.until(0);
    expect(line.look(3)).toBe(true);
    expect([line.source.came, line.told]).toEqual([0, discard(NAMED.address)]);
    expect(line.look(3, { ...NAMED, port: 4002 })).toBe(true);
    expect(line.told).toEqual([false, { ...NAMED, port: 4002 }]);
  });

  test('a stranger who goes on sending leaves the party ever longer what it is sent', () => {
    const line = new Line(NAMED);
    line.until(0);
    const sentTo: number[] = [];
    for (let round = 0; round < 7; round++) {
      sentTo.push(line.until(3));
      expect(line.told).toEqual(discard(NAMED.address));
      expect(line.until(3)).toBe(500);
      expect(line.told).toEqual([true, NAMED]);
    }
    expect(sentTo).toEqual([50, 250, 500, 1000, 2000, 4000, 4000]);
    expect(line.source.came).toBe(0);
  });

  test('a phone behind NAT is found by the address of its signalling, however late; no stranger is', () => {
    const line = new Line(INSIDE, OFFICE);
    expect(line.told).toEqual(discard(OFFICE));
    expect(line.until(3)).toBe(Number.POSITIVE_INFINITY);
    expect(line.look(3, STRANGER)).toBe(false);
    expect(line.source.came).toBe(0);
    expect(line.look(3, PHONE)).toBe(true);
    expect(line.told).toEqual([false, PHONE]);
    expect(line.until(3)).toBe(Number.POSITIVE_INFINITY);
  });

  test('a window that closed before FreeSWITCH was told anew is open again', () => {
    const line = new Line(NAMED, OFFICE);
    const { told } = line.source;
    line.until(0);
    expect(line.look(1, PHONE, true, told)).toBe(false);
    expect(line.told).toEqual(discard(NAMED.address));
    expect(line.look(1, NAMED)).toBe(true);
    expect(line.told).toEqual([false, NAMED]);
  });

  test('where SDP may be right as well, both are listened for in turn, then SDP is sent to', () => {
    const line = new Line(NAMED, OFFICE);
    expect(line.told).toEqual(discard(OFFICE));
    line.until(0);
    expect(line.told).toEqual(discard(NAMED.address));
    line.until(0);
    expect(line.told).toEqual([true, NAMED]);
    expect(line.look(3)).toBe(false);
    line.until(3);
    expect(line.told).toEqual(discard(OFFICE));
  });

  test('SDP wins over the address of the signalling: it is tried once', () => {
    const line = new Line(NAMED, OFFICE);
    line.look(3, PHONE);
    expect(line.until(3)).toBe(1000);
    expect(line.told).toEqual(discard(NAMED.address));
    expect(line.look(3, NAMED)).toBe(true);
    expect(line.told).toEqual([false, NAMED]);
    expect(line.until(3)).toBe(Number.POSITIVE_INFINITY);

    const other = new Line(NAMED, OFFICE);
    other.look(3, PHONE);
    other.until(3);
    expect(other.until(3)).toBe(200);
    expect(other.told).toEqual(discard(OFFICE));
    other.look(3, PHONE);
    expect(other.told).toEqual([false, PHONE]);
    expect(other.until(3)).toBe(Number.POSITIVE_INFINITY);
  });

  test('new SDP while FreeSWITCH takes anybody is not certain at once', () => {
    expect(new Line(NAMED, undefined, true).told).toEqual([true, NAMED]);
  });
});
