import type { AtDesk } from '../at-desk.ts';

/** An act that needs to be told nothing. */
export type Nothing = Readonly<Record<never, never>>;

/** Something that an agent does from his desk. It refuses before it changes anything. */
export interface AgentAct<Args = Nothing, Result = void> {
  /** For people: the field's word. */
  readonly title: { readonly en: string; readonly zh: string };
  /** Throws DeskError, OperationError and others with a code of `shared/error-codes.ts`. */
  do(at: AtDesk, args: Args): Result | Promise<Result>;
}
