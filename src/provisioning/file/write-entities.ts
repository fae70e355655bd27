/** Entities as people write them, so that what is printed can be applied: the way back of `read-entities.ts`. */
import { isDeepStrictEqual } from 'node:util';
import { writtenKey } from '../../config/decode.ts';
import { durationText } from '../../config/duration.ts';
import { yamlText } from '../../config/yaml-text.ts';
import { KIND_NAMES, KINDS, kindOf } from '../kinds.ts';
import type { Named } from '../snapshot.ts';

interface SchemaFacts {
  readonly properties?: Readonly<Record<string, SchemaFacts>>;
  readonly items?: SchemaFacts;
  readonly default?: unknown;
  readonly duration?: string;
  readonly fromKey?: true;
}

type Fields = Readonly<Record<string, unknown>>;

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
      fieldsOf(schema, value as unknown as Fields, name),
    ]);
    return [[KINDS[kind].plural, Object.fromEntries(values)]];
  });
  return { tenant, ...Object.fromEntries(sections) };
}

function fieldsOf({ properties = {} }: SchemaFacts, value: Fields, name?: string): Fields {
  const written: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(properties)) {
    const part = value[key];
    if (part === undefined || isDeepStrictEqual(part, property.default)) continue;
    if (property.fromKey && part === name) continue;
    const text = writtenValue(property, part);
    const isDefault = property.default !== undefined && isDeepStrictEqual(text, {});
    if (!isDefault) written[writtenKey(key, property)] = text;
  }
  return written;
}

function writtenValue(schema: SchemaFacts, value: unknown): unknown {
  if (schema.duration !== undefined) return durationText(value as number);
  if (schema.properties) return fieldsOf(schema, value as Fields);
  if (schema.items?.properties)
    return (value as readonly Fields[]).map((item) => fieldsOf(schema.items!, item));
  return value;
}
