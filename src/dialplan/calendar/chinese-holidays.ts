/**
 * Chinese public holidays (法定节假日) and make-up work days (调休), from the data of chinese-days. Its functions
 * read dates in the machine's own zone and are a day off west of Greenwich; its data is not.
 */
import table from 'chinese-days/dist/chinese-days.json' with { type: 'json' };

/** `National Day,国庆节,3` by ISO date. */
const HOLIDAYS: Readonly<Record<string, string>> = table.holidays;
const WORK_DAYS: Readonly<Record<string, string>> = table.workdays;

export interface SpecialDay {
  readonly kind: 'holiday' | 'make-up';
  /** `国庆节 National Day`. */
  readonly name: string;
}

/** What the state council decreed for a date; undefined for an ordinary day. */
export function specialDay(date: string): SpecialDay | undefined {
  const holiday = HOLIDAYS[date];
  if (holiday) return { kind: 'holiday', name: nameOf(holiday) };
  const work = WORK_DAYS[date];
  return work ? { kind: 'make-up', name: nameOf(work) } : undefined;
}

/** Last year that has been decreed; beyond it only weekends are known. */
export const LAST_HOLIDAY_YEAR = Math.max(...Object.keys(HOLIDAYS).map((date) => Number(date.slice(0, 4))));

function nameOf(entry: string): string {
  const [english, chinese] = entry.split(',');
  return `${chinese} ${english}`;
}
