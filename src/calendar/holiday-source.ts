import { readAddressed } from '../shared/addressed-file.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { readHolidays } from './holiday-file.ts';
import { Holidays, type SpecialDays } from './holidays.ts';

const DAY_MS = 86_400_000;
const WARN_DAYS = 60;

/** The holidays of the package, with those of `file` over them when there is one. Throws ConfigError. */
export function loadHolidays(file: string | undefined): Holidays {
  const holidays = new Holidays();
  holidays.take(daysIn(file));
  return holidays;
}

function daysIn(file: string | undefined): SpecialDays {
  return file === undefined ? new Map() : readHolidays(readAddressed(file).toString(), file);
}

/** What operators are told from 60 days before the end of the known years on; undefined: nothing yet. */
export function holidayWarning({ lastYear }: Pick<Holidays, 'lastYear'>, nowMs: number): string | undefined {
  if (nowMs + WARN_DAYS * DAY_MS < Date.UTC(lastYear + 1, 0, 1)) return undefined;
  return `public holidays (法定节假日) are known to the end of ${lastYear} only`;
}

export const HOLIDAY_FIX = 'pbx400 import holidays FILE takes those of the next year';

/** Puts other holidays in the place of `holidays` while calls run; warns once a day when the known years end soon. */
export class HolidayReload {
  readonly #holidays: Holidays;
  readonly #logger: Logger;
  readonly #daily: Timer;

  constructor(holidays: Holidays, clock: Clock, logger: Logger) {
    this.#holidays = holidays;
    this.#logger = logger;
    const warn = () => {
      const message = holidayWarning(holidays, clock.now());
      if (message !== undefined) logger.warn({ fix: HOLIDAY_FIX }, message);
    };
    warn();
    this.#daily = clock.every(DAY_MS, warn);
  }

  /** Takes those of `file`; undefined: those of the package alone. What cannot be read is logged and changes nothing. */
  load(file: string | undefined): void {
    try {
      this.#holidays.take(daysIn(file));
      this.#logger.info({ file, lastYear: this.#holidays.lastYear }, 'holidays were taken');
    } catch (error) {
      this.#logger.error({ file, error: asError(error).message }, 'holidays refused; the old ones stay');
    }
  }

  /** Idempotent. */
  close(): void {
    this.#daily.cancel();
  }
}
