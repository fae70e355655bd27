/**
 * Chinese public holidays (法定节假日) and make-up work days (调休): those of chinese-days, and what was imported. The
 * functions of chinese-days read dates in the machine's own zone and are a day off west of Greenwich; its data is not.
 */
import decreed from 'chinese-days/dist/chinese-days.json' with { type: 'json' };

export interface SpecialDay {
  readonly kind: 'holiday' | 'make-up';
  /** `国庆节 National Day`. */
  readonly name: string;
}

/** What is known of a year. */
export interface YearKnown {
  readonly holidays: number;
  readonly workDays: number;
  readonly isImported: boolean;
}

/** Special days by ISO date. */
export type SpecialDays = ReadonlyMap<string, SpecialDay>;

/** One table for all hotlines; an import changes it while calls run. */
export class Holidays {
  #days: SpecialDays = DECREED;
  #lastYear = lastYearOf(DECREED);
  /** Years that were imported. */
  #imported: ReadonlySet<string> = new Set();
  #revision = 0;

  /** What the state council decreed for a date; undefined for an ordinary day. */
  on(date: string): SpecialDay | undefined {
    return this.#days.get(date);
  }

  /** Last year that is known; beyond it only weekends are. */
  get lastYear(): number {
    return this.#lastYear;
  }

  /** Whether the holidays of a year are known: some are. */
  knows(year: number): boolean {
    return this.years().has(year);
  }

  /** How many holidays and work days are known of each year, and whether that was imported. */
  years(): ReadonlyMap<number, YearKnown> {
    const years = new Map<number, YearKnown>();
    for (const [date, { kind }] of this.#days) {
      const year = Number(yearOf(date));
      const before = years.get(year) ?? {
        holidays: 0,
        workDays: 0,
        isImported: this.#imported.has(yearOf(date)),
      };
      years.set(
        year,
        kind === 'holiday'
          ? { ...before, holidays: before.holidays + 1 }
          : { ...before, workDays: before.workDays + 1 },
      );
    }
    return years;
  }

  /** Rises with each {@link take}: who has worked days out does so anew. */
  get revision(): number {
    return this.#revision;
  }

  /** Puts imported days over those of the package; a year that was imported is taken from there alone. */
  take(imported: SpecialDays): void {
    const years = new Set([...imported.keys()].map(yearOf));
    const rest = [...DECREED].filter(([date]) => !years.has(yearOf(date)));
    this.#imported = years;
    this.#days = new Map([...rest, ...imported]);
    this.#lastYear = lastYearOf(this.#days);
    this.#revision++;
  }
}

/** Days of chinese-days: `National Day,国庆节,3` by ISO date. */
export function chineseDays(
  holidays: Readonly<Record<string, string>>,
  workDays: Readonly<Record<string, string>>,
) {
  const days = new Map<string, SpecialDay>();
  for (const [kind, table] of [
    ['make-up', workDays],
    ['holiday', holidays],
  ] as const) {
    for (const [date, entry] of Object.entries(table)) {
      const [english = '', chinese = ''] = entry.split(',');
      days.set(date, { kind, name: `${chinese} ${english}`.trim() });
    }
  }
  return days;
}

const DECREED: SpecialDays = chineseDays(decreed.holidays, decreed.workdays);

function yearOf(date: string): string {
  return date.slice(0, 4);
}

function lastYearOf(days: SpecialDays): number {
  let last = 0;
  for (const [date, { kind }] of days) if (kind === 'holiday') last = Math.max(last, Number(yearOf(date)));
  return last;
}
