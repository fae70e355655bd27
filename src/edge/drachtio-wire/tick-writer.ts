import type { Socket } from 'node:net';

/** Who lets so much wait does not read any more. */
export const MAX_WAITING_BYTES = 16 << 20;

/** Writes what one round of work has to say in one go: a system call costs more than the message. Nothing waits. */
export class TickWriter {
  readonly #stream: Socket;
  #corked = false;

  constructor(stream: Socket) {
    this.#stream = stream;
  }

  /** Bytes that the other side has not taken yet. */
  get waiting(): number {
    return this.#stream.writableLength;
  }

  write(frame: string | Buffer): void {
    if (!this.#corked) {
      this.#corked = true;
      this.#stream.cork();
      process.nextTick(() => this.flush());
    }
    this.#stream.write(frame);
  }

  /** What was written goes out now. */
  flush(): void {
    if (!this.#corked) return;
    this.#corked = false;
    this.#stream.uncork();
  }
}
