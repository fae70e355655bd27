/**
 * RTP ports of a range, handed out in pairs (RTP even, RTCP the next). A port that comes back goes to the end of the
 * row, so that packets of the old call do not reach the next one.
 */
export class PortPool {
  readonly #free: number[];
  /** Ports before this index are handed out; keeps taking cheap. */
  #head = 0;
  readonly #used = new Set<number>();
  readonly size: number;

  /** @param start where in the range to begin, 0 to 1 */
  constructor(portMin: number, portMax: number, start = 0) {
    const ports: number[] = [];
    for (let port = portMin + (portMin % 2); port + 1 <= portMax; port += 2) ports.push(port);
    this.size = ports.length;
    const first = Math.floor(start * this.size);
    this.#free = [...ports.slice(first), ...ports.slice(0, first)];
  }

  get free(): number {
    return this.#free.length - this.#head;
  }

  /** The port that was free for longest; undefined when none is left. */
  take(): number | undefined {
    const port = this.#free[this.#head];
    if (port === undefined) return undefined;
    this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#free.length) {
      this.#free.splice(0, this.#head);
      this.#head = 0;
    }
    this.#used.add(port);
    return port;
  }

  /** Gives a port back. A port that was not taken is left out. */
  release(port: number): void {
    if (this.#used.delete(port)) this.#free.push(port);
  }
}
