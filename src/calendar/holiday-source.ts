import { existsSync, readFileSync } from 'node:fs';
import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import { FileWatch } from '../shared/file-watch.ts';
import type { Logger } from '../shared/logger.ts';
import { readHolidays } from './holiday-file.ts';
import { Holidays } from './holidays.ts';

/** Name of the imported holidays within the data folder. */
export const HOLIDAYS_FILE = 'holidays.json';

const DAY_MS = 86_400_000;
const WARN_DAYS = 60;

/** The holidays of the package with those of `file` over them, when there is one. Throws ConfigError. */
export function loadHolidays(file: string): Holidays {
  const holidays = new Holidays();
  if (existsSync(file)) holidays.take(readHolidays(readFileSync(file, 'utf8'), file));
  return holidays;
}

/** What operators are told from 60 days before the end of the known years on; undefined: nothing yet. */
export function holidayWarning({ lastYear }: Pick<Holidays, 'lastYear'>, nowMs: number): string | undefined {
  if (nowMs + WARN_DAYS * DAY_MS < Date.UTC(lastYear + 1, 0, 1)) return undefined;
  return `public holidays (法定节假日) are known to the end of ${lastYear} only`;
}

export const HOLIDAY_FIX = 'pbx400 import holidays FILE takes those of the next year';

/** Keeps `holidays` as the file says while calls run, and warns once a day when the known years end soon. */
export class HolidayReload {
  readonly #watch: FileWatch;
  readonly #daily: Timer;

  constructor(holidays: Holidays, file: string, clock: Clock, logger: Logger) {
    this.#watch = new FileWatch(file, () => {
      try {
        holidays.take(readHolidays(readFileSync(file, 'utf8'), file));
        logger.info({ file, lastYear: holidays.lastYear }, 'holidays were taken');
      } catch (error) {
        logger.error({ file, error: asError(error).message }, 'holidays refused; the old ones stay');
      }
    });
    const warn = () => {
      const message = holidayWarning(holidays, clock.now());
      if (message !== undefined) logger.warn({ fix: HOLIDAY_FIX }, message);
    };
    warn();
    this.#daily = clock.every(DAY_MS, warn);
  }

  /** Idempotent. */
  close(): void {
    this.#watch.close();
    this.#daily.cancel();
  }
}
