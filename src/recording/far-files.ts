import { type ChildProcess, fork } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock, Timer } from '../shared/clock.ts';
import { ClosedError, DeadlineError, PbxError } from '../shared/errors.ts';

export type FarRequest =
  | { readonly ask: 'move'; readonly from: string; readonly to: string }
  | { readonly ask: 'remove'; readonly file: string }
  | { readonly ask: 'size'; readonly file: string }
  | { readonly ask: 'read'; readonly file: string; readonly from: number; readonly bytes: number }
  | { readonly ask: 'room'; readonly folder: string };

export type FarReply =
  | { readonly moved: { readonly bytes: number; readonly sha256: string } }
  | { readonly removed: boolean }
  | { readonly size: number | undefined }
  /** In base64. */
  | { readonly piece: string }
  | { readonly freeBytes: number; readonly totalBytes: number }
  | { readonly error: string };

/** 10 minutes of talk are 19 MB; a server that takes longer is taken for dead. */
const LIMIT_MS = 120_000;

export interface FarFilesParts {
  /** Where recordings are moved to. */
  readonly folder: string;
  readonly clock: Clock;
  /** Default 2 minutes. */
  readonly limitMs?: number;
}

/**
 * Files in a folder that may not answer, such as an NFS mount. One question at a time, asked of a child process with a time
 * limit: a thread of this process never waits for that folder. A child that cannot even be killed keeps others from hanging
 * beside it: until the system has ended it, every question is refused.
 */
export class FarFiles {
  readonly #parts: FarFilesParts;
  #child: ChildProcess | undefined;
  #isStuck = false;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();
  #abort: (() => void) | undefined;

  constructor(parts: FarFilesParts) {
    this.#parts = parts;
  }

  has(file: string): boolean {
    const path = relative(this.#parts.folder, file);
    return path !== '' && !path.startsWith('..');
  }

  /** Copies a file there and proves the copy. Rejects with PbxError, DeadlineError, ClosedError; then the copy is not there. */
  async move(from: string, to: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const reply = await this.#ask({ ask: 'move', from, to });
    return (reply as Extract<FarReply, { moved: unknown }>).moved;
  }

  /** False: it was not there. Rejects as {@link move}. */
  async remove(file: string): Promise<boolean> {
    const reply = await this.#ask({ ask: 'remove', file });
    return (reply as Extract<FarReply, { removed: unknown }>).removed;
  }

  /** Bytes of a file; undefined: it is not there. Rejects as {@link move}. */
  async size(file: string): Promise<number | undefined> {
    const reply = await this.#ask({ ask: 'size', file });
    return (reply as Extract<FarReply, { size: unknown }>).size;
  }

  /** A piece of a file; less, or nothing, at its end. Rejects as {@link move}. */
  async read(file: string, from: number, bytes: number): Promise<Buffer> {
    const reply = await this.#ask({ ask: 'read', file, from, bytes });
    return Buffer.from((reply as Extract<FarReply, { piece: unknown }>).piece, 'base64');
  }

  /** Room on its disk, in bytes. Rejects as {@link move}. */
  async room(): Promise<{ readonly freeBytes: number; readonly totalBytes: number }> {
    const reply = await this.#ask({ ask: 'room', folder: this.#parts.folder });
    return reply as Extract<FarReply, { freeBytes: unknown }>;
  }

  /** Rejects what waits, and waits for nothing itself. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#abort?.();
    this.#kill();
  }

  #ask(request: FarRequest): Promise<FarReply> {
    const asked = this.#last.then(() => this.#askNow(request));
    this.#last = asked.catch(() => {});
    return asked;
  }

  async #askNow(request: FarRequest): Promise<FarReply> {
    if (this.#closed) throw new ClosedError(this.#parts.folder);
    if (this.#isStuck) throw new PbxError('output', `${this.#parts.folder} still does not answer`);
    const child = this.#child ?? this.#start();
    const { limitMs = LIMIT_MS, clock } = this.#parts;
    let timer: Timer | undefined;
    try {
      const reply = await new Promise<FarReply>((resolve, reject) => {
        timer = clock.after(limitMs, () => reject(new DeadlineError(this.#parts.folder, limitMs)));
        this.#abort = () => reject(new ClosedError(this.#parts.folder));
        child.once('message', (answer) => resolve(answer as FarReply));
        child.once('exit', () =>
          reject(new PbxError('output', `the process for ${this.#parts.folder} ended`)),
        );
        child.send(request);
      });
      if ('error' in reply) throw new PbxError('output', reply.error);
      return reply;
    } catch (error) {
      if (error instanceof DeadlineError) this.#kill();
      throw error;
    } finally {
      timer?.cancel();
      this.#abort = undefined;
      child.removeAllListeners('message');
    }
  }

  #start(): ChildProcess {
    const script = new URL(
      `./far-files-child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
      import.meta.url,
    );
    const child = fork(fileURLToPath(script), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.unref();
    child.channel?.unref();
    child.on('error', () => {});
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
      this.#isStuck = false;
    });
    this.#child = child;
    return child;
  }

  #kill(): void {
    if (!this.#child) return;
    this.#isStuck = true;
    this.#child.kill('SIGKILL');
  }
}
