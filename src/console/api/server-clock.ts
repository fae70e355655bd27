/**
 * The server's time. Clocks of agents' machines are wrong by minutes, and all times on the screen are the server's. Each answer says its second
 * (`Date`, RFC 9110 6.6.1): the server's clock was in that second while the answer was awaited.
 */
export class ServerClock {
  readonly #now: () => number;
  /** The server is ahead by so much at least, and at most, in ms. */
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** What an answer said that was asked for at `askedAt`, by this machine's clock, and is there now. */
  take(date: string | null, askedAt: number): void {
    const second = Date.parse(date ?? '');
    if (Number.isNaN(second)) return;
    const least = second - this.#now();
    const most = second + 1000 - askedAt;
    // A machine's clock that was set meanwhile makes nonsense of what was known before.
    const fits = least <= this.#most && most >= this.#least;
    this.#least = fits ? Math.max(least, this.#least) : least;
    this.#most = fits ? Math.min(most, this.#most) : most;
  }

  /** How far the server is ahead, ms; 0 while this machine's clock may be right. */
  get aheadMs(): number {
    if (this.#least > 0) return this.#least;
    return this.#most < 0 ? this.#most : 0;
  }

  /** Ms since 1970. */
  get now(): number {
    return this.#now() + this.aheadMs;
  }
}

export const serverClock = new ServerClock();
