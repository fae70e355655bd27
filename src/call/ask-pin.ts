import { createHash, timingSafeEqual } from 'node:crypto';
import type { PlayItem } from '../media/media.ts';
import { sleep } from '../shared/deadline.ts';
import { FailureLimiter } from '../shared/failure-limiter.ts';
import type { Call } from './call.ts';
import { gather, play } from './gather.ts';

/** So often a PIN is asked for in a call. */
const TRIES = 3;
/** So many wrong ones, and no more is taken from there for what they open until a minute has passed without. */
const MAX_FAILURES = 5;
/** The same for all that is tried from there: who tries one PIN on everything gets no further. */
const MAX_FROM = 10;
/** Each wrong one holds up the next by so much more. */
const DELAY_MS = 1_000;

/** What a PIN opens, and how it is asked for. */
export interface PinQuestion<Opened> {
  /** What it opens. */
  readonly lock: string;
  /** Where it is keyed: guesses are counted by both. */
  readonly from: string;
  readonly ask: readonly PlayItem[];
  readonly wrong: readonly PlayItem[];
  /** What the digits open; undefined: nothing. None where nothing was keyed. */
  opens(digits: string): Opened | undefined;
}

/** Asks callers for PINs (密码); who guesses is slowed down. */
export class PinAsker {
  readonly #failures: FailureLimiter;

  constructor(clock: ConstructorParameters<typeof FailureLimiter>[0]) {
    this.#failures = new FailureLimiter(clock);
  }

  /** Resolves with what was opened, or why nothing was; rejects with ClosedError when the call ends. What was keyed is in no record. */
  async ask<Opened extends object>(
    call: Call,
    { lock, from, ask, wrong, opens }: PinQuestion<Opened>,
  ): Promise<Opened | 'wrong-pin' | 'too-many-tries'> {
    const key = `${from}/${lock}`;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (this.#isShut(key, from)) return 'too-many-tries';
      const digits = await keyed(call, ask);
      // of many calls at once none gets more
      if (this.#isShut(key, from)) return 'too-many-tries';
      const opened = opens(digits);
      if (opened !== undefined) {
        this.#failures.forget(key);
        return opened;
      }
      this.#failures.fail(from);
      const failures = this.#failures.fail(key);
      call.log.warn({ lock, failures }, 'a wrong PIN');
      await sleep(call.context.clock, failures * DELAY_MS, call.signal);
      await play(call, call.caller, wrong);
    }
    return 'wrong-pin';
  }

  #isShut(key: string, from: string): boolean {
    return this.#failures.count(key) >= MAX_FAILURES || this.#failures.count(from) >= MAX_FROM;
  }
}

/** Whether two PINs are the same; how long it takes tells nothing. */
export function isSamePin(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

const digest = (text: string) => createHash('sha256').update(text).digest();

async function keyed(call: Call, items: readonly PlayItem[]): Promise<string> {
  const { digits } = await gather(call, call.caller, {
    items,
    min: 1,
    max: 12,
    timeoutMs: 10_000,
    interDigitMs: 4_000,
    terminator: '#',
  });
  return digits;
}
