import { expect, test } from 'vitest';
import { Admission, DEFAULT_ADMISSION } from '../../../../src/edge/gate/admission.ts';
import type { Clock } from '../../../../src/shared/clock.ts';

/** An event loop whose samples come as late as the test says. */
class LateLoop {
  readonly changes: boolean[] = [];
  readonly admission: Admission;
  #nowMs = 0;
  #sample = () => {};

  /** `cpuShare`: of the time between samples that the thread was on a processor; `busyShare`: not waiting. */
  constructor(cpuShare?: number, busyShare = 0.2) {
    const clock = {
      monotonic: () => this.#nowMs,
      every: (_periodMs: number, fire: () => void) => {
        this.#sample = fire;
        return { cancel: () => {} };
      },
    } as unknown as Clock;
    this.admission = new Admission(
      clock,
      DEFAULT_ADMISSION,
      { busyShare: () => busyShare, cpuShare: cpuShare === undefined ? undefined : () => cpuShare },
      (overloaded) => {
        this.changes.push(overloaded);
      },
    );
    this.admission.start();
  }

  sample(lateMs: number, times = 1): void {
    for (let count = 0; count < times; count++) {
      this.#nowMs += 50 + lateMs;
      this.#sample();
    }
  }
}

test('a single computation, however long, refuses nobody', () => {
  const loop = new LateLoop();
  loop.sample(2, 20);
  loop.sample(5000);
  expect(loop.admission.overloaded).toBe(false);
  loop.sample(2, 20);
  expect(loop.changes).toEqual([]);
});

test('a machine that stands still again and again refuses nobody', () => {
  const loop = new LateLoop(0.1);
  for (let stall = 0; stall < 20; stall++) {
    loop.sample(400, 2);
    loop.sample(0, 2);
  }
  expect(loop.changes).toEqual([]);
});

test('an engine that gets too little of its processor is full: it finds no time to wait', () => {
  const loop = new LateLoop(0.3, 1);
  loop.sample(60, 30);
  expect(loop.changes).toEqual([true]);
});

test('the second computation in a row does, until the loop has caught up', () => {
  const loop = new LateLoop();
  loop.sample(300, 2);
  expect(loop.changes).toEqual([true]);
  loop.sample(0, 10);
  expect(loop.changes).toEqual([true, false]);
});

test('a loop that is always late by more than the limit is overloaded', () => {
  const loop = new LateLoop();
  loop.sample(60, 20);
  expect(loop.changes).toEqual([true]);
  loop.sample(30, 20);
  expect(loop.changes).toEqual([true, false]);
});
