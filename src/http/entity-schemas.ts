/** What the API says of each kind of entity, made from its schema. */
import Type, { type TSchema } from 'typebox';
import { Default } from 'typebox/value';
import { withoutSecrets } from '../provisioning/check/secrets.ts';
import { type KindName, kindOf } from '../provisioning/kinds.ts';
import { SYSTEM_TENANT } from '../provisioning/snapshot.ts';
import { isoTime, orNull } from './route.ts';

/** `/break-reasons`: the plural of a kind as a path. */
export const pathOf = (kind: KindName): string => `/${kebab(kindOf(kind).plural)}`;

/** `break-reason`: what rights to a kind are called. */
export const resourceOf = (kind: KindName): string => kebab(kind);

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Words of ours that are not JSON Schema; `hint` is told as the description. */
const OURS = new Set([
  ...['hint', 'keyHint', 'duration', 'json', 'fromKey'],
  ...['reference', 'keyReference', 'prompt', 'unique', 'secret'],
]);

type Json = Readonly<Record<string, unknown>>;

/** What is known of an entity beside its fields. */
const meta = Type.Object(
  {
    kind: Type.String(),
    owner: Type.Enum(['file', 'database'], { description: 'what a file owns is changed there only' }),
    file: orNull(Type.String({ description: '`companies/demo.yaml:12`' })),
    revision: Type.Integer({ description: 'its ETag; 0: of a file' }),
    updatedAt: orNull(isoTime()),
    by: orNull(Type.String({ description: 'who changed it last' })),
  },
  { description: 'not sent with a change; where it is, nobody looks at it' },
);

/** An entity in answers: its fields but the secret ones, and `meta`. */
export function answerSchema(kind: KindName): TSchema {
  const { schema, key, example } = kindOf(kind);
  const { properties, required } = plain(schema, { secrets: false }) as {
    properties: Json;
    required?: string[];
  };
  const fields = { tenant: Type.String(), [key]: Type.String(), ...properties, meta };
  const made = { tenant: kind === 'tenant' ? example[key] : tenantOf(kind), ...example };
  return Type.Unsafe({
    type: 'object',
    properties: fields,
    required: ['tenant', key, ...(required ?? []).filter((name) => name in properties), 'meta'],
    examples: [
      {
        ...withoutSecrets(kindOf(kind), Default(schema, structuredClone(made)) as Json),
        meta: exampleMeta(kind),
      },
    ],
  });
}

/** An entity as it is sent to be made. */
export function madeSchema(kind: KindName): TSchema {
  const { schema, key, keyPattern, keyHint, example } = kindOf(kind);
  const { properties, required = [] } = plain(schema, { secrets: true }) as {
    properties: Json;
    required?: string[];
  };
  const optional = new Set(
    Object.entries(schema.properties).flatMap(([name, field]) =>
      'default' in field || 'fromKey' in field ? [name] : [],
    ),
  );
  return Type.Unsafe({
    type: 'object',
    properties: { [key]: { type: 'string', pattern: keyPattern, description: keyHint }, ...properties },
    required: [key, ...required.filter((name) => !optional.has(name))],
    examples: [example],
  });
}

/** A merge patch (RFC 7396) of an entity. */
export function patchSchema(kind: KindName): TSchema {
  const { example, key } = kindOf(kind);
  const [name, value] = Object.entries(example).find(([field]) => field !== key)!;
  return Type.Unsafe({
    type: 'object',
    description: 'a merge patch (RFC 7396): null takes a field away',
    examples: [{ [name]: value }],
  });
}

const tenantOf = (kind: KindName) => (kindOf(kind).isShared ? SYSTEM_TENANT : 'demo');

const exampleMeta = (kind: KindName) => ({
  kind,
  owner: 'database',
  file: null,
  revision: 3,
  updatedAt: '2026-10-01T08:00:00.000Z',
  by: 'li@demo',
});

/** A schema of ours as JSON Schema that others read; secrets are written only, or left out. */
function plain(schema: unknown, { secrets }: { readonly secrets: boolean }): unknown {
  if (Array.isArray(schema)) return schema.map((each) => plain(each, { secrets }));
  if (typeof schema !== 'object' || schema === null) return schema;
  const facts = schema as Json;
  const made: Record<string, unknown> = {};
  for (const [word, value] of Object.entries(facts)) {
    if (word === 'default' || word === 'enum') made[word] = value;
    else if (word === 'properties') made[word] = propertiesOf(value as Json, secrets);
    else if (!OURS.has(word)) made[word] = plain(value, { secrets });
  }
  const { properties } = facts as { properties?: Json };
  if (Array.isArray(facts['required']) && properties && !secrets)
    made['required'] = facts['required'].filter((name) => !isSecret(properties[String(name)]));
  if (typeof facts['hint'] === 'string') made['description'] = facts['hint'];
  if (facts['secret']) made['writeOnly'] = true;
  return made;
}

function propertiesOf(properties: Json, secrets: boolean): Json {
  const shown = Object.entries(properties).filter(([, field]) => secrets || !isSecret(field));
  return Object.fromEntries(shown.map(([name, field]) => [name, plain(field, { secrets })]));
}

const isSecret = (field: unknown): boolean => (field as { secret?: true } | undefined)?.secret === true;
