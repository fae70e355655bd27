import { Worker } from 'node:worker_threads';
import type { Config } from '../config/config.ts';
import { asError, ClosedError, PbxError } from '../shared/errors.ts';
import type { Notice, Order } from './test-order.ts';

/** Run by Node itself: TypeScript by type stripping, JavaScript once published. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './tester-thread.ts' : './tester-thread.js',
  import.meta.url,
);
/** What a thread may hold: the segment table, what companies have, the engine of one call. */
const MAX_HEAP_MIB = 1024;

/** A part of what came of an order so far. */
export type Part = Extract<Notice, { readonly tell: 'part' }>;

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onPart: (part: Part) => void;
}

/** The main thread's end of a thread that takes tests, one after the other. */
export class TesterLink {
  readonly #worker: Worker;
  #pending: Pending | undefined;
  #lost: Error | undefined;

  constructor(config: Config) {
    this.#worker = new Worker(ENTRY, {
      name: 'pbx400-tester',
      workerData: config,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    });
    this.#worker.on('message', (notice: Notice) => this.#take(notice));
    this.#worker.on('error', (error) => this.#lose(asError(error)));
    this.#worker.on('exit', () => this.#lose(new ClosedError('the thread of the number tester')));
  }

  /** The thread is gone. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Rejects with the PbxError of what was refused; with ClosedError when the thread is ended meanwhile. */
  async ask(order: Order, onPart: (part: Part) => void = () => {}): Promise<unknown> {
    if (this.#lost) throw this.#lost;
    return await new Promise((resolve, reject) => {
      this.#pending = { resolve, reject, onPart };
      this.#worker.postMessage(order);
    });
  }

  /** Ends the thread, whatever it does. */
  async close(): Promise<void> {
    this.#lose(new ClosedError('the thread of the number tester'));
    await this.#worker.terminate();
  }

  #take(notice: Notice): void {
    const pending = this.#pending;
    if (notice.tell === 'part') return pending?.onPart(notice);
    this.#pending = undefined;
    switch (notice.tell) {
      case 'done':
        return pending?.resolve(notice.answer);
      case 'refused': {
        const { code, message, flaws } = notice.refusal;
        return pending?.reject(new PbxError(code, message, flaws && { flaws }));
      }
      case 'failed':
        return pending?.reject(notice.error);
    }
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.#pending?.reject(this.#lost);
    this.#pending = undefined;
  }
}
