import { type KindName, kindOf } from '../kinds.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A value whose titles are its name where nothing else is written. */
export function withOwnName(kind: KindName, value: Fields, name: string): Fields {
  const missing = Object.entries(kindOf(kind).schema.properties).filter(
    ([field, schema]) => 'fromKey' in schema && value[field] === undefined,
  );
  return { ...Object.fromEntries(missing.map(([field]) => [field, name])), ...value };
}
