import { Slices } from '../shared/slices.ts';
import { type CellFlaw, ERRORS_COLUMN } from './column.ts';
import type { PlannedRow, ReadRow } from './import-row.ts';
import { CSV_MARK, csvLine } from './sheet/csv-text.ts';

const SLICE = 100;

/**
 * The rows that are wrong as they were sent, with what is wrong in a column of its own: to be put right and sent again. `hidden`: places of cells that
 * are left empty.
 */
export async function* errorFile(
  titles: readonly string[],
  read: readonly ReadRow[],
  planned: readonly PlannedRow[],
  hidden: ReadonlySet<number> = new Set(),
): AsyncGenerator<string, void> {
  const slices = new Slices(SLICE);
  yield CSV_MARK + csvLine([...titles, ERRORS_COLUMN]);
  for (const [index, { verdict, flaws }] of planned.entries()) {
    await slices.step();
    if (verdict !== 'error') continue;
    const cells = titles.map((_, at) => (hidden.has(at) ? '' : (read[index]!.cells[at] ?? '')));
    yield csvLine([...cells, flaws.map(textOf).join('; ')]);
  }
}

const textOf = ({ column, detail, fix }: CellFlaw) =>
  `${column}: ${detail}${fix === undefined ? '' : ` (${fix})`}`;
