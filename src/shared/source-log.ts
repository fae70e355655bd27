import type { Clock, Timer } from './clock.ts';

const PERIOD_MS = 1000;
/** Sources told apart in one second; what more of them send is one line. */
const MAX_SOURCES = 1000;
const OTHERS = 'others';

/**
 * One line of log a second and source, with a count: the first event at once, what follows in the same second together.
 * Whoever floods us must not fill the disk.
 */
export class SourceLog {
  readonly #clock: Clock;
  readonly #write: (source: string, count: number) => void;
  /** Events of this second that have not been written. */
  readonly #counts = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(clock: Clock, write: (source: string, count: number) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  note(source: string): void {
    const key = this.#counts.has(source) || this.#counts.size < MAX_SOURCES ? source : OTHERS;
    const count = this.#counts.get(key);
    if (count === undefined) this.#write(key, 1);
    this.#counts.set(key, count === undefined ? 0 : count + 1);
    this.#timer ??= this.#clock.after(PERIOD_MS, () => this.#flush());
  }

  /** Writes what is left. */
  close(): void {
    this.#timer?.cancel();
    this.#flush();
  }

  #flush(): void {
    this.#timer = undefined;
    for (const [source, count] of this.#counts) if (count > 0) this.#write(source, count);
    this.#counts.clear();
  }
}
