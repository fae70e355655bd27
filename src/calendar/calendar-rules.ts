export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
/** Days of a period: one weekday, a range, `daily`, public holidays (法定节假日) or make-up work days (调休). */
export type DayKey = Weekday | `${Weekday}-${Weekday}` | 'daily' | 'holiday' | 'make-up';
/** Half-open intervals of local time, `09:00-12:00,13:30-18:00`; `22:00-06:00` runs into the next day. */
export type Hours = string;
export type WeeklyHours = { readonly [day in DayKey]?: Hours };

/** When a hotline is in which period. Whatever no period covers is `closed`. */
export interface CalendarRules {
  /** Periods by name, the first that covers an instant wins: `{ open: { 'mon-fri': '09:00-18:00' } }`. */
  readonly periods: { readonly [period: string]: WeeklyHours };
  /** IANA zone; the hotline's own by default. */
  readonly timeZone?: string;
  /** `CN`: public holidays take the hours of `holiday`, make-up work days those of a work day. Default `none`. */
  readonly holidays?: 'CN' | 'none';
  /** Company days off, `2026-03-03` or `2026-08-01/2026-08-05` with both ends included: `closed` all day. */
  readonly daysOff?: readonly string[];
  /** Other hours on single dates or ranges; they beat all but `daysOff`: `{ '2026-12-31': { open: '09:00-12:00' } }`. */
  readonly dates?: { readonly [dateOrRange: string]: { readonly [period: string]: Hours } };
  /** What days of `daysOff` and `dates` are, for people (`公司年会`), by date or range: the record of a call tells it. */
  readonly names?: { readonly [dateOrRange: string]: string };
  /** Temporary switches that put the calendar into the period of their name while they are on (`night`). */
  readonly switches?: readonly string[];
}
