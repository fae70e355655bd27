import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { isFlat } from '../../bulk/column.ts';
import { KIND_NAMES, type KindName, kindOf } from '../../provisioning/kinds.ts';
import {
  FIELD_TYPES,
  FIRST_FIELDS,
  type FormField,
  formFields,
  hintWords,
  type Words,
} from '../../provisioning/words/form-fields.ts';
import { pathOf } from '../entity-schemas.ts';
import { RequestError } from '../errors.ts';
import { ENTITY_ACTIONS, type EntityAction, entityNeed } from '../kind-rights.ts';
import { orNull, route } from '../route.ts';

const words = Type.Object({ en: Type.String(), zh: Type.String() });

const field = Type.Object({
  path: Type.String({
    description: '`offer.voicemail.key`; `tiers[].afterMs`: of each item; `periods.*.*`: of each key',
  }),
  type: Type.Enum([...FIELD_TYPES], { description: '`duration`: milliseconds; `json`: a form of its own' }),
  label: words,
  help: orNull(words),
  isFirst: Type.Boolean({ description: 'one of those that people set up first' }),
  isRequired: Type.Boolean(),
  isSecret: Type.Boolean({ description: 'written, never read' }),
  isOwnName: Type.Boolean({ description: 'where nothing is written it is the name of the entity' }),
  default: Type.Unknown({ description: 'null: nothing' }),
  choices: orNull(Type.Array(Type.Object({ value: Type.String(), label: words }))),
  minimum: orNull(Type.Number()),
  maximum: orNull(Type.Number()),
  minItems: orNull(Type.Integer()),
  pattern: orNull(Type.String()),
  hint: Type.Union([words, Type.Null()], { description: 'what it must be; of a map, what its keys must be' }),
  reference: orNull(
    Type.String({ description: 'kind of entity that it names; of a map, that its keys name' }),
  ),
});
export type FieldRow = Static<typeof field>;

const facts = {
  kind: Type.Enum([...KIND_NAMES]),
  path: Type.String({ description: 'where those of the kind stand: `/break-reasons`' }),
  title: words,
  key: Type.Enum(['name', 'number', 'id'], { description: 'field that names one' }),
  keyPattern: Type.String(),
  keyHint: words,
  isShared: Type.Boolean({ description: 'of all companies' }),
  isTable: Type.Boolean({ description: 'tables of it may be imported and exported' }),
  may: Type.Array(Type.Enum([...ENTITY_ACTIONS]), {
    description: 'what who asks may do to those of the company',
  }),
};
const QUEUE = {
  kind: 'queue' as const,
  path: '/queues',
  title: { en: 'queue', zh: '队列' },
  key: 'name' as const,
  keyPattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
  keyHint: { en: 'letters, digits, - _ and . (up to 64)', zh: '字母、数字、- _ .（最多 64 个）' },
  isShared: false,
  isTable: true,
  may: ['read' as const, 'update' as const],
};
const kindRow = Type.Object(facts);
const kinds = Type.Object({ items: Type.Array(kindRow) }, { examples: [{ items: [QUEUE] }] });
const kindForm = Type.Object(
  { ...facts, fields: Type.Array(field, { description: 'those that people set up first come first' }) },
  {
    examples: [
      {
        ...QUEUE,
        fields: [
          {
            path: 'ringMs',
            type: 'duration',
            label: { en: 'Ring time', zh: '振铃时长' },
            help: { en: 'One agent is rung so long', zh: '单个坐席振铃时长' },
            ...{ isFirst: true, isRequired: false, isSecret: false, isOwnName: false, default: 15_000 },
            ...{ choices: null, minimum: 0, maximum: null, minItems: null, pattern: null },
            hint: { en: 'a duration such as 500ms, 15s or 2m', zh: '时长，如 500ms、15s、2m' },
            reference: null,
          },
        ],
      },
    ],
  },
);
export type KindRow = Static<typeof kindRow>;
export type KindForm = Static<typeof kindForm>;

/** The kinds of what companies set up, each with its fields as a form needs them. */
export const kindRoutes: FastifyPluginCallbackTypebox = (app, _, done) => {
  app.get(
    '/kinds',
    route(
      { access: 'self', tag: 'entities', summary: 'Kinds of what companies set up that who asks may read' },
      { response: { 200: kinds } },
    ),
    async (request) => ({
      items: KIND_NAMES.map((kind) => rowOf(request, kind)).filter(({ may }) => may.includes('read')),
    }),
  );
  app.get(
    '/kinds/:kind',
    route(
      {
        access: 'self',
        tag: 'entities',
        summary: 'The fields of a kind as a form needs them',
        description:
          'Types, defaults, limits and what they refer to, with a label and a sentence in both languages. The schemas of requests stand with the routes of the kind.',
      },
      { params: Type.Object({ kind: Type.Enum([...KIND_NAMES]) }), response: { 200: kindForm } },
    ),
    async (request) => {
      const { kind } = request.params;
      const row = rowOf(request, kind);
      if (!row.may.includes('read')) throw new RequestError('not-found', `there is no kind ${kind}`);
      return { ...row, fields: rowsOfFields(kind) };
    },
  );
  done();
};

function rowOf({ principal }: Pick<FastifyRequest, 'principal'>, kind: KindName): KindRow {
  const { title, key, keyPattern, keyHint, isShared = false } = kindOf(kind);
  const may = (action: EntityAction) => {
    const { permission, reach } = entityNeed(kind, action);
    return principal.rights.has(permission, reach);
  };
  return {
    ...{ kind, path: pathOf(kind), title, key, keyPattern, isShared },
    keyHint: both(hintWords(keyHint)),
    isTable: isFlat(kind),
    may: ENTITY_ACTIONS.filter(may),
  };
}

function rowsOfFields(kind: KindName): FieldRow[] {
  const tops = [...new Set(formFields(kind).map(({ path }) => topOf(path)))];
  const first = new Set(tops.slice(0, FIRST_FIELDS));
  return formFields(kind).map((each) => fieldRow(each, first.has(topOf(each.path))));
}

const topOf = (path: string) => path.split(/[.[]/)[0]!;

const both = ([en, zh]: Words) => ({ en, zh });

function fieldRow(each: FormField, isFirst: boolean): FieldRow {
  const { path, type, isRequired, isSecret, isOwnName } = each;
  const label = both(each.label ?? [path, path]);
  return {
    ...{ path, type, label, isFirst, isRequired, isSecret, isOwnName },
    help: each.help ? both(each.help) : null,
    default: each.default ?? null,
    choices:
      each.choices?.map(({ value, label: named }) => ({ value, label: both(named ?? [value, value]) })) ??
      null,
    minimum: each.minimum ?? null,
    maximum: each.maximum ?? null,
    minItems: each.minItems ?? null,
    pattern: each.pattern ?? null,
    hint: each.hint ? both(each.hint) : null,
    reference: each.reference ?? null,
  };
}
