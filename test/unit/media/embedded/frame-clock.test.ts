import { expect, it } from 'vitest';
import { FrameClock } from '../../../../src/media/embedded/worker/frame-clock.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';

it('ticks 50 times a second, without drift', async () => {
  const clock = new ManualClock();
  let frames = 0;
  const frameClock = new FrameClock(clock, () => frames++);
  frameClock.start();
  frameClock.start();
  await clock.advance(10_000);
  expect(frames).toBe(500);
  frameClock.stop();
  expect(clock.pending).toBe(0);
});

/** A clock whose timers come late, as on a busy machine. */
class LateClock extends ManualClock {
  override after(delayMs: number, fire: () => void) {
    return super.after(delayMs + 7, fire);
  }
}

it('catches up what timers come late', async () => {
  const clock = new LateClock();
  let frames = 0;
  new FrameClock(clock, () => frames++).start();
  await clock.advance(10_000);
  expect(frames).toBeGreaterThanOrEqual(498);
  expect(frames).toBeLessThanOrEqual(500);
});

it('skips a stall instead of sending a burst', async () => {
  const clock = new ManualClock();
  let frames = 0;
  let stalled = false;
  const frameClock = new FrameClock(
    {
      now: () => clock.now(),
      monotonic: () => clock.monotonic() + (stalled ? 60_000 : 0),
      after: (delayMs, fire) => clock.after(delayMs, fire),
      every: (periodMs, fire) => clock.every(periodMs, fire),
    },
    () => frames++,
  );
  frameClock.start();
  await clock.advance(100);
  stalled = true;
  await clock.advance(100);
  expect(frames).toBeLessThanOrEqual(11);
});
