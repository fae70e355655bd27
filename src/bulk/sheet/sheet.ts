/** A table as people have it in Excel: what is read of one, and what is written. */

/** Formats of a table by the end of its name and what it is sent as. */
export const SHEET_TYPES = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
export type SheetFormat = keyof typeof SHEET_TYPES;

/** A row; `row` is its number where people see it: the titles are row 1. Cells that are missing at its end are ''. */
export interface SheetRow {
  readonly row: number;
  readonly cells: readonly string[];
}

/** What is too much. */
export interface SheetLimits {
  readonly rows: number;
  readonly columns: number;
  /** Characters of a cell. */
  readonly cell: number;
  /** Bytes of what an XLSX is when it is unpacked. */
  readonly unpackedBytes: number;
}

export const SHEET_LIMITS: SheetLimits = {
  rows: 20_000,
  columns: 200,
  cell: 32_767,
  unpackedBytes: 200 * 1024 ** 2,
};

/** What Excel takes for a formula (CWE-1236); a number below zero is none. */
const FORMULA = /^(?:[=+@\t\r]|-(?!\d+(?:\.\d+)?$))/;

/** A cell that no program takes for a formula: `'=1+1`. */
export const neutral = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** What {@link neutral} was made of. */
export const asMeant = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
