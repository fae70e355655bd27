/**
 * Admission control in a process of its own, for tests that stop the process. Prints `on` or `off` at each change; works
 * without a pause from the first line on its input, and says `working` then.
 */
import { Admission, DEFAULT_ADMISSION } from '../../src/edge/gate/admission.ts';
import { eventLoopBusyShare, threadCpuShare } from '../../src/edge/gate/busy-share.ts';
import { systemClock } from '../../src/shared/clock.ts';

const say = (word: string) => process.stdout.write(`${word}\n`);
const load = { busyShare: eventLoopBusyShare(), cpuShare: threadCpuShare() };
new Admission(systemClock, DEFAULT_ADMISSION, load, (overloaded) => say(overloaded ? 'on' : 'off')).start();

function work(): void {
  const until = performance.now() + 80;
  while (performance.now() < until);
  setImmediate(work);
}

process.stdin.once('data', () => {
  say('working');
  work();
});
say('ready');
