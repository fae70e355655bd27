import { readFileSync } from 'node:fs';

/**
 * How many times longer a process takes on this machine than on one that has a processor for it: its first thread runs, or waits
 * for a processor that others have (schedstat of proc(5): both in ns, since it was started).
 */
export function slownessOf(pid: number): number {
  const [ran = 1, waited = 0] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8')
    .split(' ')
    .map(Number);
  return (ran + waited) / ran;
}
