import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used, all threads (`/proc/PID/stat` 14 and 15). */
export function cpuSeconds(pid: number): number {
  const [user, system] = timesOf(pid);
  return (user + system) / TICKS_PER_SECOND;
}

/** The same of a process and of those that it has started, also of those that are gone (16 and 17). */
export function familyCpuSeconds(pid: number): number {
  const ticks = timesOf(pid).reduce((sum, each) => sum + each);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  return children.reduce((sum, child) => sum + cpuSeconds(Number(child)), ticks / TICKS_PER_SECOND);
}

/** Of itself and of its children that are gone: user and system. */
function timesOf(pid: number): readonly [user: number, system: number, gone: number, goneSystem: number] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).map(Number) as [number, number, number, number];
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  const match = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? 0) / 1024;
}
