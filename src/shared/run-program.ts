import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Clock } from './clock.ts';

/** A program of the machine, run for one task on what somebody sent: nothing of it is trusted. */
export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  /** What it reads at its standard input. */
  readonly input?: string;
  /** Then it is killed. */
  readonly limitMs: number;
  readonly cpuSeconds: number;
  /** Address space. */
  readonly memoryBytes: number;
  /** Of each file that it writes. */
  readonly fileBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ProgramEnd {
  /** 0: it did what it was to do; undefined: it was killed. */
  readonly status: number | undefined;
  /** The end of what it said at standard error. */
  readonly said: string;
}

/** It is not installed. */
export const NOT_FOUND = 127;
const SAID_CHARACTERS = 16_000;

/** Sets the limits of this process, then becomes the program. 512 bytes are a block of `ulimit -f` (POSIX). */
const WITHIN_LIMITS =
  'ulimit -c 0; ulimit -t "$1"; ulimit -v "$2" 2>/dev/null; ulimit -f "$3"; shift 3; exec env -i PATH="$PATH" LC_ALL=C.UTF-8 "$@"';

/**
 * Runs it with low priority, for calls come first, and nothing of our environment but the path. Resolves when it has ended, however.
 * Rejects with the signal's reason when that is aborted.
 */
export async function runProgram(
  { command, args, input, signal, ...limits }: ProgramRun,
  clock: Pick<Clock, 'after'>,
): Promise<ProgramEnd> {
  signal?.throwIfAborted();
  const { limitMs, cpuSeconds, memoryBytes, fileBytes } = limits;
  const numbers = [cpuSeconds, memoryBytes / 1024, fileBytes / 512].map((each) => String(Math.ceil(each)));
  const child = spawn('/bin/sh', ['-c', WITHIN_LIMITS, 'sh', ...numbers, command, ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  const timer = clock.after(limitMs, kill);
  signal?.addEventListener('abort', kill, { once: true });
  if (child.pid !== undefined) lowerPriority(child.pid);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_CHARACTERS);
  });
  // Who ends without reading everything is heard of by its status.
  child.stdin.on('error', () => {}).end(input);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    signal?.throwIfAborted();
    return { status: status ?? undefined, said };
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', kill);
  }
}

/** Not the lowest: on a machine that is busy all day it would hardly ever run. */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already.
  }
}
