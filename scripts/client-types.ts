/** The types of `pbx400/client` for all routes, made of the OpenAPI document, which is made of the routes' own schemas: nothing is written twice. */

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema?: Schema }>>;
  };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { schema?: Schema }>> }
    >
  >;
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Objects whose text is longer have a name, when they stand in several places. */
const SHORT = 160;
const BASE = '/api/v1';
const HEAD = `/** Made by \`npm run openapi\` of the schemas of the routes; a test says when it is not what they are. */

/** A merge patch (RFC 7396): null takes a field away. */
export type MergePatch<Of> = { readonly [Name in keyof Of]?: Of[Name] | null };

/** What goes as it is: a file, bytes or a stream. */
export type RawBody = Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer> | ReadableStream<Uint8Array>;
`;

/** The module \`src/client/operations.ts\`. */
export function clientTypes(document: OpenApiDocument): string {
  return new ClientTypes(document).text;
}

class ClientTypes {
  readonly text: string;
  /** How often an object stands there, and its name when that is several times, by its schema. */
  readonly #counts = new Map<string, number>();
  readonly #names = new Map<string, string>();
  readonly #declared = new Map<string, string>();
  #isCounting = true;

  constructor({ paths, components }: OpenApiDocument) {
    const operations = Object.entries(paths)
      .filter(([path]) => path.startsWith(`${BASE}/`))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(
          ([method, operation]) => [method.toUpperCase(), path.slice(BASE.length), operation] as const,
        ),
      );
    // Once to count what stands in several places, once to write it.
    for (const [method, path, operation] of operations) this.#operation(method, path, operation);
    this.#isCounting = false;
    const lines = operations.map(
      ([method, path, operation]) =>
        `  /** ${operation.summary ?? ''} */\n  readonly '${method} ${path}': ${this.#operation(method, path, operation)};`,
    );
    const problem = `export interface Problem ${this.#objectOf(components.schemas['Problem']!, 'Problem')}`;
    const declared = [...this.#declared].map(([name, text]) => `export type ${name} = ${text};`);
    const once = operations.filter(([, , each]) => JSON.stringify(each.responses).includes('`key-reused`'));
    const listed = operations.filter(
      ([method, path, { responses }]) =>
        method === 'GET' &&
        /^\/[\w-]+$/.test(path) &&
        isPage(responses['200']?.content?.['application/json']),
    );
    const list = (names: readonly string[]) => names.map((each) => `  '${each}',`).join('\n');
    this.text = [
      HEAD,
      '/** What an answer says that is no success (RFC 9457). */',
      `${problem}\n`,
      '/** All operations: what stands in their path and query, what is sent, what is answered. */',
      `export interface Operations {\n${lines.join('\n')}\n}\n`,
      `${declared.join('\n')}\n`,
      '/** Those that happen once for an `Idempotency-Key`, however often they are asked. */',
      `export const ONCE = [\n${list(once.map(([method, path]) => `${method} ${path}`))}\n] as const;\n`,
      '/** Lists of a company. */',
      `export const LISTS = [\n${list(listed.map(([, path]) => path.slice(1)))}\n] as const;\n`,
    ].join('\n');
  }

