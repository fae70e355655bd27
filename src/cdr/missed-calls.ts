/** Missed calls (未接来电) and what is done about them: assigned, called back, ticked off. */
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { Scope } from '../shared/scope.ts';
import type { Speaker } from './call-notes.ts';
import {
  endingOf,
  type MissedCall,
  type MissedCallStore,
  type MissedEnding,
  type MissedFilter,
  type MissedPlace,
} from './missed-call-store.ts';

/** What is changed; what is left out stays. */
export interface MissedChange {
  /** Null: nobody. */
  readonly assignee?: string | null | undefined;
  readonly done?: boolean | undefined;
  /** Default `no-need`: that the two have talked is known by itself. */
  readonly how?: MissedEnding | undefined;
  readonly note?: string | undefined;
}

export interface MissedCallsParts {
  readonly store: MissedCallStore;
  readonly hasAgent: (tenant: string, agent: string) => boolean;
  /** The audit trail; durable when it resolves. */
  readonly tell: (
    tenantId: string,
    at: number,
    by: Speaker,
    details: Readonly<Record<string, unknown>>,
  ) => Promise<void>;
  readonly clock: Clock;
}

/** Holds nothing; what is not there, or another's, is PbxError `not-found`. */
export class MissedCalls {
  readonly #parts: MissedCallsParts;

  constructor(parts: MissedCallsParts) {
    this.#parts = parts;
  }

  list(
    filter: MissedFilter,
    scope: Scope,
    limit: number,
    after?: MissedPlace,
  ): Promise<readonly MissedCall[]> {
    return this.#parts.store.list(filter, scope, limit, after);
  }

  async get(callId: string, scope: Scope): Promise<MissedCall> {
    const missed = await this.#parts.store.get(callId, scope);
    if (!missed) throw new PbxError('not-found', `there is no missed call ${callId}`);
    return missed;
  }

  /**
   * Changes what is done about it. `check` is given the revision that there is, and throws when another one was meant. Throws PbxError
   * `no-such-agent`; `forbidden` where who reaches some agents gives it to another one, or takes it from him; `wrong-state` where the two
   * have talked, which nobody undoes.
   */
  async change(
    callId: string,
    scope: Scope,
    by: Speaker,
    change: MissedChange,
    check: (work: { readonly revision: number }) => void = () => {},
  ): Promise<MissedCall> {
    const { store, hasAgent, tell, clock } = this.#parts;
    const missed = await this.get(callId, scope);
    const { tenantId } = missed;
    const { assignee, done, how = 'no-need', note } = change;
    if (typeof assignee === 'string' && !hasAgent(tenantId, assignee))
      throw new PbxError('no-such-agent', `there is no agent ${assignee}`);
    if (done === false && missed.talked)
      throw new PbxError('wrong-state', `the two have talked in call ${missed.talked.callId}`);
    const at = clock.now();
    const work = await store.change(missed, by.name, at, (before) => {
      check(before);
      if (assignee !== undefined) {
        for (const agent of [assignee, before.assignee])
          if (agent && !scope.includesAgent(tenantId, agent))
            throw new PbxError('forbidden', `it is not yours to give to agent ${agent}, or take from him`);
      }
      return {
        assignee: assignee === undefined ? before.assignee : (assignee ?? undefined),
        done: done === undefined ? before.done : done ? { at, by: by.name, how } : undefined,
        note: note ?? before.note,
      };
    });
    const after = { ...missed, work };
    const ending = endingOf(after)?.how ?? null;
    await tell(tenantId, at, by, { call: callId, assignee: work.assignee ?? null, ending });
    return after;
  }
}
