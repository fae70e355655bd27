import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { didYouMean } from '../shared/did-you-mean.ts';
import { ConfigError, type Place } from '../shared/errors.ts';
import type { Path } from '../shared/path.ts';
import { parseDuration } from './duration.ts';
import type { YamlNode } from './yaml-source.ts';

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
  /** The value is milliseconds, its key ends in `Ms`; the file has a duration under the key without `Ms`. */
  readonly duration?: string;
  /** The file may say where the text is instead: `{ file: NAME }` or `{ env: NAME }`. */
  readonly secret?: true;
  /** The key of the entry around it is the default. */
  readonly fromKey?: true;
  /** What JSON can say: proved by somebody else. */
  readonly json?: true;
}

export interface DecodeOptions {
  /** The text of a secret that stands elsewhere; undefined when there is none. */
  readonly secret?: (where: SecretPlace) => string | undefined;
  /** A secret may be missing: the one that is known already stays. */
  readonly withoutSecrets?: boolean;
  /** Keys of the root that are somebody else's to read. */
  readonly others?: readonly string[];
}

/** Where a secret stands: a file, relative to the data folder, or an environment variable. */
export interface SecretPlace {
  readonly file?: string;
  readonly env?: string;
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
export function decode(
  schema: TSchema,
  root: YamlNode | undefined,
  file: string,
  options: DecodeOptions = {},
): Decoded {
  const decoder = new Decoder(file, options);
  const value = decoder.decode(schema as SchemaFacts, root, [], { file, line: 1, column: 1 });
  return { value, errors: decoder.errors, placeOf: (path) => decoder.placeOf(path) };
}

class Decoder {
  readonly errors: ConfigError[] = [];
  readonly #file: string;
  readonly #options: DecodeOptions;
  readonly #places = new Map<string, Place>();

  constructor(file: string, options: DecodeOptions) {
    this.#file = file;
    this.#options = options;
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
    if (schema.json) return this.#json(node, path, place);
    if (schema.type === 'array') return this.#array(schema, node, path);
    if (schema.secret && node.kind === 'map') return this.#secret(schema, node, path);
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
    const known = Object.entries(properties).map(
      ([key, property]) => [writtenKey(key, property), key, property] as const,
    );
    const others = path.length === 0 ? (this.#options.others ?? []) : [];
    const written = [...known.map(([each]) => each), ...others];
    for (const { key, place: at } of entries) {
      if (!written.includes(key)) this.#unknownKey(key, written, path, at);
    }
    for (const [name, key, property] of known) {
      const entry = entries.find((candidate) => candidate.key === name);
      if (!entry?.value && this.#mayBeMissing(schema, key, property)) continue;
      const at = entry?.place ?? node?.place ?? place;
      const child =
        !entry?.value && property.fromKey
          ? String(path.at(-1))
          : this.decode(property, entry?.value, [...path, name], at);
      if (child !== undefined) value[key] = child;
    }
    return value;
  }

  #mayBeMissing(schema: SchemaFacts, key: string, property: SchemaFacts): boolean {
    if (property.secret && this.#options.withoutSecrets) return true;
    return !schema.required?.includes(key) && property.default === undefined;
  }

  #secret(schema: SchemaFacts, node: YamlNode, path: Path): string | undefined {
    const where = this.decode(SECRET_PLACE, node, path, node.place) as SecretPlace;
    const text = this.#options.secret?.(where);
    if (text !== undefined && text !== '') return text;
    const what = where.env !== undefined ? `environment variable ${where.env}` : `file ${where.file}`;
    const reason = `${nameOf(path)} cannot be had: ${what} is empty or missing`;
    if (where.env === undefined && where.file === undefined) return this.#wrong(schema, node, path);
    this.errors.push(new ConfigError(reason, node.place, 'put it there'));
    return undefined;
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

  /** An entry without a value is left out. */
  #json(node: YamlNode | undefined, path: Path, place: Place): unknown {
    this.#places.set(path.join('\n'), node?.place ?? place);
    switch (node?.kind) {
      case undefined:
        return undefined;
      case 'text':
        return node.quoted ? node.text : plainOf(node.text);
      case 'list':
        return node.items.map((item, index) => this.#json(item, [...path, index], node.place) ?? null);
      case 'map': {
        const entries = node.entries.map(
          ({ key, value, place: at }) => [key, this.#json(value, [...path, key], at)] as const,
        );
        return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
      }
    }
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

const SECRET_PLACE: SchemaFacts = {
  type: 'object',
  properties: { file: { type: 'string' }, env: { type: 'string' } },
};

/** The key that the file has for a property. */
export function writtenKey(key: string, property: { readonly duration?: string }): string {
  return property.duration === undefined ? key : key.slice(0, -'Ms'.length);
}

function scalarOf(schema: SchemaFacts, text: string): unknown {
  if (schema.duration !== undefined) {
    const ms = new RegExp(schema.duration).test(text) ? parseDuration(text) : Number.NaN;
    return Number.isNaN(ms) ? text : ms;
  }
  if (schema.type === 'number' || schema.type === 'integer') {
    return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  }
  if (schema.type === 'boolean') {
    if (text === 'true' || text === 'yes') return true;
    if (text === 'false' || text === 'no') return false;
  }
  return text;
}

/** A text without quotes as JSON has it; one that would lose something stays: `0755`, `+86`. */
function plainOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return String(number) === text ? number : text;
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
