import type { Config } from '../config/config.ts';
import { aborted } from '../shared/aborted.ts';
import type { Clock } from '../shared/clock.ts';
import { ClosedError, DeadlineError } from '../shared/errors.ts';
import { Turns } from '../shared/turns.ts';
import type { ReplayAnswer, ReplayOrder, Stamp } from './test-order.ts';
import { type Part, TesterLink } from './tester-link.ts';

/** The most calls that one replay takes. */
export const MAX_REPLAYED = 1000;
/** Some calls take milliseconds; the first ones wait for what companies have set up, and for the records. */
export const PART_LIMIT_MS = 60_000;

export interface ReplaysParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly stamp: () => Stamp;
  /** For tests. */
  readonly link?: () => Pick<TesterLink, 'ask' | 'close'>;
}

/** A replay as it is asked for. */
export type ReplayWish = Omit<ReplayOrder, 'do' | 'plans'> & {
  readonly plans: Omit<ReplayOrder['plans'], 'stamp'>;
};

/** Replays (通话回放测试): each in a thread that ends with it, one after the other, beside the number tester. */
export class Replays {
  readonly #parts: ReplaysParts;
  readonly #turns = new Turns();

  constructor(parts: ReplaysParts) {
    this.#parts = parts;
  }

  /**
   * Resolves with what all calls come to; `onPart` has them as they are done. Throws PbxError for what is wrong with what is
   * tried, ClosedError when `signal` is aborted, DeadlineError when a call keeps the thread busy for too long.
   */
  async run(wish: ReplayWish, signal: AbortSignal, onPart: (part: Part) => void): Promise<ReplayAnswer> {
    const turn = this.#turns.take(() => this.#replay(wish, signal, onPart));
    // Who is cancelled while he waits for others waits no longer.
    turn.catch(() => {});
    const cancelled = aborted(signal).then(() => Promise.reject(new ClosedError('the replay')));
    return await Promise.race([turn, cancelled]);
  }

  async #replay(wish: ReplayWish, signal: AbortSignal, onPart: (part: Part) => void): Promise<ReplayAnswer> {
    if (signal.aborted) throw new ClosedError('the replay');
    const { clock, config, stamp, link = () => new TesterLink(config) } = this.#parts;
    const thread = link();
    let isLate = false;
    const watch = () =>
      clock.after(PART_LIMIT_MS, () => {
        isLate = true;
        void thread.close();
      });
    let limit = watch();
    const end = () => void thread.close();
    signal.addEventListener('abort', end, { once: true });
    try {
      const order: ReplayOrder = { do: 'replay', ...wish, plans: { ...wish.plans, stamp: stamp() } };
      const answer = await thread.ask(order, (part) => {
        limit.cancel();
        limit = watch();
        onPart(part);
      });
      return answer as ReplayAnswer;
    } catch (error) {
      throw isLate ? new DeadlineError('a call of the replay', PART_LIMIT_MS) : error;
    } finally {
      limit.cancel();
      signal.removeEventListener('abort', end);
      await thread.close();
    }
  }
}
