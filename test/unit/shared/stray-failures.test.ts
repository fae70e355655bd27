import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** In a process of its own: here vitest listens for them, too. */
const PROGRAM = `
import { logStrayFailures } from './src/shared/stray-failures.ts';
const stop = logStrayFailures({ error: ({ err }, msg) => console.log(err.message, '|', msg) });
void Promise.reject(new Error('the prompt is gone'));
setTimeout(() => {
  console.log('alive');
  stop();
  void Promise.reject(new Error('afterwards'));
}, 10);
`;

it('says what failed where nobody waited for it, and lets all else go on', () => {
  const run = () =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  let failure: { stdout?: string; status?: number } = {};
  try {
    run();
  } catch (error) {
    failure = error as typeof failure;
  }
  expect(failure.stdout?.split('\n')).toEqual([
    expect.stringMatching(/^the prompt is gone \| something failed/),
    'alive',
    '',
  ]);
  // Taken back, it is Node's again: the process ends.
  expect(failure.status).toBe(1);
});
