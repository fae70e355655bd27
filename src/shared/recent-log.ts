import type { DestinationStream } from 'pino';

/** Characters of lines that are kept. */
const MOST = 4_000_000;

/** A log that keeps its last lines in memory, beside writing them on: for who looks for a fault. */
export class RecentLog implements DestinationStream {
  readonly #to: DestinationStream & { flushSync?(): void };
  readonly #half: number;
  /** When the newer half is full it becomes the older one, which goes. */
  #older: string[] = [];
  #newer: string[] = [];
  #length = 0;

  constructor(to: DestinationStream & { flushSync?(): void }, most = MOST) {
    this.#to = to;
    this.#half = most / 2;
  }

  write(line: string): void {
    this.#to.write(line);
    this.#newer.push(line);
    this.#length += line.length;
    if (this.#length <= this.#half) return;
    this.#older = this.#newer;
    this.#newer = [];
    this.#length = 0;
  }

  flushSync(): void {
    this.#to.flushSync?.();
  }

  /** Lines as they were written, since a time (ms since 1970), the oldest first; '' for each before it, so that who reads can stop between. */
  *since(ms: number): Generator<string, void> {
    for (const line of [...this.#older, ...this.#newer]) {
      const time = /"time":"([^"]+)"/.exec(line)?.[1];
      yield time === undefined || Date.parse(time) >= ms ? line.trimEnd() : '';
    }
  }
}
