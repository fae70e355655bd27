import { describe, expect, it } from 'vitest';
import { Latch } from '../../../../src/media/embedded/worker/latch.ts';

const SDP = ['192.168.1.5', 4000] as const;
/** What the phone's NAT shows of it. */
const NAT = '203.0.113.7';

/** A far end's or a stranger's stream of packets. */
function sender(latch: Latch, ssrc: number, sequence = 1) {
  return {
    from: (address: string, port: number, times = 1) =>
      Array.from({ length: times }, () => latch.admit(address, port, ssrc, sequence++)),
  };
}

function latchTo(address: string, port: number, signallingAddress?: string): Latch {
  const latch = new Latch(signallingAddress);
  latch.aim(address, port);
  return latch;
}

describe('Latch', () => {
  it('hears nobody before SDP named an address', () => {
    expect(new Latch(NAT).admit(NAT, 4000, 1, 1)).toBe(false);
  });

  it('locks at once to the very source in SDP', () => {
    const latch = latchTo('10.0.0.1', 4000);
    const phone = sender(latch, 1);
    expect(phone.from('10.0.0.1', 4000)).toEqual([true]);
    expect(latch.certain).toBe(true);
    expect(sender(latch, 2).from('10.0.0.1', 4001)).toEqual([false]);
  });

  it('takes another port of the same address after five packets', () => {
    const latch = latchTo('10.0.0.1', 4000);
    const phone = sender(latch, 1);
    expect(phone.from('10.0.0.1', 50_000, 4)).toEqual([true, true, true, true]);
    expect([latch.locked, latch.port]).toEqual([false, 50_000]);
    expect(phone.from('10.0.0.1', 50_000)).toEqual([true]);
    expect([latch.locked, latch.certain]).toEqual([true, false]);
  });

  it('hears a third address never, however often it tries, at any time', () => {
    const latch = latchTo(...SDP, NAT);
    const stranger = sender(latch, 9);
    const refused = () => expect(stranger.from('198.51.100.1', 4000, 9)).not.toContain(true);
    refused();
    expect([latch.address, latch.port]).toEqual(SDP);
    sender(latch, 1).from(NAT, 31_000, 5);
    refused();
    latch.lost();
    refused();
    expect([latch.address, latch.port]).toEqual([NAT, 31_000]);
  });

  it('hears the signalling address only when it was told it', () => {
    expect(sender(latchTo(...SDP), 1).from(NAT, 4000, 9)).not.toContain(true);
    const latch = latchTo(...SDP, NAT);
    expect(sender(latch, 1).from(NAT, 31_000, 5)).not.toContain(false);
    expect([latch.locked, latch.address, latch.port]).toEqual([true, NAT, 31_000]);
  });

  it('lets the source in SDP win, also when another one was locked before', () => {
    const latch = latchTo(...SDP, NAT);
    sender(latch, 9).from(NAT, 31_000, 20);
    expect(sender(latch, 1).from(...SDP)).toEqual([true]);
    expect([latch.certain, latch.address, latch.port]).toEqual([true, ...SDP]);
    expect(sender(latch, 9, 21).from(NAT, 31_000, 20)).not.toContain(true);
  });

  it('counts five packets of one source in a row', () => {
    const latch = latchTo(...SDP, NAT);
    const [one, two] = [sender(latch, 1), sender(latch, 2)];
    for (let round = 0; round < 5; round++) {
      one.from(NAT, 1, 2);
      two.from(NAT, 2, 2);
    }
    expect(latch.locked).toBe(false);
  });

  it('follows a stream to another port of an address that may send, not to another address', () => {
    const latch = latchTo(...SDP, NAT);
    const phone = sender(latch, 1);
    phone.from(NAT, 31_000, 8);
    expect(phone.from('198.51.100.1', 31_000, 8)).not.toContain(true);
    expect(phone.from(NAT, 31_001)).toEqual([true]);
    expect([latch.locked, latch.port]).toEqual([true, 31_001]);
  });

  it('hears what the port before still delivers and stays with the new one', () => {
    const latch = latchTo(...SDP, NAT);
    sender(latch, 1, 65_530).from(NAT, 31_000, 6);
    expect(latch.admit(NAT, 31_001, 1, 2)).toBe(true);
    expect(latch.admit(NAT, 31_000, 1, 0)).toBe(true);
    expect(latch.port).toBe(31_001);
  });

  it('follows no other stream to another port while the first one comes', () => {
    const latch = latchTo(...SDP, NAT);
    sender(latch, 1).from(NAT, 31_000, 8);
    expect(sender(latch, 2).from(NAT, 31_001, 50)).not.toContain(true);
    latch.lost();
    expect(sender(latch, 2, 51).from(NAT, 31_001, 5)).not.toContain(false);
    expect([latch.locked, latch.port]).toEqual([true, 31_001]);
  });

  it('learns anew when SDP names another address, not when it repeats the same', () => {
    const latch = latchTo('10.0.0.1', 4000);
    const phone = sender(latch, 1);
    phone.from('10.0.0.1', 4000);
    latch.aim('10.0.0.1', 4000);
    expect(latch.locked).toBe(true);
    latch.aim('10.0.0.2', 4000);
    expect([latch.locked, latch.address]).toEqual([false, '10.0.0.2']);
    expect(phone.from('10.0.0.1', 4000)).toEqual([false]);
    expect(phone.from('10.0.0.2', 4000)).toEqual([true]);
  });

  it('hears the path that ICE chose and nothing else', () => {
    const latch = latchTo('0.0.0.0', 0, NAT);
    latch.fix('10.0.0.1', 4000);
    expect(sender(latch, 1).from('10.0.0.1', 4000)).toEqual([true]);
    expect(sender(latch, 1, 2).from(NAT, 4000)).toEqual([false]);
  });
});
