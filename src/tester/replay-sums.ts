/** What calls of the past come to on other plans: which branch became which, and how many take each edge. Pure. */
import { maskedNumber, type ShowNumber, textShown } from '../shared/masked-number.ts';
import type { PastCall, Replayed } from '../testing/replay.ts';
import type { BranchChange, ReplayAnswer } from './test-order.ts';

/** Before the first step and after the last one. */
const ARRIVAL = '(arrival)';
const END = '(end)';
/** Of the changes, in the job's result. */
const TOP = 20;
/** Texts of steps may hold what callers keyed: a file stays of a size that a page can show. */
const MAX_ROWS = 2000;

/** A step from one node to the next; how many calls took it, how many take it now. */
interface Edge {
  readonly from: string;
  readonly to: string;
  before: number;
  after: number;
}

/** A call in the file. */
export interface ReplayedRow {
  /** Of the call; null: there is no record of it. */
  readonly id: string | null;
  /** ISO 8601. */
  readonly at: string;
  readonly caller: string;
  readonly called: string;
  readonly outcome: 'same' | 'otherwise' | 'unknown' | 'failed';
  readonly before: readonly string[] | null;
  readonly after: readonly { readonly step: string; readonly why: string }[] | null;
  /** Where it leaves the old way. */
  readonly change: Omit<BranchChange, 'calls'> | null;
  readonly error: string | null;
}

export class ReplaySums {
  readonly #show: ShowNumber;
  readonly #counts = { same: 0, otherwise: 0, unknown: 0, failed: 0 };
  readonly #changes = new Map<string, { -readonly [Name in keyof BranchChange]: BranchChange[Name] }>();
  readonly #edges = new Map<string, Edge>();

  /** `show`: how numbers are shown to who has the file. */
  constructor(show: ShowNumber) {
    this.#show = show;
  }

  /** Counts a call; what the file has of it. */
  add(call: PastCall, replayed: Replayed | Error): ReplayedRow {
    const text = (value: string) => textShown(value, this.#show);
    const row = {
      id: call.id ?? null,
      at: new Date(call.at).toISOString(),
      caller: call.caller && this.#show(call.caller),
      called: call.called,
      before: call.steps?.map(text) ?? null,
    };
    if (replayed instanceof Error) {
      this.#counts.failed++;
      return { ...row, outcome: 'failed', after: null, change: null, error: replayed.message };
    }
    const { same, path } = replayed;
    const after = path.map(({ step, why }) => ({ step: text(step), why: text(why) }));
    const ways = [call.steps, path.map(({ step }) => step)].map((steps) => steps?.map(nodeOf).map(text));
    this.#walk(ways[0] ?? [], 'before');
    this.#walk(ways[1]!, 'after');
    const outcome = same === undefined ? 'unknown' : same ? 'same' : 'otherwise';
    this.#counts[outcome]++;
    const change = outcome === 'otherwise' ? changeOf(ways[0] ?? [], ways[1]!) : undefined;
    if (change) this.#count(change);
    return { ...row, outcome, after, change: change ?? null, error: null };
  }

  answer(): ReplayAnswer {
    const changes = [...this.#changes.values()].sort((one, other) => other.calls - one.calls);
    const edges = [...this.#edges.values()].sort(
      (one, other) => moved(other) - moved(one) || other.after - one.after,
    );
    const { same, otherwise, unknown, failed } = this.#counts;
    const hide = (value: string) => textShown(value, maskedNumber);
    return {
      result: {
        calls: same + otherwise + unknown + failed,
        ...this.#counts,
        changes: changes.slice(0, TOP).map(({ at, before, after, calls }) => ({
          at: hide(at),
          before: hide(before),
          after: hide(after),
          calls,
        })),
      },
      sums: JSON.stringify({ changes: changes.slice(0, MAX_ROWS), edges: edges.slice(0, MAX_ROWS) }),
    };
  }

  #walk(steps: readonly string[], when: 'before' | 'after'): void {
    if (steps.length === 0) return;
    for (let index = 0; index <= steps.length; index++) {
      const [from, to] = [steps[index - 1] ?? ARRIVAL, steps[index] ?? END];
      const key = `${from}\n${to}`;
      const edge = this.#edges.get(key) ?? { from, to, before: 0, after: 0 };
      edge[when]++;
      this.#edges.set(key, edge);
    }
  }

  #count(change: Omit<BranchChange, 'calls'>): void {
    const key = JSON.stringify(change);
    const known = this.#changes.get(key) ?? { ...change, calls: 0 };
    known.calls++;
    this.#changes.set(key, known);
  }
}

const moved = ({ before, after }: Edge) => Math.abs(after - before);

/** `dial` stands for any of its lines: which of them was free is chance. */
const nodeOf = (step: string): string => (/^dial \S+$/.test(step) ? 'dial' : step);

/** Where two ways part: the step that they share last, and the next of each. */
function changeOf(
  before: readonly string[],
  after: readonly string[],
): Omit<BranchChange, 'calls'> | undefined {
  const length = Math.max(before.length, after.length);
  for (let index = 0; index < length; index++) {
    if (before[index] === after[index]) continue;
    return { at: before[index - 1] ?? ARRIVAL, before: before[index] ?? END, after: after[index] ?? END };
  }
  return undefined;
}
