import type { AtDesk } from '../at-desk.ts';
import type { Supervisions } from '../supervisions.ts';

/** What a supervisor did, for the audit trail. */
export interface Done {
  /** Undefined: it was done to a caller who has no agent. */
  readonly agent?: string | undefined;
  readonly callId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Something that a supervisor (班长席) does to an agent or a caller. It refuses before it changes anything. */
export interface SupervisorAct<Args> {
  /** For people: the field's word. */
  readonly title: { readonly en: string; readonly zh: string };
  /** Throws DeskError, OperationError and others with a code of `shared/error-codes.ts`. */
  do(by: AtDesk, args: Args, supervisions: Supervisions): Done | Promise<Done>;
}
