/** Issue 3: no message of 64 kB takes the stack longer than a millisecond. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

/** A bare loop over 64 kB on the machine where the goal was set: 2 cores of a cloud server. */
const LOOP_MS = 0.065;
const GOAL_MS = 1;
/** For what the machine does besides, also while the loop is measured; squared work would be hundreds of it. */
const TOLERANCE = 2;

it.each([1, 2, 3])('200 mutated messages of 64 kB, seed %d, one by one within a millisecond', (seed) => {
  const script = resolve('test/support/message-times.ts');
  const output = execFileSync(resolve('node_modules/.bin/node'), [script, `${seed}`, '200'], {
    encoding: 'utf8',
  });
  const { worstMs, loopMs, worst, left } = JSON.parse(output);
  expect(worstMs, worst).toBeLessThan(GOAL_MS * TOLERANCE * Math.max(1, loopMs / LOOP_MS));
  expect(left).toEqual({ server: 0, client: 0 });
});
