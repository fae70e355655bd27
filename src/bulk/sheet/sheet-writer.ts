/** Thread that makes an XLSX file: rows come in parts, the file goes out when `null` comes. */
import { parentPort } from 'node:worker_threads';
import writeExcel from 'write-excel-file/node';

/** A cell; texts are never formulas in XLSX, for a formula is a type of its own there. */
export type SheetCell = string | number | boolean | null;

const port = parentPort!;
const rows: { readonly value: string | number | boolean }[][] = [];

port.on('message', async (part: readonly (readonly SheetCell[])[] | null) => {
  if (part) {
    for (const row of part) rows.push(row.map((value) => ({ value: value ?? '' })));
    return port.postMessage('more');
  }
  const bytes = await writeExcel(rows, { stickyRowsCount: 1 }).toBuffer();
  // Of its own, so that it is handed over and not copied.
  const file = new Uint8Array(bytes);
  port.postMessage(file, [file.buffer]);
});
