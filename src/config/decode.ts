import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { didYouMean } from '../shared/did-you-mean.ts';
import { ConfigError, type Place } from '../shared/errors.ts';
import type { Path, YamlNode } from './yaml-source.ts';

/** What this file reads of a schema. `hint` says in words what a value must be. */
interface SchemaFacts {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, SchemaFacts>>;
  readonly patternProperties?: Readonly<Record<string, SchemaFacts>>;
  readonly required?: readonly string[];
  readonly items?: SchemaFacts;
  readonly anyOf?: readonly SchemaFacts[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly default?: unknown;
  readonly hint?: string;
  readonly keyHint?: string;
}

/** A decoded value, the mistakes found, and where each part of the value stands in the file. */
export interface Decoded {
  readonly value: unknown;
  readonly errors: readonly ConfigError[];
  /** Place of the value at `path`, or of the nearest part around it that the file has. */
  placeOf(path: Path): Place;
}

/**
 * Turns a YAML node into the value that `schema` describes: numbers and booleans from their text, defaults where
 * the file says nothing. Finds every mistake in one pass; a part with a mistake is left out of the value.
 */
export function decode(schema: TSchema, root: YamlNode | undefined, file: string): Decoded {
  const decoder = new Decoder(file);
  const value = decoder.decode(schema as SchemaFacts, root, [], { file, line: 1, column: 1 });
  return { value, errors: decoder.errors, placeOf: (path) => decoder.placeOf(path) };
}

class Decoder {
  readonly errors: ConfigError[] = [];
  readonly #file: string;
  readonly #places = new Map<string, Place>();

  constructor(file: string) {
    this.#file = file;
  }

  placeOf(path: Path): Place {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(path.slice(0, length).join('\n'));
      if (place) return place;
    }
    return { file: this.#file };
  }

  decode(schema: SchemaFacts, node: YamlNode | undefined, path: Path, place: Place): unknown {
    this.#places.set(path.join('\n'), node?.place ?? place);
    if (schema.anyOf) {
      if (node === undefined) return this.#absent(schema, path, place);
      return this.decode(this.#alternative(schema.anyOf, node), node, path, place);
    }
    if (schema.type === 'object') {
      if (node && node.kind !== 'map') return this.#wrong(schema, node, path);
      return schema.properties
        ? this.#object(schema, node, path, place)
        : this.#record(schema, node, path, place);
    }
    if (node === undefined) return this.#absent(schema, path, place);
    if (schema.type === 'array') return this.#array(schema, node, path);
    return this.#scalar(schema, node, path);
  }

  /** A choice is made by shape: a map takes the object, anything else the first of the others. */
  #alternative(choices: readonly SchemaFacts[], node: YamlNode): SchemaFacts {
    const isObject = (choice: SchemaFacts) => choice.type === 'object';
    const fitting = choices.find((choice) => isObject(choice) === (node.kind === 'map'));
    return fitting ?? choices[0]!;
  }

  #object(schema: SchemaFacts, node: YamlNode | undefined, path: Path, place: Place): unknown {
    const entries = node?.kind === 'map' ? node.entries : [];
    const properties = schema.properties ?? {};
    const value: Record<string, unknown> = {};
    for (const { key, place: at } of entries) {
      if (!Object.hasOwn(properties, key)) this.#unknownKey(key, Object.keys(properties), path, at);
    }
    for (const [key, property] of Object.entries(properties)) {
      const entry = entries.find((candidate) => candidate.key === key);
      const isRequired = schema.required?.includes(key) ?? false;
      if (!entry?.value && !isRequired && property.default === undefined) continue;
      const child = this.decode(property, entry?.value, [...path, key], entry?.place ?? node?.place ?? place);
      if (child !== undefined) value[key] = child;
    }
    return value;
  }

  #record(schema: SchemaFacts, node: YamlNode | undefined, path: Path, place: Place): unknown {
    if (!node) return schema.default ?? {};
    const value: Record<string, unknown> = {};
    const [pattern, property] = Object.entries(schema.patternProperties ?? {})[0] ?? ['', {}];
    const keys = new RegExp(pattern);
    for (const entry of node.kind === 'map' ? node.entries : []) {
      if (keys.test(entry.key)) {
        value[entry.key] = this.decode(property, entry.value, [...path, entry.key], entry.place);
      } else {
        const what = `'${entry.key}' cannot be a name in ${nameOf(path)}`;
        this.errors.push(
          new ConfigError(what, entry.place, `names are ${schema.keyHint ?? `like ${pattern}`}`),
        );
      }
    }
    this.#places.set(path.join('\n'), node.place ?? place);
    return value;
  }

  #array(schema: SchemaFacts, node: YamlNode, path: Path): unknown {
    if (node.kind !== 'list') return this.#wrong(schema, node, path);
    const items = node.items.map((item, index) =>
      this.decode(schema.items ?? {}, item, [...path, index], node.place),
    );
    if (items.length < (schema.minItems ?? 0)) return this.#wrong(schema, node, path);
    return items;
  }

  #scalar(schema: SchemaFacts, node: YamlNode, path: Path): unknown {
    if (node.kind !== 'text') return this.#wrong(schema, node, path);
    const value = scalarOf(schema, node.text);
    return Check(schema as TSchema, value) ? value : this.#wrong(schema, node, path);
  }

  #absent(schema: SchemaFacts, path: Path, place: Place): unknown {
    if (schema.default !== undefined) return schema.default;
    const fix = `write '${path.at(-1)}: …' (${expected(schema)})`;
    this.errors.push(new ConfigError(`${nameOf(path)} is missing`, place, fix));
    return undefined;
  }

  #wrong(schema: SchemaFacts, node: YamlNode, path: Path): undefined {
    const is = node.kind === 'text' ? `'${node.text}'` : `a ${node.kind}`;
    const near = node.kind === 'text' && schema.enum ? didYouMean(node.text, schema.enum) : undefined;
    const fix = near ? `did you mean '${near}'?` : `write ${expected(schema)}`;
    this.errors.push(
      new ConfigError(`${nameOf(path)} must be ${expected(schema)}, is ${is}`, node.place, fix),
    );
    return undefined;
  }

  #unknownKey(key: string, known: readonly string[], path: Path, place: Place): void {
    const near = didYouMean(key, known);
    const fix = near ? `did you mean '${near}'?` : `known keys are ${known.join(', ')}`;
    this.errors.push(new ConfigError(`unknown key '${key}' in ${nameOf(path)}`, place, fix));
  }
}

function scalarOf(schema: SchemaFacts, text: string): unknown {
  if (schema.type === 'number' || schema.type === 'integer') {
    return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  }
  if (schema.type === 'boolean') {
    if (text === 'true' || text === 'yes') return true;
    if (text === 'false' || text === 'no') return false;
  }
  return text;
}

function expected(schema: SchemaFacts): string {
  if (schema.hint) return schema.hint;
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  const { minimum, maximum } = schema;
  const range = minimum !== undefined && maximum !== undefined ? ` from ${minimum} to ${maximum}` : '';
  const least = minimum !== undefined && maximum === undefined ? ` of at least ${minimum}` : '';
  switch (schema.type) {
    case 'object':
      return 'a map (key: value)';
    case 'array':
      return schema.minItems ? `a list of at least ${schema.minItems}` : 'a list';
    case 'integer':
      return `a whole number${range}${least}`;
    case 'number':
      return `a number${range}${least}`;
    case 'boolean':
      return 'true or false';
    default:
      return schema.pattern ? `text like ${schema.pattern}` : 'text';
  }
}

function nameOf(path: Path): string {
  return path.length === 0 ? 'the file' : path.join('.');
}
