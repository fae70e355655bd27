import { expect, it } from 'vitest';
import { FRAME_SLOTS, FrameClock } from '../../../../src/media/embedded/worker/frame-clock.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';

/** Notes when which slot ran. */
class Notes {
  readonly turns: { slot: number; atMs: number }[] = [];
  used = new Set(Array.from({ length: FRAME_SLOTS }, (_, slot) => slot));
  uses(slot: number): boolean {
    return this.used.has(slot);
  }
  onSlot(slot: number, nowMs: number): void {
    this.turns.push({ slot, atMs: nowMs });
  }
  of(slot: number): number[] {
    return this.turns.filter((turn) => turn.slot === slot).map(({ atMs }) => atMs);
  }
}

it('gives each slot 50 turns a second, 20 ms apart, without drift', async () => {
  const clock = new ManualClock();
  const notes = new Notes();
  const frameClock = new FrameClock(clock, notes);
  const startMs = clock.monotonic();
  frameClock.start();
  frameClock.start();
  // the first turns come after 20 ms
  await clock.advance(10_019);
  for (let slot = 0; slot < FRAME_SLOTS; slot++) {
    const due = Array.from({ length: 500 }, (_, n) => startMs + (n + 1) * 20 + (slot * 20) / FRAME_SLOTS);
    expect(notes.of(slot)).toEqual(due);
  }
  frameClock.stop();
  expect(clock.pending).toBe(0);
});

it('wakes only for slots in use, and takes up new ones within a frame', async () => {
  const clock = new ManualClock();
  let timers = 0;
  const counted = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (delayMs: number, fire: () => void) => {
      timers++;
      return clock.after(delayMs, fire);
    },
    every: (periodMs: number, fire: () => void) => clock.every(periodMs, fire),
  };
  const notes = new Notes();
  notes.used = new Set([1]);
  new FrameClock(counted, notes).start();
  await clock.advance(1000);
  expect(notes.turns.length).toBe(49);
  expect(timers).toBeLessThanOrEqual(51);
  notes.used.add(3);
  await clock.advance(40);
  expect(notes.of(3).length).toBeGreaterThanOrEqual(1);
});

/** A clock whose timers come late, as on a busy machine. */
class LateClock extends ManualClock {
  override after(delayMs: number, fire: () => void) {
    return super.after(delayMs + 7, fire);
  }
}

it('catches up what timers come late, in order', async () => {
  const clock = new LateClock();
  const notes = new Notes();
  new FrameClock(clock, notes).start();
  await clock.advance(10_000);
  expect(notes.of(0).length).toBeGreaterThanOrEqual(498);
  expect(notes.of(0).length).toBeLessThanOrEqual(500);
  expect(notes.turns.map(({ slot }) => slot)).toEqual(notes.turns.map((_, index) => index % FRAME_SLOTS));
});

it('skips a stall instead of sending a burst', async () => {
  const clock = new ManualClock();
  const notes = new Notes();
  let stalled = false;
  const frameClock = new FrameClock(
    {
      now: () => clock.now(),
      monotonic: () => clock.monotonic() + (stalled ? 60_000 : 0),
      after: (delayMs, fire) => clock.after(delayMs, fire),
      every: (periodMs, fire) => clock.every(periodMs, fire),
    },
    notes,
  );
  frameClock.start();
  await clock.advance(100);
  stalled = true;
  await clock.advance(100);
  for (let slot = 0; slot < FRAME_SLOTS; slot++) expect(notes.of(slot).length).toBeLessThanOrEqual(11);
});
