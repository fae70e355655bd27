import { Socket } from 'node:net';

/** What a {@link SrfSocket} gives on. */
export interface SrfSocketUser {
  /** srf wrote this: whole frames. */
  onWrite(bytes: Buffer): void;
  /** srf wants the connection closed. */
  onEnd(): void;
}

/**
 * The end of a server's connection that srf holds. srf wants a `net.Socket`; this one has no descriptor: what srf
 * writes goes to its user, and its user decides what srf reads. So the true connection stays ours, with its
 * framing, its reconnection and its checks.
 */
export class SrfSocket extends Socket {
  #user: SrfSocketUser | undefined;

  constructor(user: SrfSocketUser) {
    super();
    this.#user = user;
  }

  /** Gives srf bytes to read: at once, so that the order of all that comes stays as it was. */
  deliver(bytes: Buffer): void {
    this.emit('data', bytes);
  }

  override _read(): void {}

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#user?.onWrite(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    done();
  }

  override _writev(chunks: { chunk: Buffer | string }[], done: (error?: Error) => void): void {
    for (const { chunk } of chunks)
      this.#user?.onWrite(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    done();
  }

  override _final(done: (error?: Error) => void): void {
    this.#user?.onEnd();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#user = undefined;
    done(error);
    // A net.Socket tells of its end itself.
    process.nextTick(() => this.emit('close', error !== null));
  }
}
