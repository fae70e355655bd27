/** Batches as lines of JSON: what waits in files, and what a stop without a disk leaves on standard error. */
import { type FlatLayout, layoutSince } from './flat-events.ts';
import type { PackedBatch } from './journal-writer.ts';

/** A batch of a process that may be gone. */
export interface WaitingBatch extends PackedBatch {
  readonly nodeId: string;
  readonly layout: FlatLayout;
}

const FORMAT = 1;
const EVENTS = ',"events":';

/** Stands before the batches of a process: who wrote them, and how to read them. */
export function headerLine(nodeId: string, epoch: number): string {
  return `${JSON.stringify({ pbx400Journal: FORMAT, nodeId, layout: layoutSince(epoch) })}\n`;
}

export function batchLine({ number, now, events }: PackedBatch): string {
  return `{"batch":${number},"now":${now}${EVENTS}${events}}\n`;
}

/** Reads the lines of a file, or of a log among whose lines they stand. */
export class BatchLines {
  #header: { readonly nodeId: string; readonly layout: FlatLayout } | undefined;
  /** Lines that began as ours and could not be read. */
  broken = 0;

  /** The batch in a line; undefined when it holds none. */
  read(line: string): WaitingBatch | undefined {
    if (line.startsWith('{"pbx400Journal":')) this.#header = this.#parsed(line);
    else if (line.startsWith('{"batch":')) return this.#batchIn(line);
    return undefined;
  }

  #batchIn(line: string): WaitingBatch | undefined {
    const at = line.indexOf(EVENTS);
    const head = this.#parsed<{ batch: number; now: number }>(`${line.slice(0, at)}}`);
    const events = line.slice(at + EVENTS.length, -1);
    if (!head || !this.#header || this.#parsed(events) === undefined) {
      if (head) this.broken++;
      return undefined;
    }
    const { nodeId, layout } = this.#header;
    return { number: head.batch, now: head.now, epoch: layout.epoch, events, nodeId, layout };
  }

  #parsed<Value>(text: string): Value | undefined {
    try {
      return JSON.parse(text);
    } catch {
      this.broken++;
      return undefined;
    }
  }
}
