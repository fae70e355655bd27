/** Nodes and branches in words. */
import type { FlowProblem } from '../../api/types.ts';
import { type Language, sayIn, sayOf } from '../../i18n/words.ts';
import {
  type Branch,
  branchForm,
  type Doc,
  type FieldFacts,
  type FlowNode,
  get,
  isNode,
  isRecord,
  type Kinds,
  type Root,
  type Steps,
} from './model/tree.ts';
import { choiceWords, flowWords } from './words.ts';

/** What is said of a flow in a language. */
export interface FlowText {
  /** The word of a kind. */
  kind(type: string): string;
  field(field: Pick<FieldFacts, 'word'>): string;
  /** What a node does, in its settings. */
  summary(node: FlowNode): string;
  branch(branch: Branch): string;
  root(root: Root): string;
  choice(slug: string): string;
  problem(problem: FlowProblem, doc: Doc): string;
  /** The last step to a place: a field of a node, or what belongs to the hotline itself. */
  part(doc: Doc, steps: Steps): string;
}

const ROOTS = {
  vip: 'vip',
  blocked: 'blocked',
  limit: 'limit',
  afterTalk: 'afterTalk',
  otherwise: 'otherwise',
} as const;
const PERIODS = ['open', 'closed', 'holiday'] as const;
/** Fields that say what a node is about; others are read in the form. */
const MOST = 3;

export function flowText(kinds: Kinds, language: Language): FlowText {
  const say = sayIn(flowWords, language);
  const speak = ({ word }: Pick<FieldFacts, 'word'>) => (language === 'en' ? word.en : word.zh);
  const choice = (slug: string) => sayOf(choiceWords, language, slug);
  const kind = (type: string) => {
    const facts = kinds.get(type);
    return facts ? speak(facts) : type;
  };
  const value = (field: FieldFacts, held: unknown): string => {
    if (field.kind === 'ms' && typeof held === 'number') return `${held / 1000} ${say('seconds')}`;
    if (field.choices.length > 0 && typeof held === 'string') return choice(held);
    if (field.kind === 'flag') return held === true ? speak(field) : '';
    if (field.kind === 'calendar' && isRecord(held)) return say('ownRules');
    return shown(held);
  };
  return {
    kind,
    field: speak,
    choice,
    summary: (node) => {
      const fields = (kinds.get(node.type)?.fields ?? []).filter((field) => branchForm(field) === undefined);
      const told = fields
        .filter(
          ({ name, isOptional, kind: of }) => node[name] !== undefined && (!isOptional || of !== 'flag'),
        )
        .sort((one, other) => Number(one.isOptional) - Number(other.isOptional))
        .slice(0, MOST)
        .map((field) => value(field, node[field.name]))
        .filter((text) => text !== '');
      return told.join(' · ');
    },
    branch: ({ field, label }) => {
      const form = branchForm(field);
      if (form === 'one') return speak(field);
      if (field.kind === 'keys' || field.kind === 'singleKeys') return say('key', { key: label });
      if (field.name === 'periods') {
        const period = PERIODS.find((each) => each === label);
        return period ? say(period) : label;
      }
      if (field.kind === 'rules')
        return label
          .split(', ')
          .map((part) =>
            part.replace(/^[a-z-]+/, (match) =>
              sayOf(flowWords, language, `match-${match}`).replace(/^match-/, ''),
            ),
          )
          .join('、');
      return label;
    },
    root: ({ name, steps }) => {
      if (steps[0] === 'flows') return say('namedFlow', { name });
      const of = ROOTS[name as keyof typeof ROOTS];
      return of ? say(of) : say('mainFlow');
    },
    part: (doc, steps) => {
      const names = steps.map(String);
      const { field } = fieldAt(doc, names, kinds);
      const name = names.at(-1) ?? '';
      if (field?.name === name) return speak(field);
      return sayOf(flowWords, language, `part-${name}`).replace(/^part-/, '');
    },
    problem: ({ code, pointer }, doc) => {
      const steps = pointer.split('/').slice(1).map(unescaped);
      const { field, node } = fieldAt(doc, steps, kinds);
      const held = get(doc, steps);
      const of = field ? speak(field) : node ? kind(node.type) : (steps.at(-1) ?? '');
      return sayOf(flowWords, language, `code-${code}`, { value: shown(held), field: of }).replace(
        /^code-/,
        '',
      );
    },
  };
}

const unescaped = (step: string) => step.replaceAll('~1', '/').replaceAll('~0', '~');

/** The node that a place is in, and the field of it. */
function fieldAt(doc: Doc, steps: readonly string[], kinds: Kinds) {
  for (let depth = steps.length; depth >= 0; depth--) {
    const node = get(doc, steps.slice(0, depth));
    if (!isNode(node) || !kinds.has(node.type)) continue;
    return { node, field: kinds.get(node.type)!.fields.find(({ name }) => name === steps[depth]) };
  }
  return { node: undefined, field: undefined };
}

/** A value in a few letters. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(shown).join(' ');
  const record = value as Readonly<Record<string, unknown>>;
  if (typeof record['pauseMs'] === 'number') return `${record['pauseMs'] / 1000} s`;
  for (const name of ['digits', 'number', 'skill'])
    if (record[name] !== undefined) return String(record[name]);
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
