/** Times, durations, figures and telephone numbers as they are read. Pure; the zone is the company's, never the browser's. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

/** A time by the clock on the wall. */
interface WallTime {
  readonly date: string;
  readonly time: string;
}

function wallTime(at: string | number, zone: string): WallTime {
  const parts = Object.fromEntries(
    formatIn(zone)
      .formatToParts(new Date(at))
      .map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute, second } = parts as Record<string, string>;
  return { date: `${year}-${month}-${day}`, time: `${hour}:${minute}:${second}` };
}

/** `2026-10-01 10:00:07` */
export function dateTime(at: string | number, zone: string): string {
  const { date, time } = wallTime(at, zone);
  return `${date} ${time}`;
}

/** `2026-10-01` */
export const dateOf = (at: string | number, zone: string): string => wallTime(at, zone).date;

/** `10:00:07` */
export const timeOf = (at: string | number, zone: string): string => wallTime(at, zone).time;

/** `10-01 10:00:07`, or the time alone on the day of `now`. */
export function shortTime(at: string | number, zone: string, now: number): string {
  const { date, time } = wallTime(at, zone);
  return date === dateOf(now, zone) ? time : `${date.slice(5)} ${time}`;
}

/** Ms since 1970 of a time on the wall, `2026-10-01` and `10:00:00`; where the clock leaps over it, the first one behind. */
export function instantOf(date: string, time: string, zone: string): number {
  const asUtc = Date.parse(`${date}T${time}Z`);
  const offsetAt = (at: number) => {
    const { date: onDay, time: atTime } = wallTime(at, zone);
    return Date.parse(`${onDay}T${atTime}Z`) - at;
  };
  // The offset of a guess may be that of the other side of a change of clocks: the second guess is right.
  const guess = asUtc - offsetAt(asUtc);
  return asUtc - offsetAt(guess);
}

/** The day that is so many days later. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const two = (value: number) => String(value).padStart(2, '0');

/** `1:05`, `1:02:05` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** As a clock that runs: full seconds only. */
export const clock = (ms: number): string => duration(Math.floor(Math.max(0, ms) / 1000) * 1000);

const grouped = new Intl.NumberFormat('en-US');

/** `12,345` */
export const count = (value: number): string => grouped.format(value);

/** `86.4 %`; of 1. */
export const percent = (share: number): string =>
  `${(share * 100).toFixed(share === 1 || share === 0 ? 0 : 1)} %`;

/** Area codes of three digits (北京, 广州, 上海 ...); the others have four. */
const SHORT_AREA = /^0(10|2\d)/;

/** A telephone number in groups: `138 0013 8000`, `400 123 4567`, `0755 2345 6789`; masked ones too. What is none stays as it is. */
export function phoneNumber(number: string): string {
  const plus = /^\+(\d{1,3}?)(\d{10,11})$/.exec(number);
  if (plus) return `+${plus[1]} ${phoneNumber(plus[2]!)}`;
  if (!/^[\d*]+$/.test(number) || number.length < 7) return number;
  if (/^1[3-9]/.test(number) && number.length === 11) return groups(number, 3, 4, 4);
  if (/^[48]00/.test(number) && number.length === 10) return groups(number, 3, 3, 4);
  if (SHORT_AREA.test(number)) return groups(number, 3, 4, 4);
  if (number.startsWith('0')) return groups(number, 4, number.length - 8, 4);
  return number.length === 8 ? groups(number, 4, 4) : number;
}

function groups(number: string, ...sizes: readonly number[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(number.slice(at, at + size));
    at += size;
  }
  parts.push(number.slice(at));
  return parts.filter(Boolean).join(' ');
}

/** `1.2 MB` */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  const kilo = size / 1000;
  return kilo < 1000 ? `${kilo.toFixed(0)} kB` : `${(kilo / 1000).toFixed(1)} MB`;
}