  #operation(method: string, path: string, { parameters = [], requestBody, responses }: Operation): string {
    const place = nameOf(method === 'GET' ? path : `${path}/${method.toLowerCase()}`);
    const parts: string[] = [];
    for (const where of ['path', 'query']) {
      const found = parameters.filter((each) => each.in === where);
      if (found.length === 0) continue;
      const properties = Object.fromEntries(
        found.map(({ name, schema, description }) => [
          name,
          { ...schema, ...(description && { description }) },
        ]),
      );
      const required = found.filter((each) => each.required).map(({ name }) => name);
      const text = this.#type({ type: 'object', properties, required }, place + capital(where));
      parts.push(`readonly ${where}${required.length === 0 ? '?' : ''}: ${text}`);
    }
    if (requestBody) {
      const mark = requestBody.required ? '' : '?';
      parts.push(`readonly body${mark}: ${this.#body(method, path, requestBody.content, place)}`);
    }
    parts.push(`readonly answer: ${this.#answer(responses, place)}`);
    return `{ ${parts.join('; ')} }`;
  }

  #body(
    method: string,
    path: string,
    content: NonNullable<Operation['requestBody']>['content'],
    place: string,
  ): string {
    const schema = content['application/json']?.schema;
    if (!schema) return 'RawBody';
    const isAnyPatch = method === 'PATCH' && schema.type === 'object' && !schema.properties;
    if (isAnyPatch) return `MergePatch<Operations['POST ${path.replace(/\/\{\w+\}$/, '')}']['body']>`;
    return this.#type(schema, `${place}Body`);
  }

  /** What is answered with a success; `Response`: it is no JSON, or not always. */
  #answer(responses: Operation['responses'], place: string): string {
    const successes = Object.entries(responses).filter(([status]) => /^[123]/.test(status));
    const texts = successes.map(([, { content }]) => {
      if (!content) return 'undefined';
      const types = Object.keys(content);
      const schema = content['application/json']?.schema;
      if (types.length !== 1 || !schema) return 'Response';
      return this.#type(schema, place);
    });
    return [...new Set(texts)].join(' | ');
  }

  #type(schema: Schema, place: string): string {
    if (schema.const !== undefined) return literal(schema.const);
    if (schema.enum) return schema.enum.map(literal).join(' | ');
    if (schema.anyOf) {
      const texts = schema.anyOf.map((each) => this.#type(each, place));
      return [...new Set(texts)].join(' | ');
    }
    switch (schema.type) {
      case 'string':
      case 'boolean':
      case 'null':
        return schema.type;
      case 'integer':
      case 'number':
        return 'number';
      case 'array': {
        const item = this.#type(schema.items ?? {}, place.endsWith('Items') ? place.slice(0, -1) : place);
        return `readonly ${/[ |]/.test(item) && !item.startsWith('{') ? `(${item})` : item}[]`;
      }
      case 'object':
        return this.#object(schema, place);
      default:
        return 'unknown';
    }
  }

  #object(schema: Schema, place: string): string {
    const key = JSON.stringify(schema, (name, value) =>
      name === 'example' || name === 'examples' ? undefined : value,
    );
    if (this.#isCounting) {
      const text = this.#objectOf(schema, place);
      if (text.length >= SHORT) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      return text;
    }
    if ((this.#counts.get(key) ?? 0) < 2) return this.#objectOf(schema, place);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    let free = place;
    for (let n = 2; this.#declared.has(free); n++) free = `${place}${n}`;
    this.#names.set(key, free);
    // Its place among the others, before what it holds.
    this.#declared.set(free, '');
    this.#declared.set(free, this.#objectOf(schema, free));
    return free;
  }

  #objectOf({ properties, required = [], additionalProperties }: Schema, place: string): string {
    if (!properties) {
      const values =
        typeof additionalProperties === 'object' ? this.#type(additionalProperties, place) : 'unknown';
      return `{ readonly [name: string]: ${values} }`;
    }
    const members = Object.entries(properties).map(([name, each]) => {
      const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
      const comment = each.description
        ? `/** ${each.description.replaceAll('*/', '*\\/').replaceAll('\n', ' ')} */ `
        : '';
      const mark = required.includes(name) ? '' : '?';
      return `${comment}readonly ${key}${mark}: ${this.#type(each, place + capital(name))}`;
    });
    return members.length === 0 ? '{ readonly [name: string]: never }' : `{ ${members.join('; ')} }`;
  }
}

function isPage(media: { readonly schema?: Schema } | undefined): boolean {
  const { properties } = media?.schema ?? {};
  return properties?.['items'] !== undefined && properties['next'] !== undefined;
}

const literal = (value: unknown) =>
  typeof value === 'string'
    ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    : JSON.stringify(value);
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).replace(/\W/g, '');

/** `HotlinesVersions` of `/hotlines/{id}/versions`. */
function nameOf(path: string): string {
  const words = path.split(/[/-]/).filter((word) => word !== '' && !word.startsWith('{'));
  return words.map(capital).join('');
}
