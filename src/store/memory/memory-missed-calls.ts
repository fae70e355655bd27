import type { Cdr } from '../../cdr/cdr.ts';
import {
  type MissedCall,
  type MissedCallStore,
  type MissedFilter,
  type MissedPlace,
  type MissedWork,
  NO_WORK,
  stateOfMissed,
  TIMES_LIMIT,
} from '../../cdr/missed-call-store.ts';
import type { Scope } from '../../shared/scope.ts';
import { MISSED_CALLS, reachedBy } from '../call-rows.ts';
import { missedFact } from '../missed-call-repository.ts';
import type { MemoryEvents } from './memory-events.ts';

/** Missed calls in the records that memory holds, in the order in which they ended. */
export class MemoryMissedCalls implements MissedCallStore {
  readonly #cdrs: readonly Cdr[];
  readonly #events: MemoryEvents;
  readonly #work = new Map<string, MissedWork>();

  constructor(cdrs: readonly Cdr[], events: MemoryEvents) {
    this.#cdrs = cdrs;
    this.#events = events;
  }

  async list(
    { from, to, states, queue, assignee }: MissedFilter,
    scope: Scope,
    limit: number,
    after?: MissedPlace,
  ): Promise<readonly MissedCall[]> {
    const isWanted = (each: MissedCall) =>
      each.startedAt >= from &&
      (to === undefined || each.startedAt < to) &&
      states.includes(stateOfMissed(each)) &&
      (queue === undefined || each.queue === queue) &&
      (assignee === undefined || each.work.assignee === assignee) &&
      (after === undefined || compare(each, after) < 0);
    return this.#of(scope, from)
      .filter((each, _, all) => isWanted(each) && !all.some((other) => isLater(other, each)))
      .sort((one, other) => compare(other, one))
      .slice(0, limit);
  }

  async get(callId: string, scope: Scope): Promise<MissedCall | undefined> {
    return this.#of(scope, 0).find((each) => each.callId === callId);
  }

  async change(
    call: Parameters<MissedCallStore['change']>[0],
    by: string,
    at: number,
    decide: (before: MissedWork) => Omit<MissedWork, 'revision'>,
  ): Promise<MissedWork> {
    const before = this.#work.get(call.callId) ?? NO_WORK;
    const work = { ...decide(before), revision: before.revision + 1 };
    this.#work.set(call.callId, work);
    this.#events.append(missedFact(call, work, by, at));
    return work;
  }

  #of({ tenantId, reached }: Scope, from: number): readonly MissedCall[] {
    const isMissed = (cdr: Cdr) => MISSED_CALLS.rows(cdr).length > 0;
    const all = this.#cdrs.filter(
      (cdr) => isMissed(cdr) && (tenantId === undefined || cdr.tenantId === tenantId),
    );
    return all.flatMap((cdr) => {
      const { callId, startedAt, caller, called, area, hotline, asks, outcome, targets } = cdr;
      const work = this.#work.get(callId) ?? NO_WORK;
      const isReached = ({ kind, target }: Cdr['targets'][number]) =>
        kind === 'agent' && reached!.agents.has(target);
      if (reached && !reached.agents.has(work.assignee ?? '') && !targets.some(isReached)) return [];
      const same = all.filter((other) => other.tenantId === cdr.tenantId && other.caller === caller);
      const times = same.filter((other) => other.startedAt >= from && other.startedAt <= startedAt).length;
      return {
        ...{ callId, startedAt, tenantId: cdr.tenantId, caller, called, outcome: outcome!, work },
        area: area ?? undefined,
        hotline: hotline ?? undefined,
        queue: asks.at(-1)?.queue,
        waitMs: asks.reduce((sum, { waitMs }) => sum + waitMs, 0),
        times: Math.min(TIMES_LIMIT, times),
        talked: this.#talked(cdr),
      };
    });
  }

  #talked({ tenantId, caller, endedAt }: Cdr): MissedCall['talked'] {
    for (const other of this.#cdrs) {
      const reached = reachedBy(other);
      if (reached?.tenantId !== tenantId || reached.number !== caller || reached.at < endedAt) continue;
      const { at, callId } = reached;
      return { at, callId, isInbound: other.direction === 'inbound' };
    }
    return undefined;
  }
}

const compare = (one: MissedPlace, other: MissedPlace) =>
  one.startedAt - other.startedAt || (one.callId < other.callId ? -1 : one.callId > other.callId ? 1 : 0);
const isLater = (other: MissedCall, { tenantId, caller, ...place }: MissedCall) =>
  other.tenantId === tenantId && other.caller === caller && compare(other, place) > 0;
