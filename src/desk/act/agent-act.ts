import Type, { type Static, type TObject, type TProperties, type TSchema, type TVoid } from 'typebox';
import type { AtDesk } from '../at-desk.ts';

/** What an act is, besides what it is told and what comes of it. */
interface Titled {
  /** For people: the field's word. */
  readonly title: { readonly en: string; readonly zh: string };
  /** What it does, for who reads the API; left out: the title says it. */
  readonly description?: string;
  /** `talk`: it is about a talk that the agent is in. */
  readonly of: 'agent' | 'talk';
}

/** Something that an agent does from his desk. It refuses before it changes anything. */
export interface AgentAct<Args extends TProperties = TProperties, Result extends TSchema = TSchema>
  extends Titled {
  /** What it is told: the body of a request for it. */
  readonly args: TObject<Args>;
  /** What comes of it. */
  readonly result: Result;
  /** Throws DeskError, OperationError and others with a code of `shared/error-codes.ts`. */
  do(at: AtDesk, args: Static<TObject<Args>>): Static<Result> | Promise<Static<Result>>;
}

interface Exampled {
  readonly examples?: readonly unknown[];
}

/** What an act is told, with an example made of those of its fields. */
export function toldObject<Fields extends TProperties>(fields: Fields): TObject<Fields> {
  const firsts = Object.entries(fields as Readonly<Record<string, Exampled>>).map(
    ([name, { examples }]) => [name, examples?.[0]] as const,
  );
  const example = Object.fromEntries(firsts.filter(([, first]) => first !== undefined));
  return Type.Object(fields, { additionalProperties: false, examples: [example] });
}

/** Declares an act. `args`: left out, it needs to be told nothing. `result`: left out, nothing comes of it but that it is done. */
export function agentAct<Args extends TProperties = Record<never, never>, Result extends TSchema = TVoid>(
  act: Titled & { readonly args?: Args; readonly result?: Result } & Pick<AgentAct<Args, Result>, 'do'>,
): AgentAct<Args, Result> {
  const { args = {} as Args, result = Type.Void() as unknown as Result } = act;
  return { ...act, args: toldObject(args), result };
}
