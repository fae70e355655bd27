import type { Static, TObject } from 'typebox';
import { DIGITS, NAME } from '../config/fields.ts';
import type { Path } from '../shared/path.ts';

/** What an entity's name is called, and what it may be. */
export type KeyField = 'name' | 'number' | 'id';

/** A mistake in one value that its schema alone does not show. */
export type Complain = (path: Path, reason: string, fix: string) => void;

/** A kind of entity (实体): what companies set up. Each stands in a file of its own in `kind/`. */
export interface Kind<
  Name extends string = string,
  Key extends KeyField = KeyField,
  Body extends TObject = TObject,
> {
  readonly name: Name;
  /** Section of a file: `queues: { sales: ... }`. */
  readonly plural: string;
  /** For people. */
  readonly title: { readonly en: string; readonly zh: string };
  readonly key: Key;
  /** Pattern of the key, and the same in words. */
  readonly keyPattern: string;
  readonly keyHint: string;
  /** All companies share it: only tenant `system` has it. */
  readonly isShared?: boolean;
  /** Its key is a number that the company's phones dial: no other kind of these may have the same in the company. */
  readonly isDialled?: boolean;
  /** One for people to begin with: its key, and what somebody would write. */
  readonly example: Readonly<Record<string, unknown>>;
  /** All but tenant and key: the same for files, database and API. */
  readonly schema: Body;
  /** Fields that say whom its secrets are told: who changes one gives the secrets anew, so that they go nowhere else than they were meant for. */
  readonly secretsFor?: readonly (keyof Static<Body> & string)[];
  check?(value: Readonly<Static<Body>>, complain: Complain): void;
  /** The same for what must go with other entities of its company; `of` finds one by kind and name. */
  checkAmong?(
    value: Readonly<Static<Body>>,
    of: (kind: string, name: string) => unknown,
    complain: Complain,
  ): void;
  /** Whether two may hold the same value of a unique field after all: something else tells them apart. */
  mayShare?(one: Readonly<Static<Body>>, other: Readonly<Static<Body>>): boolean;
  /** What to write for that. */
  readonly howToShare?: string;
}

type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;

/** An entity as the engine has it: its tenant, its key, and what the schema says. Frozen. */
export type EntityOf<Of extends Kind> = DeepReadonly<
  { tenant: string } & { [Key in Of['key']]: string } & Static<Of['schema']>
>;

type KindWords = 'keyPattern' | 'keyHint';

/** A kind with what follows from the others: names are letters and digits, numbers are digits. */
export function defineKind<const Name extends string, const Key extends KeyField, Body extends TObject>(
  kind: Omit<Kind<Name, Key, Body>, KindWords> & Partial<Pick<Kind, KindWords>>,
): Kind<Name, Key, Body> {
  const isNumber = kind.key === 'number';
  return {
    keyPattern: isNumber ? DIGITS : NAME,
    keyHint: isNumber ? '2 to 15 digits' : 'letters, digits, - _ and . (up to 64)',
    ...kind,
  };
}
