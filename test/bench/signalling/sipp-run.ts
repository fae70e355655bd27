import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one side of SIPp counted. */
export interface SippCounts {
  readonly created: number;
  readonly successful: number;
  readonly failed: number;
  readonly retransmitted: number;
  /** What the scenario counts by itself (`counter="name"`). */
  counted(name: string): number;
  /** Post-dial delays, INVITE to 180, in ms, sorted; empty for the called side. */
  readonly delaysMs: readonly number[];
}

const BUFFER_BYTES = String(4 * 1024 * 1024);

/** One SIPp process: the callers, more callers than can be served, or the line that is called. */
export class SippRun {
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));

  constructor(scenario: 'caller' | 'flood' | 'line', args: readonly string[]) {
    this.#child = spawn(
      'sipp',
      [
        ...['-sf', join(import.meta.dirname, `${scenario}.xml`), '-nostdin', '-buff_size', BUFFER_BYTES],
        ...['-trace_stat', '-stf', join(this.#folder, 'stat.csv'), '-fd', '1', '-timer_resol', '5'],
        ...(scenario === 'caller' ? ['-trace_rtt', '-rtt_freq', '1'] : []),
        ...args,
      ],
      { cwd: this.#folder, stdio: ['ignore', 'ignore', 'ignore'] },
    );
    this.exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Ends it at once. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Ends it and reads what it counted; first waits, up to 5 s, until it has written that `calls` were created. */
  async finish(calls = 0): Promise<SippCounts> {
    for (let tries = 0; tries < 50 && readCounts(this.#folder, this.pid).created < calls; tries++) {
      await new Promise((done) => setTimeout(done, 100));
    }
    // SIGUSR1: finish open calls and leave, with the last line of statistics written.
    if (this.#child.exitCode === null) this.#child.kill('SIGUSR1');
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await this.exited;
    clearTimeout(limit);
    const counts = readCounts(this.#folder, this.pid);
    rmSync(this.#folder, { recursive: true, force: true });
    return counts;
  }
}

function readCounts(folder: string, pid: number): SippCounts {
  const file = join(folder, 'stat.csv');
  const [head = '', ...rows] = (existsSync(file) ? readFileSync(file, 'utf8') : '').trim().split('\n');
  const names = head.split(';');
  const last = (rows.at(-1) ?? '').split(';');
  const value = (name: string) => Number(last[names.indexOf(name)] ?? 0);
  return {
    created: value('TotalCallCreated'),
    successful: value('SuccessfulCall(C)'),
    failed: value('FailedCall(C)'),
    retransmitted: value('Retransmissions(C)'),
    counted: (name) => value(`${name}(C)`),
    delaysMs: readDelays(join(folder, `caller_${pid}_rtt.csv`)),
  };
}

/** Lines `date_ms;response_time_ms;rtd_name`. */
function readDelays(file: string): number[] {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const delays = text
    .split('\n')
    .slice(1)
    .map((row) => Number(row.split(';')[1]));
  return delays.filter((delay) => Number.isFinite(delay)).sort((a, b) => a - b);
}

/** Value below which `part` of the sorted values lie. */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
