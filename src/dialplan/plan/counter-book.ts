import { CallRates } from '../../numbering/call-rates.ts';
import type { Clock } from '../../shared/clock.ts';
import { Peaks } from '../../shared/peaks.ts';
import type { HotlineCounters } from '../run/flow-run.ts';
import { LineBook } from './line-book.ts';
import type { Plan } from './plan.ts';

/** Counters of hotlines, by tenant and number: they outlive a plan. */
export class CounterBook {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #byHotline = new Map<string, HotlineCounters>();
  readonly #byPlan = new WeakMap<Plan, HotlineCounters>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  of(plan: Plan): HotlineCounters {
    const known = this.#byPlan.get(plan);
    if (known) return known;
    const key = `${plan.tenant}/${plan.number}`;
    let counters = this.#byHotline.get(key);
    if (!counters) {
      counters = { rates: new CallRates(), lines: new LineBook(), calls: 0, peaks: new Peaks(this.#clock) };
      this.#byHotline.set(key, counters);
    }
    this.#byPlan.set(plan, counters);
    return counters;
  }
}
