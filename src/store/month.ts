/** A month (UTC) of the large tables: one partition of each. */
export interface Month {
  /** Of its partitions, behind the table's name. */
  readonly name: string;
  /** Milliseconds since 1970; undefined: whatever comes before `to`. */
  readonly from: number | undefined;
  /** The first moment behind it; undefined: whatever comes after `from`. */
  readonly to: number | undefined;
}

/** What nobody's clock should say has one partition on either side, so that every row has its place. */
const FIRST_YEAR = 2000;
const END_YEAR = 2100;

export const BEFORE_ALL: Month = {
  name: `before_${FIRST_YEAR}`,
  from: undefined,
  to: Date.UTC(FIRST_YEAR, 0, 1),
};
export const AFTER_ALL: Month = {
  name: `after_${END_YEAR - 1}`,
  from: Date.UTC(END_YEAR, 0, 1),
  to: undefined,
};

/** The month of a time, milliseconds since 1970. */
export function monthOf(at: number): Month {
  if (at < BEFORE_ALL.to!) return BEFORE_ALL;
  if (at >= AFTER_ALL.from!) return AFTER_ALL;
  const date = new Date(at);
  const [year, index] = [date.getUTCFullYear(), date.getUTCMonth()];
  const name = `${year}_${String(index + 1).padStart(2, '0')}`;
  return { name, from: Date.UTC(year, index, 1), to: Date.UTC(year, index + 1, 1) };
}

/** The month of such a name; undefined: it is none. */
export function monthNamed(name: string): Month | undefined {
  const [, year, month] = /^(\d{4})_(\d{2})$/.exec(name) ?? [];
  return year === undefined ? undefined : monthOf(Date.UTC(Number(year), Number(month) - 1, 1));
}
