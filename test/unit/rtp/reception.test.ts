import { describe, expect, it } from 'vitest';
import { estimateMos } from '../../../src/rtp/quality.ts';
import { Reception } from '../../../src/rtp/reception.ts';

describe('Reception', () => {
  it('counts loss across the wrap of sequence numbers (RFC 3550 A.3)', () => {
    const reception = new Reception();
    for (let packet = 0; packet < 100; packet++) {
      if (packet % 10 !== 5)
        reception.add({
          sequence: (65500 + packet) & 0xffff,
          timestamp: packet * 160,
          arrivalMs: packet * 20,
        });
    }
    expect([reception.expected, reception.received, reception.lost]).toEqual([100, 90, 10]);
    expect(reception.highestSequence).toBe(65599);
    expect(reception.takeFractionLost()).toBe(25);
    expect(reception.takeFractionLost()).toBe(0);
  });

  it('does not take reordering for loss, nor a restart of the sender', () => {
    const reception = new Reception();
    for (const sequence of [1, 3, 2, 4])
      reception.add({ sequence, timestamp: sequence * 160, arrivalMs: sequence * 20 });
    for (const sequence of [30000, 30001])
      reception.add({ sequence, timestamp: sequence * 160, arrivalMs: 100 });
    expect([reception.expected, reception.lost]).toEqual([6, 0]);
    reception.restart();
    reception.add({ sequence: 7, timestamp: 0, arrivalMs: 120 });
    expect([reception.expected, reception.lost]).toEqual([7, 0]);
  });

  it('measures jitter as RFC 3550 A.8: 0 for an even stream, the mean deviation for an uneven one', () => {
    const even = new Reception();
    for (let packet = 0; packet < 200; packet++)
      even.add({ sequence: packet, timestamp: (packet * 160 + 0x7fffff00) | 0, arrivalMs: packet * 20 });
    expect(even.jitterMs).toBe(0);
    const uneven = new Reception();
    for (let packet = 0; packet < 400; packet++)
      uneven.add({ sequence: packet, timestamp: packet * 160, arrivalMs: packet * 20 + (packet % 2) * 10 });
    expect(uneven.jitterMs).toBeCloseTo(10, 0);
  });
});

describe('estimateMos', () => {
  it('is best for a perfect leg and falls with loss and delay', () => {
    const perfect = estimateMos({ loss: 0, jitterMs: 0, roundTripMs: 0 });
    expect(perfect).toBeGreaterThan(4.3);
    expect(perfect).toBeLessThan(4.5);
    expect(estimateMos({ loss: 0.05, jitterMs: 0, roundTripMs: 0 })).toBeLessThan(4.1);
    expect(estimateMos({ loss: 0, jitterMs: 0, roundTripMs: 800 })).toBeLessThan(3.5);
    expect(estimateMos({ loss: 1, jitterMs: 0, roundTripMs: 0 })).toBeLessThan(1.6);
  });
});
