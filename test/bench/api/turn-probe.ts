/**
 * Loaded into the PBX that is measured (`--import`): on the word of its parent it tells how long its main thread was busy at one go, in
 * processor time, which neighbours do not disturb, and how much processor time it and all threads have used.
 */
import { isMainThread } from 'node:worker_threads';

/** What one stretch showed. */
export interface Probed {
  /** Processor time of the main thread, ms. */
  readonly mainMs: number;
  /** Of all threads, ms. */
  readonly allMs: number;
  /** Processor time of the main thread between two looks at the timers, ms, sorted. */
  readonly turnsMs: readonly number[];
}

const msOf = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;

/** A timer of a millisecond that asks each time how much the thread has used since the last time. */
class Probe {
  readonly #main = process.threadCpuUsage();
  readonly #all = process.cpuUsage();
  readonly #turnsMs: number[] = [];
  #last = this.#main;
  readonly #timer = setInterval(() => {
    const now = process.threadCpuUsage();
    this.#turnsMs.push(msOf(now) - msOf(this.#last));
    this.#last = now;
  }, 1);

  end(): Probed {
    clearInterval(this.#timer);
    return {
      mainMs: msOf(process.threadCpuUsage(this.#main)),
      allMs: msOf(process.cpuUsage(this.#all)),
      turnsMs: this.#turnsMs.sort((one, other) => one - other),
    };
  }
}

if (isMainThread && process.send) {
  let probe: Probe | undefined;
  process.on('message', (word) => {
    if (word === 'begin') probe = new Probe();
    if (word === 'end') process.send!(probe!.end());
  });
  process.channel?.unref();
  // Who measures was ended.
  process.on('disconnect', () => process.exit());
}
