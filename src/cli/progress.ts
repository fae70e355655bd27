import { type Clock, systemClock } from '../shared/clock.ts';

/** Between two lines, and between two states of the line on a terminal. */
const LINES_MS = 2000;
const TERMINAL_MS = 200;
/** Clears the rest of a terminal's line (ECMA-48 EL). */
const CLEAR = '\u001b[K';

export interface ProgressOptions {
  /** A person sees it: one line is written over and over. Default: whether standard error is a terminal. */
  readonly isTerminal?: boolean;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

/** Says how far long work has come: a line now and then, or on a terminal one that changes and is gone in the end. */
export class Progress {
  readonly #tell: (text: string) => void;
  readonly #isTerminal: boolean;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #next: number;
  #isShown = false;

  constructor(
    tell: (text: string) => void,
    { isTerminal = process.stderr.isTTY === true, clock = systemClock }: ProgressOptions = {},
  ) {
    this.#tell = tell;
    this.#isTerminal = isTerminal;
    this.#clock = clock;
    this.#next = clock.monotonic() + this.#periodMs;
  }

  /** `total` 0: nobody knows. */
  say(what: string, done: number, total: number): void {
    const now = this.#clock.monotonic();
    if (now < this.#next || done === total) return;
    this.#next = now + this.#periodMs;
    const text = `${what}: ${done}${total > 0 ? ` of ${total} (${Math.floor((100 * done) / total)} %)` : ''}`;
    this.#tell(this.#isTerminal ? `\r${text}${CLEAR}` : `${text}\n`);
    this.#isShown = true;
  }

  /** The work is over: what is said next begins a line. */
  end(): void {
    if (this.#isTerminal && this.#isShown) this.#tell(`\r${CLEAR}`);
    this.#isShown = false;
  }

  get #periodMs(): number {
    return this.#isTerminal ? TERMINAL_MS : LINES_MS;
  }
}
