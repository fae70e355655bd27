import type { Column } from './virtual-table.tsx';

/** A column of a list that people choose columns of. */
export interface ListColumn<Row> extends Column<Row> {
  /** Its width on a narrow screen, where the columns without one are not shown. */
  readonly narrow?: string;
  /** Offered where columns are chosen, and not there at first. */
  readonly isHidden?: boolean;
}
