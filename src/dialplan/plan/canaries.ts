import { normaliseCaller } from '../../numbering/number.ts';
import type { StoredHotline as Entity } from '../../provisioning/kind/hotline.ts';
import type { Canary } from '../../provisioning/version/hotline-versions.ts';
import type { Plan } from './plan.ts';

/** A version of a stored hotline that a part of its callers is to have (灰度发布). */
export interface TriedHotline {
  readonly version: number;
  readonly value: Entity;
  readonly canary: Canary;
}

interface Tried {
  readonly plan: Plan;
  readonly percent: number;
  readonly callers: ReadonlySet<string>;
}

/** Shares are told apart in hundredths of a percent. */
const PLACES = 10_000;

/** The versions that are tried beside the published ones. */
export class Canaries {
  #tried: readonly TriedHotline[] = [];
  /** By company and number. */
  #byHotline: ReadonlyMap<string, Tried> = new Map();

  /** Takes these in place of those before. `prove` makes the plan of one; one without takes no call. */
  replace(tried: readonly TriedHotline[], prove: (one: TriedHotline) => Plan | undefined): void {
    this.#tried = tried;
    this.prove(prove);
  }

  /** Makes their plans anew: what they name has changed. */
  prove(prove: (one: TriedHotline) => Plan | undefined): void {
    const byHotline = new Map<string, Tried>();
    for (const one of this.#tried) {
      const plan = prove(one);
      if (!plan) continue;
      const { canary } = one;
      const callers = 'callers' in canary ? canary.callers.map((caller) => normaliseCaller(caller)) : [];
      const percent = 'percent' in canary ? canary.percent : 0;
      byHotline.set(keyOf(plan), { plan, percent, callers: new Set(callers) });
    }
    this.#byHotline = byHotline;
  }

  get plans(): readonly Plan[] {
    return Array.from(this.#byHotline.values(), ({ plan }) => plan);
  }

  /**
   * The plan that takes a caller in place of the published one, and why; undefined: he is not one who tries it. The same caller
   * has the same answer as long as it is tried, and keeps a yes when the share grows. A withheld number tries nothing.
   */
  of(published: Plan, number: string): { readonly plan: Plan; readonly why: string } | undefined {
    const tried = this.#byHotline.size === 0 ? undefined : this.#byHotline.get(keyOf(published));
    if (!tried) return undefined;
    const { plan, percent, callers } = tried;
    const caller = normaliseCaller(number);
    const what = `version ${plan.version} is tried`;
    if (callers.has(caller)) return { plan, why: `${what}, by this caller` };
    if (caller === '' || placeOf(`${plan.number}/${plan.version}/${caller}`) >= (percent * PLACES) / 100)
      return undefined;
    return { plan, why: `${what}, by ${percent} % of the callers` };
  }
}

const keyOf = ({ tenant, number }: Plan): string => `${tenant}/${number}`;

/** 0 to {@link PLACES} - 1, evenly: FNV-1a, mixed as MurmurHash3 ends, for digits differ in their last bits only. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % PLACES;
}
