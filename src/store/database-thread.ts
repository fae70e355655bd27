import { Worker } from 'node:worker_threads';
import { ClosedError } from '../shared/errors.ts';
import { StoreError } from './store.ts';

/** What a thread can be asked: by kind, the request and the reply. */
export type ThreadProtocol = Readonly<
  Record<string, { readonly request: object; readonly reply: unknown }>
> & {
  /** Closes the database; nothing can be asked afterwards. */
  readonly close: { readonly request: object; readonly reply: object };
};

/** A request on its way to the thread. */
export type ThreadRequest<Protocol extends ThreadProtocol> = {
  [Kind in keyof Protocol]: { readonly id: number; readonly kind: Kind } & Protocol[Kind]['request'];
}[keyof Protocol];

/** A thread's answer; that to request 0 says that it has opened its database. */
export type ThreadReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string };

/** What a thread tells unasked. */
export interface ThreadNotice {
  readonly told: unknown;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A thread could not do what it was asked; `reason` is a code of the database. */
export class ThreadError extends StoreError {
  readonly reason: string;

  constructor(message: string, reason: string) {
    super(`database: ${message} (${reason})`);
    this.reason = reason;
  }
}

/** The engine's end of a database's thread: every question is a promise. */
export class DatabaseThread<Protocol extends ThreadProtocol> {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;
  /** Resolves when it has opened its database; rejects with StoreError. */
  readonly opened: Promise<unknown>;

  /** Starts `script`. `place`: how errors name the database; `onTold`: hears what it tells unasked. */
  constructor(script: URL, workerData: object, place: string, onTold: (told: unknown) => void = () => {}) {
    this.#worker = new Worker(script, { workerData, name: 'pbx400-store' });
    this.#worker.on('message', (message: ThreadReply | ThreadNotice) => {
      if ('told' in message) onTold(message.told);
      else this.#onReply(message);
    });
    this.#worker.on('error', (error: Error) => {
      this.#fail(new StoreError(`the database ${place} cannot be used: ${error.message}`, { cause: error }));
    });
    this.#worker.on('exit', () => this.#fail(new ClosedError('the database')));
    this.opened = this.#await(0);
  }

  ask<Kind extends keyof Protocol & string>(
    kind: Kind,
    request: Protocol[Kind]['request'],
  ): Promise<Protocol[Kind]['reply']> {
    return this.#ask(kind, request) as Promise<Protocol[Kind]['reply']>;
  }

  /** Closes the database, after all that was asked before, and ends the thread. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#ask('close', {}).catch(() => {});
    await this.#worker.terminate();
  }

  #ask(kind: string, request: object): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    const reply = this.#await(id);
    this.#worker.postMessage({ id, kind, ...request });
    return reply;
  }

  #await(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  #onReply(reply: ThreadReply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.ok) pending?.resolve(reply.value);
    else pending?.reject(new ThreadError(reply.message, reply.code));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(this.#failure);
  }
}

/** The file of a thread beside `url`: published code is JavaScript, the repository runs TypeScript. */
export function threadScript(name: string, url: string): URL {
  return new URL(`./${name}${url.endsWith('.ts') ? '.ts' : '.js'}`, url);
}
