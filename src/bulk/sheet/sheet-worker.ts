/** Thread that reads a table: no call has to wait for it. A part at a time, when it is asked for. */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { csvRows } from './csv-rows.ts';
import type { SheetLimits, SheetRow } from './sheet.ts';
import { SheetError } from './sheet-error.ts';
import { xlsxRows } from './xlsx-rows.ts';

/** What it is told to read. */
export interface SheetToRead {
  readonly path: string;
  readonly limits: SheetLimits;
  /** Rows of a part. */
  readonly part: number;
}

/** What it says: the next rows, the last ones, or what is wrong. */
export type SheetSays =
  | { readonly rows: readonly SheetRow[]; readonly isLast: boolean }
  | { readonly reason: string; readonly fix: string };

const { path, limits, part } = workerData as SheetToRead;
const port = parentPort!;

/** A ZIP file, which XLSX is (APPNOTE 4.3.7), and the compound file of Excel before 2007. */
const ZIP = '504b0304';
const COMPOUND = 'd0cf11e0';

/** By its first bytes: what it is called, and sent as, says too little. */
function rowsOf(bytes: Buffer): AsyncIterable<readonly string[]> {
  const begin = bytes.toString('hex', 0, 4);
  if (begin === COMPOUND)
    throw new SheetError('it is of an Excel before 2007', 'save it as .xlsx or as CSV UTF-8');
  return begin === ZIP ? xlsxRows(bytes, limits) : csvRows(bytes, limits);
}

async function* limitedRows(): AsyncGenerator<SheetRow, void> {
  let row = 0;
  let taken = 0;
  for await (const cells of rowsOf(await readFile(path))) {
    row++;
    if (cells.length > limits.columns)
      throw new SheetError(
        `row ${row} has more than ${limits.columns} columns`,
        'leave out what is not needed',
      );
    if (cells.some((cell) => cell.length > limits.cell))
      throw new SheetError(`row ${row} has a cell of more than ${limits.cell} characters`, 'shorten it');
    if (cells.every((cell) => cell === '')) continue;
    // The titles are no row of their own.
    if (taken++ > limits.rows)
      throw new SheetError(`it has more than ${limits.rows} rows`, 'cut it into several files');
    yield { row, cells };
  }
}

async function* parts(): AsyncGenerator<SheetSays, void> {
  let rows: SheetRow[] = [];
  try {
    for await (const row of limitedRows()) {
      rows.push(row);
      if (rows.length < part) continue;
      yield { rows, isLast: false };
      rows = [];
    }
    yield { rows, isLast: true };
  } catch (error) {
    if (!(error instanceof SheetError)) throw error;
    yield { reason: error.message, fix: error.fix };
  }
}

const all = parts();
port.on('message', async () => {
  const { value } = await all.next();
  if (value) port.postMessage(value);
});
