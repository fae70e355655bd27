import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { PbxError } from '../../shared/errors.ts';
import { CSV_MARK, csvLine } from './csv-text.ts';
import type { SheetCell } from './sheet-writer.ts';

/** Rows, the titles first, a few at a time: each part is dealt with in one turn of the loop. */
export type SheetParts = AsyncIterable<readonly (readonly SheetCell[])[]>;

/** Memory of the thread that makes an XLSX. */
const HEAP_MB = 1024;

/** A CSV file, part by part, with nothing in it that a program takes for a formula. */
export async function* csvFile(parts: SheetParts): AsyncGenerator<string, void> {
  yield CSV_MARK;
  for await (const part of parts)
    yield part.map((row) => csvLine(row.map((cell) => (cell === null ? '' : String(cell))))).join('');
}

/** Objects of the titles, as a JSON list, part by part. */
export async function* jsonFile(parts: SheetParts): AsyncGenerator<string, void> {
  let titles: readonly string[] | undefined;
  let between = '[\n';
  for await (const part of parts) {
    let text = '';
    for (const row of part) {
      if (!titles) {
        titles = row.map(String);
        continue;
      }
      const names = titles;
      text += between + JSON.stringify(Object.fromEntries(row.map((cell, at) => [names[at]!, cell])));
      between = ',\n';
    }
    yield text;
  }
  yield between === '[\n' ? '[]\n' : '\n]\n';
}

/** An XLSX file, made in a thread. Throws PbxError `too-large` for more than that has memory for, and the signal's reason. */
export async function xlsxFile(parts: SheetParts, signal: AbortSignal): Promise<Uint8Array> {
  const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB };
  const worker = new Worker(new URL('./sheet-writer.ts', import.meta.url), { resourceLimits });
  const ask = async (part: readonly (readonly SheetCell[])[] | null) => {
    const answer = once(worker, 'message', { signal });
    worker.postMessage(part);
    return (await answer)[0];
  };
  try {
    for await (const part of parts) await ask(part);
    return await ask(null);
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    throw new PbxError('too-large', 'the table is too large for XLSX: take CSV, or a narrower filter');
  } finally {
    await worker.terminate();
  }
}
