/**
 * RTP ports of a range, handed out in pairs (RTP even, RTCP the next). Which one is next cannot be guessed: nobody can
 * send to a call that is about to begin. A port that comes back waits in the younger half of the row, so that packets of
 * the old call do not reach the next one.
 */
export class PortPool {
  readonly #free: number[];
  /** Ports before this index are handed out; keeps taking cheap. */
  #head = 0;
  readonly #used = new Set<number>();
  readonly #random: () => number;
  readonly size: number;

  /** @param random uniform in [0, 1), not to be guessed */
  constructor(portMin: number, portMax: number, random: () => number) {
    this.#random = random;
    this.#free = [];
    for (let port = portMin + (portMin % 2); port + 1 <= portMax; port += 2) this.#free.push(port);
    this.size = this.#free.length;
  }

  get free(): number {
    return this.#free.length - this.#head;
  }

  /** Any port of those that were free for longest, the older half; undefined when none is left. */
  take(): number | undefined {
    const chosen = this.#head + Math.floor(this.#random() * Math.ceil(this.free / 2));
    const port = this.#free[chosen];
    if (port === undefined) return undefined;
    this.#free[chosen] = this.#free[this.#head]!;
    this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#free.length) {
      this.#free.splice(0, this.#head);
      this.#head = 0;
    }
    this.#used.add(port);
    return port;
  }

  /** Whether a port, or the one of its pair, is handed out now. */
  isTaken(port: number): boolean {
    return this.#used.has(port - (port % 2));
  }

  /** Gives a port back. A port that was not taken is left out. */
  release(port: number): void {
    if (this.#used.delete(port)) this.#free.push(port);
  }
}
