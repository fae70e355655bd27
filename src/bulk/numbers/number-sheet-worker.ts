/** Thread that reads a table of numbers by the million: what comes over is proved, each number once, and text already. */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { dayOfDate, zoneOf } from '../../calendar/zone.ts';
import { listNumberOf } from '../../numbering/given-number.ts';
import type { ListNumber } from '../../numbering/list-number-store.ts';
import { normaliseCaller } from '../../numbering/number.ts';
import { NumberSet } from '../../numbering/number-set.ts';
import { csvRows } from '../sheet/csv-rows.ts';
import { asMeant, SHEET_LIMITS } from '../sheet/sheet.ts';
import { SheetError } from '../sheet/sheet-error.ts';
import { xlsxRows } from '../sheet/xlsx-rows.ts';
import {
  MOST_ROWS,
  NUMBER_COLUMNS,
  type NumberSheetSays,
  type NumberSheetToRead,
  TOLD_COLUMNS,
  type WrongRow,
} from './number-sheet.ts';

const { path, timeZone, agents, part } = workerData as NumberSheetToRead;
const port = parentPort!;
const known = new Set(agents);
const zone = zoneOf(timeZone);
/** Wrong rows that are told of a part; a table of nothing else is no table of numbers. */
const LIMITS = { ...SHEET_LIMITS, rows: MOST_ROWS, unpackedBytes: 1024 ** 3 };
const ZIP = '504b0304';
const COMPOUND = 'd0cf11e0';

type Columns = readonly (keyof ListNumber | undefined)[];

function rowsOf(bytes: Buffer): AsyncIterable<readonly string[]> {
  const begin = bytes.toString('hex', 0, 4);
  if (begin === COMPOUND)
    throw new SheetError('it is of an Excel before 2007', 'save it as .xlsx or as CSV UTF-8');
  return begin === ZIP ? xlsxRows(bytes, LIMITS) : csvRows(bytes, LIMITS);
}

/** What its titles say; undefined: the first row is a number itself. */
function columnsOf(cells: readonly string[]): Columns | undefined {
  const columns = cells.map((cell) => {
    const title = cell.toLowerCase();
    const found = Object.entries(NUMBER_COLUMNS).find(
      ([name, words]) => name === title || words.includes(title),
    );
    return found?.[0] as keyof ListNumber | undefined;
  });
  if (columns.includes('number')) {
    const strange = cells.find((cell, at) => cell !== '' && !columns[at] && !TOLD_COLUMNS.includes(cell));
    if (strange !== undefined)
      throw new SheetError(`it has a column '${strange}' that numbers of lists have not`, columnsFix);
    const twice = columns.find((column, at) => column && columns.indexOf(column) < at);
    if (twice !== undefined) throw new SheetError(`it has two columns for ${twice}`, 'leave one out');
    return columns;
  }
  if (normaliseCaller(asMeant(cells[0] ?? '')).length >= 3) return undefined;
  throw new SheetError('its first row has no title for the number', columnsFix);
}
const columnsFix = `titles are ${Object.keys(NUMBER_COLUMNS).join(', ')}; or numbers alone, without titles`;

/** Milliseconds since 1970. Of a date: its end, where the company is. NaN: it is no time. */
function untilOf(text: string): number | undefined {
  if (text === '') return undefined;
  const [, year, month, date] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? [];
  if (year) {
    const day = dayOfDate(`${year}-${month!.padStart(2, '0')}-${date!.padStart(2, '0')}`);
    return day === undefined ? Number.NaN : zone.instantOf(day + 1, 0);
  }
  return /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

function numberOf(cells: readonly string[], columns: Columns): ListNumber | string {
  const text = (of: keyof ListNumber) => asMeant((cells[columns.indexOf(of)] ?? '').trim());
  const until = untilOf(text('until'));
  if (Number.isNaN(until)) return `until: '${text('until')}' is no time; write a date such as 2026-12-31`;
  const number = listNumberOf(
    { number: text('number'), until, reason: text('reason'), owner: text('owner'), note: text('note') },
    (id) => known.has(id),
  );
  if ('number' in number) return number;
  return number
    .map(({ field, detail, fix }) => `${field}: ${detail}${fix === undefined ? '' : ` (${fix})`}`)
    .join('; ');
}

async function* parts(): AsyncGenerator<NumberSheetSays, void> {
  const seen = new NumberSet();
  let [row, rows, twice] = [0, 0, 0];
  let columns: Columns | undefined;
  let titles: readonly string[] = ['number'];
  let numbers: ListNumber[] = [];
  let wrong: WrongRow[] = [];
  const said = (isLast: boolean): NumberSheetSays => {
    const count = numbers.length;
    const json = JSON.stringify(numbers);
    const part = { json, count, rows, wrong, twice, titles, isLast };
    [numbers, wrong] = [[], []];
    return part;
  };
  try {
    for await (const cells of rowsOf(await readFile(path))) {
      row++;
      if (cells.every((cell) => cell === '')) continue;
      if (!columns) {
        columns = columnsOf(cells);
        if (columns) {
          titles = cells;
          continue;
        }
        columns = ['number'];
      }
      if (rows === MOST_ROWS)
        throw new SheetError(`it has more than ${MOST_ROWS} rows`, 'cut it into several files');
      rows++;
      const number = numberOf(cells, columns);
      if (typeof number === 'string') wrong.push({ row, cells, why: number });
      else if (seen.has(number.number)) twice++;
      else {
        seen.add(number.number);
        numbers.push(number);
      }
      if (numbers.length + wrong.length === part) yield said(false);
    }
    yield said(true);
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
