import { describe, expect, it } from 'vitest';
import { ServerClock } from '../../../src/console/api/server-clock.ts';

const SECOND = Date.parse('2026-11-30T08:00:00Z');
const DATE = 'Mon, 30 Nov 2026 08:00:00 GMT';

/** A machine whose clock is set by the test, and the server's clock as it sees it. */
function machine(at: number) {
  const own = { at };
  return { own, clock: new ServerClock(() => own.at) };
}

describe("the server's clock", () => {
  it('is that of a machine that is right within what an answer tells', () => {
    const { clock } = machine(SECOND + 700);
    clock.take(DATE, SECOND + 400);
    expect(clock.aheadMs).toBe(0);
  });

  it('is ahead of a machine that is slow, by what is certain', () => {
    const { own, clock } = machine(SECOND - 300_000);
    clock.take(DATE, own.at - 100);
    expect(clock.aheadMs).toBe(300_000);
    expect(clock.now).toBe(SECOND);
  });

  it('is behind a machine that is fast', () => {
    const { own, clock } = machine(SECOND + 300_000);
    clock.take(DATE, own.at - 100);
    expect(clock.aheadMs).toBe(1000 - 300_000 + 100);
  });

  it('is known better with each answer', () => {
    const { own, clock } = machine(SECOND + 300_000);
    clock.take(DATE, own.at - 100);
    // The next second has just begun.
    own.at += 950;
    clock.take('Mon, 30 Nov 2026 08:00:00 GMT', own.at - 10);
    expect(clock.aheadMs).toBe(1000 - 300_950 + 10);
  });

  it('begins anew when the machine is set right', () => {
    const { own, clock } = machine(SECOND + 300_000);
    clock.take(DATE, own.at);
    own.at = SECOND + 500;
    clock.take(DATE, own.at);
    expect(clock.aheadMs).toBe(0);
  });

  it.each([[null], ['soon']])('nothing is learned of %j', (date) => {
    const { clock } = machine(SECOND);
    clock.take(date, 0);
    expect(clock.aheadMs).toBe(0);
  });
});
