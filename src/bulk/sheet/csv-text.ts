import { neutral } from './sheet.ts';

/** Excel takes a file for UTF-8 by it. */
export const CSV_MARK = '\uFEFF';

/** A row of a CSV file (RFC 4180), with nothing in it that a program takes for a formula. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(text: string): string {
  const cell = neutral(text);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
