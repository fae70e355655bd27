import type { Static, TObject, TProperties } from 'typebox';
import { toldObject } from '../act/agent-act.ts';
import type { Chief } from '../chief.ts';
import type { Supervisions } from '../supervisions.ts';

/** What a supervisor did, for the audit trail. */
export interface Done {
  /** Undefined: it was done to a caller who has no agent. */
  readonly agent?: string | undefined;
  readonly callId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Something that a supervisor (班长席) does to an agent or a caller. It refuses before it changes anything. */
export interface SupervisorAct<Args extends TProperties = TProperties> {
  /** For people: the field's word. */
  readonly title: { readonly en: string; readonly zh: string };
  /** What it does, for who reads the API; left out: the title says it. */
  readonly description?: string;
  /** It takes part in a talk, or ends that; left out: it has an agent or a caller do otherwise. */
  readonly takesPart?: true;
  /** What it is told: the body of a request for it. */
  readonly args: TObject<Args>;
  /** Throws DeskError, OperationError and others with a code of `shared/error-codes.ts`. */
  do(by: Chief, args: Static<TObject<Args>>, supervisions: Supervisions): Done | Promise<Done>;
}

/** Declares an act. `args`: left out, it needs to be told nothing. */
export function supervisorAct<Args extends TProperties = Record<never, never>>(
  act: Omit<SupervisorAct<Args>, 'args'> & { readonly args?: Args },
): SupervisorAct<Args> {
  const { args = {} as Args } = act;
  return { ...act, args: toldObject(args) };
}
