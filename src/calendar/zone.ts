import { Temporal } from 'temporal-polyfill';
import { ConfigError } from '../shared/errors.ts';

/**
 * Local time of one IANA zone. Temporal is asked once for each stretch between two changes of the zone's offset;
 * in between, local time is one addition, which the routing decision can afford.
 */
export class Zone {
  readonly id: string;
  #fromMs = Number.POSITIVE_INFINITY;
  #untilMs = Number.NEGATIVE_INFINITY;
  #offsetMs = 0;

  /** Throws ConfigError when there is no such zone. */
  constructor(id: string) {
    this.id = id;
    try {
      this.#refresh(0);
    } catch (error) {
      throw new ConfigError(`unknown time zone ${id}`, undefined, 'use an IANA name such as Asia/Shanghai', {
        cause: error,
      });
    }
  }

  /** Local time minus UTC at an instant, in ms. */
  offsetMs(nowMs: number): number {
    if (nowMs < this.#fromMs || nowMs >= this.#untilMs) this.#refresh(nowMs);
    return this.#offsetMs;
  }

  /** Local date and time to the second, ISO 8601: `2026-10-01T09:00:00`. */
  localTime(nowMs: number): string {
    return new Date(nowMs + this.offsetMs(nowMs)).toISOString().slice(0, 19);
  }

  /** The instant of a local time on a day (days since 1970); in a gap of the zone the later one. */
  instantOf(day: number, ofDayMs: number): number {
    const local = new Date(day * DAY_MS + ofDayMs).toISOString().slice(0, 23);
    return Temporal.PlainDateTime.from(local).toZonedDateTime(this.id).epochMilliseconds;
  }

  #refresh(nowMs: number): void {
    const here = Temporal.Instant.fromEpochMilliseconds(Math.floor(nowMs)).toZonedDateTimeISO(this.id);
    this.#offsetMs = Math.round(here.offsetNanoseconds / 1e6);
    this.#fromMs = nowMs;
    this.#untilMs = here.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
  }
}

const zones = new Map<string, Zone>();

/** The zone of that name, made once. Throws ConfigError when there is none. */
export function zoneOf(id: string): Zone {
  let zone = zones.get(id);
  if (!zone) {
    zone = new Zone(id);
    zones.set(id, zone);
  }
  return zone;
}

export const DAY_MS = 86_400_000;

/** A day of a zone's clock, ms since 1970: from midnight to before midnight; it may have 23 or 25 hours. */
export interface Day {
  readonly from: number;
  readonly to: number;
}

/** The day that a time lies in. */
export function dayAround(at: number, zone: Zone): Day {
  const day = Math.floor((at + zone.offsetMs(at)) / DAY_MS);
  return { from: zone.instantOf(day, 0), to: zone.instantOf(day + 1, 0) };
}

/** Day of an ISO date as days since 1970, undefined when there is no such date. */
export function dayOfDate(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) || dateOfDay(ms / DAY_MS) !== date ? undefined : ms / DAY_MS;
}

/** ISO date of a day since 1970. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
