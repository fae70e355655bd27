/** Reads what V8 prints with --trace-gc: one line a collection, with the heap before and after it. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** What the thread that made most garbage did. */
export interface GcFigures {
  readonly collections: number;
  /** Allocated between the collections. */
  readonly bytes: number;
  readonly longestMs: number;
}

const LINE = /^\[\d+:(0x[0-9a-f]+)\].* ms: \D*([\d.]+) \([\d.]+\) -> ([\d.]+) \([\d.]+\) MB.*?, ([\d.]+) \/ /;
const MB = 1 << 20;

interface Thread {
  collections: number;
  bytes: number;
  longestMs: number;
  afterMb: number;
}

/** Adds up the collections of a process, each thread (V8 isolate) for itself. */
export class GcTrace {
  readonly #threads = new Map<string, Thread>();

  constructor(output: Readable) {
    createInterface(output).on('line', (line) => this.#take(line));
  }

  /** From now on. */
  reset(): void {
    for (const thread of this.#threads.values())
      Object.assign(thread, { collections: 0, bytes: 0, longestMs: 0 });
  }

  get busiest(): GcFigures {
    const none: GcFigures = { collections: 0, bytes: 0, longestMs: 0 };
    return [...this.#threads.values()].reduce<GcFigures>(
      (most, thread) => (thread.bytes > most.bytes ? thread : most),
      none,
    );
  }

  #take(line: string): void {
    const [, isolate, before, after, pause] = LINE.exec(line) ?? [];
    if (!isolate) return;
    const thread = this.#threads.get(isolate) ?? { collections: 0, bytes: 0, longestMs: 0, afterMb: 0 };
    this.#threads.set(isolate, thread);
    thread.collections++;
    thread.bytes += Math.max(0, Number(before) - thread.afterMb) * MB;
    thread.afterMb = Number(after);
    thread.longestMs = Math.max(thread.longestMs, Number(pause));
  }
}
