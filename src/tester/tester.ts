import type { Config } from '../config/config.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { ClosedError, DeadlineError, PbxError } from '../shared/errors.ts';
import type { Order, SimulationAnswer, SimulationOrder, Stamp, WaysAnswer, WaysOrder } from './test-order.ts';
import { TesterLink } from './tester-link.ts';

/** One runs, others wait: as many in all, and of one company. */
export const MAX_WAITING = 20;
export const MAX_WAITING_OF_COMPANY = 5;
/** A simulation takes milliseconds; the first one reads what companies have set up. */
export const LIMIT_MS = 20_000;
/** A thread that nobody asks ends after so long. */
const IDLE_MS = 300_000;
/** It begins anew after so many tests: the files that it has read again stay in its memory. */
const MAX_TESTS = 1000;

export interface TesterParts {
  readonly config: Config;
  readonly clock: Clock;
  /** What holds now. */
  readonly stamp: () => Stamp;
  /** For tests. */
  readonly link?: () => Pick<TesterLink, 'ask' | 'close' | 'isLost'>;
}

/** A simulation as it is asked for. */
export type SimulationWish = Omit<SimulationOrder, 'do' | 'plans'> & {
  readonly plans: Omit<SimulationOrder['plans'], 'stamp'>;
};

interface Waiting {
  readonly tenant: string;
  /** What the thread is asked when it is his turn. */
  readonly order: (stamp: Stamp) => Order;
  readonly what: string;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The number tester (号码测试): takes a call to a hotline through the engine in virtual time, in a thread of its own, which is
 * begun with the first test and ends when nobody tests any more.
 */
export class Tester {
  readonly #parts: TesterParts;
  readonly #waiting: Waiting[] = [];
  #running: Waiting | undefined;
  #thread: { readonly link: Pick<TesterLink, 'ask' | 'close' | 'isLost'>; tests: number } | undefined;
  #idle: Timer | undefined;
  #isClosed = false;

  constructor(parts: TesterParts) {
    this.#parts = parts;
  }

  /**
   * Throws PbxError `too-many-simulations` where as many wait as may; `change-refused`, `cannot-simulate` for what is wrong with
   * what is tried; DeadlineError for a call that keeps the thread busy for too long.
   */
  async simulate(wish: SimulationWish): Promise<SimulationAnswer> {
    const order = (stamp: Stamp): Order => ({ do: 'simulate', ...wish, plans: { ...wish.plans, stamp } });
    return (await this.#wait(wish.plans.tenant, order, 'the simulation')) as SimulationAnswer;
  }

  /** The ways that the calls of a hotline took, read by the thread. Throws as {@link simulate}. */
  async ways(wish: Omit<WaysOrder, 'do'>): Promise<WaysAnswer> {
    const order = (): Order => ({ do: 'ways', ...wish });
    return (await this.#wait(wish.tenant, order, 'reading the calls')) as WaysAnswer;
  }

  async #wait(tenant: string, order: Waiting['order'], what: string): Promise<unknown> {
    if (this.#isClosed) throw new ClosedError('the number tester');
    const all = [...this.#waiting, ...(this.#running ? [this.#running] : [])];
    const own = all.filter((one) => one.tenant === tenant);
    if (all.length > MAX_WAITING || own.length > MAX_WAITING_OF_COMPANY)
      throw new PbxError(
        'too-many-simulations',
        `${all.length} simulations are asked for already: try again`,
      );
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ tenant, order, what, resolve, reject });
      this.#advance();
    });
  }

  /** Ends what runs and waits. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#idle?.cancel();
    for (const { reject } of this.#waiting.splice(0)) reject(new ClosedError('the number tester'));
    await this.#end();
  }

  #advance(): void {
    if (this.#running || this.#isClosed) return;
    const next = this.#waiting.shift();
    if (!next) return this.#rest();
    this.#idle?.cancel();
    this.#running = next;
    void this.#run(next).finally(() => {
      this.#running = undefined;
      this.#advance();
    });
  }

  async #run({ order, what, resolve, reject }: Waiting): Promise<void> {
    const { clock, stamp, config, link = () => new TesterLink(config) } = this.#parts;
    if (this.#thread && (this.#thread.link.isLost || this.#thread.tests >= MAX_TESTS)) await this.#end();
    this.#thread ??= { link: link(), tests: 0 };
    this.#thread.tests++;
    let isLate = false;
    const limit = clock.after(LIMIT_MS, () => {
      isLate = true;
      void this.#end();
    });
    try {
      resolve(await this.#thread.link.ask(order(stamp())));
    } catch (error) {
      reject(isLate ? new DeadlineError(what, LIMIT_MS) : (error as Error));
    } finally {
      limit.cancel();
    }
  }

  #rest(): void {
    this.#idle?.cancel();
    this.#idle = this.#parts.clock.after(IDLE_MS, () => void this.#end());
  }

  async #end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.link.close();
  }
}
