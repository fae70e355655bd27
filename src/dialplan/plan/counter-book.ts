import { CallRates } from '../../numbering/call-rates.ts';
import type { HotlineCounters } from '../run/flow-run.ts';
import { LineBook } from './line-book.ts';
import type { Plan } from './plan.ts';

/** Counters of hotlines, by tenant and number: they outlive a plan. */
export class CounterBook {
  readonly #byHotline = new Map<string, HotlineCounters>();
  readonly #byPlan = new WeakMap<Plan, HotlineCounters>();

  of(plan: Plan): HotlineCounters {
    const known = this.#byPlan.get(plan);
    if (known) return known;
    const key = `${plan.tenant}/${plan.number}`;
    let counters = this.#byHotline.get(key);
    if (!counters) {
      counters = { rates: new CallRates(), lines: new LineBook(), calls: 0 };
      this.#byHotline.set(key, counters);
    }
    this.#byPlan.set(plan, counters);
    return counters;
  }
}
