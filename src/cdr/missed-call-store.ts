import type { Scope } from '../shared/scope.ts';
import type { CallOutcome, Cdr } from './cdr.ts';

/** `assigned`: somebody is to see to it. `done`: the two have talked, or somebody says that nothing is left to do. */
export const MISSED_STATES = ['open', 'assigned', 'done'] as const;
export type MissedState = (typeof MISSED_STATES)[number];

/** How it was done: he was called back, has called again and reached somebody, or there was no need. */
export const MISSED_ENDINGS = ['called-back', 'called-again', 'no-need'] as const;
export type MissedEnding = (typeof MISSED_ENDINGS)[number];

/** What people have done about a missed call. Times in ms since 1970. */
export interface MissedWork {
  /** Work number of who is to see to it. */
  readonly assignee: string | undefined;
  readonly done: { readonly at: number; readonly by: string; readonly how: MissedEnding } | undefined;
  readonly note: string;
  /** Counts up with each change. */
  readonly revision: number;
}

export const NO_WORK: MissedWork = { assignee: undefined, done: undefined, note: '', revision: 0 };

/** A caller who sought somebody and reached nobody (未接来电), by his last such call. */
export interface MissedCall extends Pick<Cdr, 'callId' | 'startedAt' | 'tenantId' | 'caller' | 'called'> {
  readonly area: string | undefined;
  readonly hotline: string | undefined;
  /** That he asked last. */
  readonly queue: string | undefined;
  readonly outcome: CallOutcome;
  readonly waitMs: number;
  /** How often he has called in vain since the time asked for, up to {@link TIMES_LIMIT}. */
  readonly times: number;
  /** The two have talked since. */
  readonly talked: { readonly at: number; readonly callId: string; readonly isInbound: boolean } | undefined;
  readonly work: MissedWork;
}

/** More calls than that of one caller are not counted. */
export const TIMES_LIMIT = 20;

/** Those whose last call began then, in a state. */
export interface MissedFilter {
  readonly from: number;
  readonly to?: number | undefined;
  readonly states: readonly MissedState[];
  readonly queue?: string | undefined;
  readonly assignee?: string | undefined;
}

export type MissedPlace = Pick<MissedCall, 'startedAt' | 'callId'>;

/** Missed calls: port to the store. Who reaches some agents sees what rang them, and what is assigned to them. */
export interface MissedCallStore {
  /** The newest first, after a place. */
  list(
    filter: MissedFilter,
    scope: Scope,
    limit: number,
    after?: MissedPlace,
  ): Promise<readonly MissedCall[]>;
  /** Undefined: there is none of this id in the scope. */
  get(callId: string, scope: Scope): Promise<MissedCall | undefined>;
  /**
   * Changes what is done about it, and tells the company's stream in the same transaction. `decide` is asked again when somebody else was
   * first, and may throw.
   */
  change(
    call: Pick<MissedCall, 'startedAt' | 'callId' | 'tenantId'>,
    by: string,
    at: number,
    decide: (before: MissedWork) => Omit<MissedWork, 'revision'>,
  ): Promise<MissedWork>;
}

export function stateOfMissed({ talked, work }: Pick<MissedCall, 'talked' | 'work'>): MissedState {
  if (talked || work.done) return 'done';
  return work.assignee === undefined ? 'open' : 'assigned';
}

/** When and how it was done; undefined: it is not. That the two have talked says more than what somebody has ticked off. */
export function endingOf({ talked, work }: Pick<MissedCall, 'talked' | 'work'>):
  | {
      readonly at: number;
      /** Undefined: it follows from the call. */
      readonly by: string | undefined;
      readonly how: MissedEnding;
      readonly callId: string | undefined;
    }
  | undefined {
  if (talked) {
    const how = talked.isInbound ? 'called-again' : 'called-back';
    return { at: talked.at, by: undefined, how, callId: talked.callId };
  }
  return work.done && { ...work.done, callId: undefined };
}
