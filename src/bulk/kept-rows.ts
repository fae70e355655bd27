import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Slices } from '../shared/slices.ts';

/** Rows that are written, or read, in a turn of the loop. */
const SLICE = 100;

/** A row a line, as JSON: for a file of a job. */
export async function* linesOf(rows: Iterable<unknown>): AsyncGenerator<string, void> {
  const slices = new Slices(SLICE);
  let part = '';
  let count = 0;
  for (const row of rows) {
    await slices.step();
    part += `${JSON.stringify(row)}\n`;
    if (++count % SLICE !== 0) continue;
    yield part;
    part = '';
  }
  yield part;
}

/** What {@link linesOf} has written. */
export async function* rowsOf<Row>(file: Readable): AsyncGenerator<Row, void> {
  const slices = new Slices(SLICE);
  const lines = createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      await slices.step();
      if (line !== '') yield JSON.parse(line) as Row;
    }
  } finally {
    lines.close();
    file.destroy();
  }
}
