/** A column of a {@link textTable}. */
export interface TextColumn<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly alignRight?: boolean;
}

/** Rows as a table for the terminal: a line of titles, then a line each. */
export function textTable<Row>(columns: readonly TextColumn<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => printable(column.of(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(width(title), ...cells.map((line) => width(line[index]!))),
  );
  const lineOf = (line: readonly string[]) =>
    line
      .map((cell, index) => {
        const gap = ' '.repeat(widths[index]! - width(cell));
        return columns[index]?.alignRight ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  return `${[columns.map(({ title }) => title), ...cells].map(lineOf).join('\n')}\n`;
}

/** A time of the wall clock as people write it, `2026-10-10 10:00:00`. */
export function localTime(at: number, timeZone: string): string {
  return new Date(at).toLocaleString('sv-SE', { timeZone });
}

/** Control characters, which a caller's name can hold, must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}

/** Columns that `text` takes in a terminal: Chinese characters and full-width forms take two. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const isWide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x20000 && code <= 0x3fffd);
    columns += isWide ? 2 : 1;
  }
  return columns;
}
