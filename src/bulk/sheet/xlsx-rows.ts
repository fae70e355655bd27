import { readSheet, type SheetData } from 'read-excel-file/node';
import type { SheetLimits } from './sheet.ts';
import { SheetError } from './sheet-error.ts';
import { unpackedBytes } from './zip-size.ts';

/** The rows of the first sheet of an XLSX file, empty ones too. Throws SheetError. */
export async function* xlsxRows(
  bytes: Buffer,
  { unpackedBytes: most }: SheetLimits,
): AsyncGenerator<readonly string[], void> {
  if (unpackedBytes(bytes, most) === undefined) {
    const fix = 'save it anew from Excel as .xlsx, with the table on its first sheet';
    throw new SheetError(
      `it is no XLSX file, or larger than ${most / 1024 ** 2} MB when it is unpacked`,
      fix,
    );
  }
  let rows: SheetData;
  try {
    rows = await readSheet(bytes);
  } catch {
    throw new SheetError('its first sheet cannot be read', 'save it anew from Excel as .xlsx');
  }
  for (const row of rows) yield row.map(textOf);
}

/** As Excel shows it where nothing is formatted: dates as ISO 8601, digits of whole numbers all. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value).toString();
  return String(value).trim();
}
