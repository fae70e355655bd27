import type { TSchema } from 'typebox';
import type { Path } from '../../shared/path.ts';
import type { FieldMarks } from '../fields.ts';
import type { Kind } from '../kind.ts';

/** Every item of a list, every value of a map. */
const EACH = Symbol('each');
/** The keys of a map, which are names themselves. */
const KEYS = Symbol('keys');
type Step = string | typeof EACH | typeof KEYS;

/** A field that means something outside of its entity, and the way to it. */
export interface MarkedField {
  readonly steps: readonly Step[];
  readonly marks: FieldMarks;
}

interface SchemaFacts extends FieldMarks {
  readonly keyReference?: string;
  readonly properties?: Readonly<Record<string, SchemaFacts>>;
  readonly patternProperties?: Readonly<Record<string, SchemaFacts>>;
  readonly items?: SchemaFacts;
  readonly anyOf?: readonly SchemaFacts[];
}

const known = new WeakMap<TSchema, readonly MarkedField[]>();

/** The fields of a kind that refer, name a prompt, are unique or secret; found once. */
export function markedFields({ schema }: Kind): readonly MarkedField[] {
  let fields = known.get(schema);
  if (!fields) {
    fields = [...find(schema as SchemaFacts, [])];
    known.set(schema, fields);
  }
  return fields;
}

function* find(schema: SchemaFacts, steps: readonly Step[]): Generator<MarkedField, void> {
  if (schema.reference ?? schema.prompt ?? schema.unique ?? schema.secret) yield { steps, marks: schema };
  if (schema.keyReference) yield { steps: [...steps, KEYS], marks: { reference: schema.keyReference } };
  for (const [key, property] of Object.entries(schema.properties ?? {}))
    yield* find(property, [...steps, key]);
  for (const property of Object.values(schema.patternProperties ?? {}))
    yield* find(property, [...steps, EACH]);
  if (schema.items) yield* find(schema.items, [...steps, EACH]);
  for (const choice of schema.anyOf ?? []) yield* find(choice, steps);
}

/** The texts that a value has at a marked field, each with the way to it. */
export function* textsAt(
  value: unknown,
  { steps }: MarkedField,
  path: Path = [],
  depth = 0,
): Generator<{ readonly path: Path; readonly text: string }, void> {
  if (depth === steps.length) {
    if (typeof value === 'string') yield { path, text: value };
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const step = steps[depth]!;
  if (step === KEYS) {
    for (const key of Object.keys(value)) yield { path: [...path, key], text: key };
    return;
  }
  const entries: readonly (readonly [string | number, unknown])[] =
    step !== EACH
      ? [[step, (value as Readonly<Record<string, unknown>>)[step]]]
      : Array.isArray(value)
        ? [...value.entries()]
        : Object.entries(value);
  for (const [key, part] of entries) yield* textsAt(part, { steps, marks: {} }, [...path, key], depth + 1);
}
