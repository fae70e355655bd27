import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { decodeText } from './decode-text.ts';
import type { SheetLimits } from './sheet.ts';
import { SheetError } from './sheet-error.ts';

/** Characters that are parsed at once. */
const SLICE = 64 * 1024;
const DELIMITERS = [',', ';', '\t'] as const;

/** The rows of a CSV file, empty ones too. Throws SheetError. */
export async function* csvRows(
  bytes: Uint8Array,
  limits: SheetLimits,
): AsyncGenerator<readonly string[], void> {
  const text = decodeText(bytes);
  if (text === undefined)
    throw new SheetError('it is no text in UTF-8 or GB18030', 'save it as CSV UTF-8, or as XLSX');
  const parser = parse({
    delimiter: delimiterOf(text),
    relax_column_count: true,
    trim: true,
    max_record_size: limits.columns * limits.cell,
  });
  const rows = Readable.from(slicesOf(text))
    .on('error', (error) => parser.destroy(error))
    .pipe(parser);
  try {
    for await (const cells of rows) yield cells as string[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new SheetError(`it is no CSV: ${error.message}`, 'save it anew from Excel, as CSV UTF-8 or XLSX');
  }
}

function* slicesOf(text: string): Generator<string, void> {
  for (let from = 0; from < text.length; from += SLICE) yield text.slice(from, from + SLICE);
}

/** That of which the first line has most: Excel writes what the machine's region says. */
function delimiterOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const first = end < 0 ? text : text.slice(0, end);
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: first.split(delimiter).length }));
  return counted.reduce((most, each) => (each.count > most.count ? each : most)).delimiter;
}
