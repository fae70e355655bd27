import { originParts } from '../call/arrival.ts';
import { terminalSafe } from '../shared/logger.ts';
import type { Cdr } from './cdr.ts';

/** Records as JSON, one a line (ndjson), ending in a line feed unless there are none. */
export function renderJsonLines(cdrs: readonly Cdr[]): string {
  return cdrs.map((cdr) => `${terminalSafe(JSON.stringify(cdr))}\n`).join('');
}

interface Column {
  readonly title: string;
  readonly of: (cdr: Cdr, timeZone: string) => string;
  readonly alignRight?: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: 'started', of: (cdr, timeZone) => localTime(cdr.startedAt, timeZone) },
  { title: 'caller', of: (cdr) => cdr.caller || '(withheld)' },
  { title: 'called', of: (cdr) => cdr.called },
  { title: 'direction', of: (cdr) => cdr.direction },
  { title: 'origin', of: (cdr) => originParts(cdr.origin).join(' ') },
  { title: 'area', of: (cdr) => cdr.area ?? '' },
  { title: 'seconds', of: (cdr) => seconds(cdr.durationMs), alignRight: true },
  { title: 'talk', of: (cdr) => (cdr.talkMs > 0 ? seconds(cdr.talkMs) : ''), alignRight: true },
  { title: 'agent', of: (cdr) => cdr.agent ?? '' },
  { title: 'survey', of: (cdr) => cdr.surveyDigit ?? '' },
  { title: 'cause', of: (cdr) => `${cdr.cause} (${cdr.q850})` },
  { title: 'fault', of: (cdr) => cdr.fault ?? '' },
  { title: 'path', of: (cdr) => cdr.path.map(({ step }) => step).join(' > ') },
];

/** Records as a table for the terminal, in the order given, times in `timeZone`. */
export function renderTable(cdrs: readonly Cdr[], timeZone: string): string {
  const rows = cdrs.map((cdr) => COLUMNS.map((column) => printable(column.of(cdr, timeZone))));
  const widths = COLUMNS.map((column, index) =>
    Math.max(width(column.title), ...rows.map((row) => width(row[index]!))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const gap = ' '.repeat(widths[index]! - width(cell));
        return COLUMNS[index]?.alignRight ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  return `${[COLUMNS.map(({ title }) => title), ...rows].map(line).join('\n')}\n`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function localTime(at: number, timeZone: string): string {
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
