import type { Clock } from '../shared/clock.ts';
import { sleep } from '../shared/deadline.ts';
import { FailureLimiter } from '../shared/failure-limiter.ts';
import { AuthError } from './auth-error.ts';

/** Tries are forgotten when so long none came. */
const MEMORY_MS = 15 * 60_000;
/** So many wrong ones of an account from one address, and it hears no more of that account. */
const MAX_OF_BOTH = 20;
/** So many wrong ones from one address, whatever accounts: a company may stand behind it. */
const MAX_OF_ADDRESS = 200;
/** Each wrong one of an account, from wherever, holds up the next by so much more: it is never locked. */
const DELAY_MS = 100;
const MAX_DELAY_MS = 2_000;

/** Slows down who guesses passwords, and stops him where he stands; the owner of the account signs in from elsewhere. */
export class SignInThrottle {
  readonly #clock: Clock;
  readonly #both: FailureLimiter;
  readonly #addresses: FailureLimiter;
  readonly #accounts: FailureLimiter;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#both = new FailureLimiter(clock, MEMORY_MS);
    this.#addresses = new FailureLimiter(clock, MEMORY_MS);
    this.#accounts = new FailureLimiter(clock, MEMORY_MS);
  }

  /**
   * Before a try, which counts as a wrong one until {@link succeed}: many at once are not more than one after another. Resolves
   * when it may be made; throws AuthError `too-many-tries`. Accounts that there are not are treated like others.
   */
  async begin(account: string, address: string): Promise<void> {
    const both = `${account}\n${address}`;
    if (this.#both.count(both) >= MAX_OF_BOTH || this.#addresses.count(address) >= MAX_OF_ADDRESS) {
      const retryAfterMs = MEMORY_MS;
      throw new AuthError('too-many-tries', 'too many wrong passwords from this address', { retryAfterMs });
    }
    this.#both.fail(both);
    this.#addresses.fail(address);
    const tries = this.#accounts.fail(account) - 1;
    const delayMs = Math.min(tries * DELAY_MS, MAX_DELAY_MS);
    if (delayMs > 0) await sleep(this.#clock, delayMs);
  }

  succeed(account: string, address: string): void {
    this.#both.forget(`${account}\n${address}`);
    this.#accounts.forget(account);
    this.#addresses.forget(address);
  }
}
