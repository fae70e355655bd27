import type { Cdr } from '../cdr/cdr.ts';
import { reachedBy } from './call-rows.ts';
import type { CallRows } from './compare-table.ts';

/** Missed calls (未接来电) and those in which the two talked after all, in the order in which they ended: what a batch does in the table. */
export class SettledCalls {
  /** By the caller. */
  readonly #open = new Map<string, CallRows[]>();

  /** A call was missed. */
  missed(call: CallRows): void {
    const caller = String(call.rows[0]?.['caller']);
    const others = this.#open.get(caller);
    if (others) others.push(call);
    else this.#open.set(caller, [call]);
  }

  /** A call has ended: those that it settles, with their rows. */
  settledBy(cdr: Cdr): readonly CallRows[] {
    const reached = reachedBy(cdr);
    const open = reached && this.#open.get(reached.number);
    if (!open) return [];
    const { at, callId, number } = reached;
    const isSettled = ({ rows }: CallRows) => Number(rows[0]?.['ended_at']) <= at;
    const rest = open.filter((call) => !isSettled(call));
    if (rest.length > 0) this.#open.set(number, rest);
    else this.#open.delete(number);
    const closing = { closed_at: at, closed_by: callId };
    return open
      .filter(isSettled)
      .map((call) => ({ ...call, rows: call.rows.map((row) => ({ ...row, ...closing })) }));
  }

  /** Those that nothing has settled. */
  get open(): readonly CallRows[] {
    return [...this.#open.values()].flat();
  }
}
