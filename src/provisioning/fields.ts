/**
 * Fields that only entities have. What a field refers to stands in its schema, so that one walker checks all of them;
 * `config/fields.ts` has those that the machine has too.
 */
import Type from 'typebox';

/** What the walker finds in a schema; `reference` is the name of a kind. */
export interface FieldMarks {
  /** The name of an entity of this kind, of the same tenant. */
  readonly reference?: string;
  /** The name of a prompt. */
  readonly prompt?: true;
  /** No other entity of any tenant may hold the same value; what it is called in messages. */
  readonly unique?: string;
  /** Left out of what is shown, printed and logged. */
  readonly secret?: true;
}

/** The name of an entity of `kind`, of the same tenant. */
export const reference = (kind: string) =>
  Type.String({ minLength: 1, hint: `the name of one of kind ${kind}`, reference: kind });

/** The name of an entity of `kind`, the entity's own name when nothing is written. */
export const referenceOfSameName = (kind: string) =>
  Type.String({ minLength: 1, hint: `the name of one of kind ${kind}`, reference: kind, fromKey: true });

/** The name of a prompt in the catalogue. */
export const promptName = (written?: string) =>
  Type.String({
    minLength: 1,
    hint: 'the name of a prompt',
    prompt: true,
    ...(written === undefined ? {} : { default: written }),
  });

/** A name for people, the entity's own name when nothing is written. */
export const title = () => Type.String({ minLength: 1, hint: 'text', fromKey: true });

/** A value that no other entity of any tenant may have; `what` names it in messages. */
export const unique = <Field extends Type.TSchema>(what: string, field: Field): Field => ({
  ...field,
  unique: what,
});

/** A text that is not shown. Files may write `{ file: NAME }`, in the data folder, or `{ env: NAME }` instead. */
export const secret = () =>
  Type.String({ minLength: 1, hint: 'a text, { file: NAME } or { env: NAME }', secret: true });

/** A part of an entity that is not shown as a whole. */
export const secretPart = <Field extends Type.TSchema>(field: Field): Field => ({ ...field, secret: true });
