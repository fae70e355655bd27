import { describe, expect, it } from 'vitest';
import { countHandling, expectedWaitMs } from '../../../../src/acd/core/handling.ts';

const MINUTE_MS = 60_000;

describe('the expected wait', () => {
  it.each([
    ['the first of a queue with one agent waits for one call to end', 1, 1, 4],
    ['two agents serve twice as fast', 4, 2, 8],
    ['who stands further behind waits longer', 5, 1, 20],
  ])('%s', (_, position, agents, minutes) => {
    const handling = { calls: 10, meanMs: 4 * MINUTE_MS };
    expect(expectedWaitMs(position, agents, handling)).toBe(minutes * MINUTE_MS);
  });

  it('is not told while nobody serves the queue, nor from fewer than three calls', () => {
    expect(expectedWaitMs(1, 0, { calls: 10, meanMs: MINUTE_MS })).toBeUndefined();
    expect(expectedWaitMs(1, 1, { calls: 2, meanMs: MINUTE_MS })).toBeUndefined();
    expect(expectedWaitMs(1, 1, { calls: 3, meanMs: MINUTE_MS })).toBe(MINUTE_MS);
  });

  it('goes by the mean of all calls while they are few, later by the latest', () => {
    const handling = { calls: 0, meanMs: 0 };
    for (const ms of [60_000, 120_000, 180_000]) countHandling(handling, ms);
    expect(handling).toEqual({ calls: 3, meanMs: 120_000 });
    // The day turns out otherwise: after a hundred calls the morning is forgotten.
    for (let call = 0; call < 100; call++) countHandling(handling, 600_000);
    expect(handling.meanMs).toBeGreaterThan(595_000);
  });
});
