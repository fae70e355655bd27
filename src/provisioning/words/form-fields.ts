/** The fields of a kind as a form needs them (表单): made from its schema, with words for people. */
import type { Described } from '../../config/describe.ts';
import { ZH_HINTS } from '../../config/zh-hints.ts';
import { ENTITY_KEYS } from '../describe.ts';
import { type KindName, kindOf } from '../kinds.ts';
import { choiceWords } from './choices.ts';
import { labelOf } from './labels.ts';

/** `group` holds the fields below it, `list` an item at `[]`, `map` one at `.*` for each key; `json` is a form of its own. */
export const FIELD_TYPES = [
  ...(['text', 'integer', 'number', 'flag', 'choice', 'duration'] as const),
  ...(['group', 'list', 'map', 'json'] as const),
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** English and Chinese. */
export type Words = Described;

export interface FormField {
  /** `offer.voicemail.key`, `tiers[].afterMs`, `periods.*.*`. */
  readonly path: string;
  readonly type: FieldType;
  readonly label: Described | undefined;
  /** What it does, in a sentence. */
  readonly help: Described | undefined;
  readonly isRequired: boolean;
  /** Written, never read. */
  readonly isSecret: boolean;
  /** Undefined: nothing. */
  readonly default: unknown;
  /** Where nothing is written it is the entity's own name. */
  readonly isOwnName: boolean;
  readonly choices: readonly { readonly value: string; readonly label: Described | undefined }[] | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly minItems: number | undefined;
  readonly pattern: string | undefined;
  /** What a text, or the key of a map, must be; the schema's words where there is no Chinese for them. */
  readonly hint: Words | undefined;
  /** Kind of entity that it names; of a map, that its keys name. */
  readonly reference: string | undefined;
}

interface Facts {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Facts>>;
  readonly patternProperties?: Readonly<Record<string, Facts>>;
  readonly required?: readonly string[];
  readonly items?: Facts;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly hint?: string;
  readonly keyHint?: string;
  readonly keyReference?: string;
  readonly duration?: string;
  readonly fromKey?: true;
  readonly reference?: string;
  readonly prompt?: true;
  readonly secret?: true;
  readonly json?: true;
}

/** So many stand in sight at first; the rest under `更多`. */
export const FIRST_FIELDS = 12;

/** Of kinds with more fields than that: those that people set up. Others come in the order of their schema. */
const FIRST: Readonly<Partial<Record<KindName, readonly string[]>>> = {
  queue: [
    ...(['title', 'strategy', 'agents', 'ringMs', 'maxWaitMs', 'maxCallers'] as const),
    ...(['noAgents', 'wrapUpMs', 'hours', 'record', 'survey', 'offer'] as const),
  ],
  trunk: [
    ...(['addresses', 'uri', 'register', 'identify', 'channels', 'numbers'] as const),
    ...(['callerId', 'areaCode', 'callerIdIn', 'callerIdOut', 'rewrite', 'codecs'] as const),
  ],
  extension: [
    ...(['name', 'outside', 'ownNumber', 'shows', 'voicemail', 'forward'] as const),
    ...(['doNotDisturb', 'seesNumbers', 'forwardOutside', 'language', 'contact', 'ha1'] as const),
  ],
  agent: [
    ...(['name', 'extension', 'department', 'skills', 'level', 'signIn'] as const),
    ...(['pin', 'supervises', 'phone', 'greeting', 'autoAnswer', 'outside'] as const),
  ],
};

const known = new Map<KindName, readonly FormField[]>();

/** Those that stand first come first. */
export function formFields(kind: KindName): readonly FormField[] {
  let fields = known.get(kind);
  if (!fields) {
    const { properties, required } = kindOf(kind).schema as unknown as Facts;
    const first = FIRST[kind] ?? [];
    const names = Object.keys(properties ?? {});
    const ordered = [...first, ...names.filter((name) => !first.includes(name))];
    fields = ordered.flatMap((name) => [
      ...fieldsOf(kind, name, properties![name]!, { isRequired: required?.includes(name) ?? false }),
    ]);
    known.set(kind, fields);
  }
  return fields;
}

interface Within {
  readonly isRequired: boolean;
  readonly isSecret?: boolean;
}

function* fieldsOf(kind: KindName, path: string, facts: Facts, within: Within): Generator<FormField, void> {
  const type = typeOf(facts);
  const isSecret = (within.isSecret ?? false) || facts.secret === true;
  const hint = facts.hint ?? facts.keyHint;
  const plain = path.replace(/Ms(?=$|[.[])/g, '');
  yield {
    path,
    type,
    label: labelOf(kind, plain.replace(/\[\]$/, '')),
    help: ENTITY_KEYS[kind][plain.replaceAll('*', 'NAME')],
    isRequired: within.isRequired && facts.default === undefined && facts.fromKey === undefined,
    isSecret,
    default: facts.default,
    isOwnName: facts.fromKey === true,
    choices: facts.enum?.map((value) => ({ value, label: choiceWords(kind, path, value) })),
    minimum: facts.minimum,
    maximum: facts.maximum,
    minItems: facts.minItems,
    pattern: facts.pattern,
    hint: hint === undefined ? undefined : hintWords(hint),
    reference: facts.reference ?? facts.keyReference ?? (facts.prompt ? 'prompt' : undefined),
  };
  for (const [name, field] of Object.entries(facts.properties ?? {}))
    yield* fieldsOf(kind, `${path}.${name}`, field, {
      isRequired: facts.required?.includes(name) ?? false,
      isSecret,
    });
  if (facts.items) yield* fieldsOf(kind, `${path}[]`, facts.items, { isRequired: true, isSecret });
  const [each] = Object.values(facts.patternProperties ?? {});
  if (each) yield* fieldsOf(kind, `${path}.*`, each, { isRequired: true, isSecret });
}

function typeOf({
  type,
  properties,
  patternProperties,
  items,
  enum: words,
  duration,
  json,
}: Facts): FieldType {
  if (json) return 'json';
  if (properties) return 'group';
  if (patternProperties) return 'map';
  if (type === 'array' && items) return 'list';
  if (words) return 'choice';
  if (duration !== undefined) return 'duration';
  if (type === 'boolean') return 'flag';
  if (type === 'integer' || type === 'number') return type;
  return type === 'string' ? 'text' : 'json';
}

/** A hint of a schema in both languages. */
export const hintWords = (hint: string): Words => [hint, ZH_HINTS[hint] ?? hint];
