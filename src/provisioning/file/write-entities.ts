/** Entities as people write them, so that what is printed can be applied: the way back of `read-entities.ts`. */
import { isDeepStrictEqual } from 'node:util';
import { writtenKey } from '../../config/decode.ts';
import { durationText } from '../../config/duration.ts';
import { yamlText } from '../../config/yaml-text.ts';
import { KIND_NAMES, KINDS, type KindName, kindOf } from '../kinds.ts';
import type { Named } from '../snapshot.ts';

interface SchemaFacts {
  readonly properties?: Readonly<Record<string, SchemaFacts>>;
  readonly items?: SchemaFacts;
  readonly default?: unknown;
  readonly duration?: string;
  readonly fromKey?: true;
}

type Fields = Readonly<Record<string, unknown>>;

/** All fields of a value as a file has them, also those that have their default. */
export function writtenFields(kind: KindName, value: object): Fields {
  return fieldsOf(kindOf(kind).schema as SchemaFacts, value as Fields, { isWhole: true });
}

/** One document for each company, by name; so are their entities. What has its default is left out. */
export function writeEntities(entities: Iterable<Named>): string {
  const companies = Map.groupBy(entities, ({ tenant }) => tenant);
  return [...companies]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([tenant, own]) => yamlText(documentOf(tenant, own)))
    .join('---\n');
}

function documentOf(tenant: string, own: readonly Named[]): Fields {
  const byKind = Map.groupBy(own, ({ kind }) => kind);
  const sections = KIND_NAMES.flatMap((kind) => {
    const named = byKind.get(kind);
    if (!named) return [];
    const schema = kindOf(kind).schema as SchemaFacts;
    const sorted = named.toSorted((one, other) => one.name.localeCompare(other.name));
    const values = sorted.map(({ name, value }) => [
      name,
      fieldsOf(schema, value as unknown as Fields, { name }),
    ]);
    return [[KINDS[kind].plural, Object.fromEntries(values)]];
  });
  return { tenant, ...Object.fromEntries(sections) };
}

interface Wanted {
  /** The entity's name: fields that have it by default are left out. */
  readonly name?: string;
  /** What has its default stands there too. */
  readonly isWhole?: boolean;
}

function fieldsOf({ properties = {} }: SchemaFacts, value: Fields, { name, isWhole }: Wanted = {}): Fields {
  const written: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(properties)) {
    const part = value[key];
    if (part === undefined || (!isWhole && isDeepStrictEqual(part, property.default))) continue;
    if (property.fromKey && part === name) continue;
    const text = writtenValue(property, part, isWhole);
    const isDefault = property.default !== undefined && isDeepStrictEqual(text, {});
    if (isWhole || !isDefault) written[writtenKey(key, property)] = text;
  }
  return written;
}

function writtenValue(schema: SchemaFacts, value: unknown, isWhole = false): unknown {
  if (schema.duration !== undefined) return durationText(value as number);
  // A part that is not shown is a word (`(secret)`), what ever its fields are.
  if (schema.properties && typeof value === 'object') return fieldsOf(schema, value as Fields, { isWhole });
  if (schema.items?.properties)
    return (value as readonly Fields[]).map((item) => fieldsOf(schema.items!, item, { isWhole }));
  return value;
}
