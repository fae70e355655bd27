import type { CallClass } from '../numbering/call-class.ts';

/** What calls outside cost within an hour: how many began, how long those were that ended, in thousandths of a yuan (厘). */
export interface Use {
  readonly calls: number;
  readonly ms: number;
  readonly spend: number;
}

/** Use of an extension, or of all its company (extension ''), in the hour that begins at `hour`, ms since 1970. */
export interface HourOfUse extends Use {
  readonly tenant: string;
  readonly extension: string;
  readonly hour: number;
}

/** Yuan a minute that has begun, by class. */
export type Prices = Readonly<Record<CallClass, number>>;

export const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export const NO_USE: Use = { calls: 0, ms: 0, spend: 0 };

export function sumOf(one: Use, other: Use): Use {
  return { calls: one.calls + other.calls, ms: one.ms + other.ms, spend: one.spend + other.spend };
}

/** What a call costs that has lasted so long. */
export function useOf(ms: number, yuan: number): Use {
  return { calls: 0, ms, spend: Math.round(Math.ceil(ms / MINUTE_MS) * yuan * 1000) };
}

/** Hour by hour what calls outside have cost, of extensions and companies. */
export class OutsideUse {
  /** By `tenant/extension`, then by hour. */
  readonly #hours = new Map<string, Map<number, Use>>();

  add({ tenant, extension, hour, ...use }: HourOfUse): void {
    const key = `${tenant}/${extension}`;
    const hours = this.#hours.get(key) ?? new Map<number, Use>();
    this.#hours.set(key, hours);
    hours.set(hour, sumOf(hours.get(hour) ?? NO_USE, use));
  }

  /** Takes what is stored in place of all. */
  replace(all: readonly HourOfUse[]): void {
    this.#hours.clear();
    for (const one of all) this.add(one);
  }

  /** From the hour that begins at `from` on. */
  since(tenant: string, extension: string, from: number): Use {
    let sum = NO_USE;
    for (const [hour, use] of this.#hours.get(`${tenant}/${extension}`) ?? [])
      if (hour >= from) sum = sumOf(sum, use);
    return sum;
  }

  forget(tenant: string, extension: string): void {
    this.#hours.delete(`${tenant}/${extension}`);
  }

  /** Drops what lies before. */
  prune(before: number): void {
    for (const [key, hours] of this.#hours) {
      for (const hour of hours.keys()) if (hour < before) hours.delete(hour);
      if (hours.size === 0) this.#hours.delete(key);
    }
  }
}
