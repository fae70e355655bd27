import { describe, expect, it } from 'vitest';
import { Latch } from '../../../../src/media/embedded/worker/latch.ts';

const admitTimes = (latch: Latch, times: number, address: string, port: number) =>
  Array.from({ length: times }, () => latch.admit(address, port));

describe('Latch', () => {
  it('hears nobody before SDP named an address', () => {
    expect(new Latch(true).admit('10.0.0.1', 4000)).toBe(false);
  });

  it('locks at once to the very address of SDP', () => {
    const latch = new Latch(false);
    latch.aim('10.0.0.1', 4000);
    expect(latch.admit('10.0.0.1', 4000)).toBe(true);
    expect(latch.locked).toBe(true);
    expect(latch.admit('10.0.0.1', 4001)).toBe(false);
  });

  it('follows another port of the same address after five packets', () => {
    const latch = new Latch(false);
    latch.aim('10.0.0.1', 4000);
    expect(admitTimes(latch, 4, '10.0.0.1', 50000)).toEqual([true, true, true, true]);
    expect([latch.locked, latch.port]).toEqual([false, 50000]);
    expect(latch.admit('10.0.0.1', 50000)).toBe(true);
    expect(latch.locked).toBe(true);
    expect(latch.admit('10.0.0.1', 4000)).toBe(false);
  });

  it('never hears another address, unless the far end may be behind NAT', () => {
    const strict = new Latch(false);
    strict.aim('192.168.1.5', 4000);
    expect(admitTimes(strict, 9, '203.0.113.7', 4000).includes(true)).toBe(false);
    const nat = new Latch(true);
    nat.aim('192.168.1.5', 4000);
    expect(admitTimes(nat, 5, '203.0.113.7', 31000).includes(false)).toBe(false);
    expect([nat.locked, nat.address, nat.port]).toEqual([true, '203.0.113.7', 31000]);
    expect(nat.admit('198.51.100.1', 31000)).toBe(false);
  });

  it('counts five packets of one source in a row', () => {
    const latch = new Latch(true);
    latch.aim('192.168.1.5', 4000);
    for (let round = 0; round < 5; round++) {
      admitTimes(latch, 2, '203.0.113.7', 1);
      admitTimes(latch, 2, '203.0.113.8', 2);
    }
    expect(latch.locked).toBe(false);
  });

  it('learns anew when SDP names another address, not when it repeats the same', () => {
    const latch = new Latch(false);
    latch.aim('10.0.0.1', 4000);
    latch.admit('10.0.0.1', 4000);
    latch.aim('10.0.0.1', 4000);
    expect(latch.locked).toBe(true);
    latch.aim('10.0.0.2', 4000);
    expect([latch.locked, latch.address]).toEqual([false, '10.0.0.2']);
    expect(latch.admit('10.0.0.1', 4000)).toBe(false);
    expect(latch.admit('10.0.0.2', 4000)).toBe(true);
  });
});
