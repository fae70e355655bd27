/**
 * Proves that a plan is what its types say: plans come from databases and from code that no compiler has seen.
 * Names are resolved on the way, for each field by its kind (`node/fields.ts`).
 */

import { BUILT_IN_CALENDARS } from '../../calendar/calendar.ts';
import { PRIORITIES } from '../../call/priority.ts';
import { CARRIERS } from '../../numbering/carrier.ts';
import { CAUSES } from '../../shared/cause.ts';
import { didYouMean } from '../../shared/did-you-mean.ts';
import { type FieldKind, type Fields, LINE_FIELDS } from '../node/fields.ts';
import { KINDS } from '../node/kinds.ts';
import type { NodeKind } from '../node/node-kind.ts';
import type { FlowNode } from '../node/tree.ts';
import { checkCalendar } from './check-calendar.ts';
import { checkWho } from './check-who.ts';
import { type At, isRecord, shown, type Values } from './report.ts';

/** Proves a flow: a node or a list of nodes. False when it is not even that. */
export function checkFlow(value: unknown, at: At): boolean {
  if (!Array.isArray(value)) return checkNode(value, at);
  if (value.length === 0) {
    at.error('empty-flow', 'the list of nodes is empty', 'put a node into it, such as hangup()');
    return false;
  }
  return value.map((node, index) => checkNode(node, at.below(index, asObject(node)))).every(Boolean);
}

function checkNode(value: unknown, outer: At): boolean {
  const at = outer.at(asObject(value));
  const type = isRecord(value) ? value['type'] : undefined;
  const kind = typeof type === 'string' ? ownKind(type) : undefined;
  if (!isRecord(value) || !kind) {
    complainOfNode(value, type, at);
    return false;
  }
  if (!at.report.isCode && Object.values(kind.fields).includes('function')) {
    const fix = 'write the hotline in TypeScript, or ask a service with a node of type http';
    at.error('code', `${type}() runs code, and a hotline that is stored holds none`, fix);
    return false;
  }
  if (!checkFields(value, kind.fields, ['type'], at, `${type}()`)) return false;
  const mistake = kind.mistake?.(value as unknown as FlowNode, at.report.names);
  if (mistake) at.below(mistake.field).error('bad-value', mistake.message, mistake.fix);
  return mistake === undefined;
}

function complainOfNode(value: unknown, type: unknown, at: At): void {
  const isCode = at.report.isCode;
  const near = typeof type === 'string' ? didYouMean(type, Object.keys(KINDS)) : undefined;
  const example = isCode
    ? 'use a builder such as queue(...), menu(...), hangup(...)'
    : `write one such as { type: queue, queue: sales }; types are ${Object.keys(KINDS).join(', ')}`;
  at.error('no-node', `${shown(value)} is no node`, near ? `did you mean type '${near}'?` : example);
}

function ownKind(type: string): NodeKind | undefined {
  return Object.hasOwn(KINDS, type) ? (KINDS[type as keyof typeof KINDS] as NodeKind) : undefined;
}

/** Proves the fields of a part of a hotline against its table; `extra`: fields that are proved elsewhere. */
export function checkFields(
  value: Values,
  fields: Fields,
  extra: readonly string[],
  at: At,
  what: string,
): boolean {
  let good = true;
  for (const [field, kind] of Object.entries(fields)) {
    const held = value[field];
    if (held === undefined) {
      if (kind.endsWith('?')) continue;
      at.error('missing', `${what} has no ${field}`, `add ${field}`);
      good = false;
    } else if (!checkField(held, kind, at.below(field), `${field} of ${what}`)) good = false;
  }
  for (const field of Object.keys(value)) {
    if (field in fields || extra.includes(field)) continue;
    const near = didYouMean(field, Object.keys(fields));
    at.error(
      'unknown-field',
      `${what} takes no ${field}`,
      near ? `did you mean '${near}'?` : `remove ${field}`,
    );
    good = false;
  }
  return good;
}

/** Proves one field. */
export function checkField(value: unknown, kind: FieldKind, at: At, what: string): boolean {
  const bare = (kind.endsWith('?') ? kind.slice(0, -1) : kind) as keyof typeof CHECKS;
  return CHECKS[bare](value, at, what);
}

type Check = (value: unknown, at: At, what: string) => boolean;

/** A check that a value is what `wanted` says. */
function must(holds: (value: unknown) => boolean, wanted: string): Check {
  return (value, at, what) => {
    if (holds(value)) return true;
    // YAML takes digits for a number.
    const isUnquoted = typeof value === 'number' && holds(String(value));
    const fix = isUnquoted ? `write it as text: '${value}'` : `it must be ${wanted}`;
    at.error('bad-value', `${what} is ${shown(value)}`, fix);
    return false;
  };
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
const isHeaders = (value: unknown) =>
  isRecord(value) &&
  Object.entries(value).every(([name, held]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && isText(held));
const isJson = (value: unknown, depth = 0): boolean =>
  depth <= 16 &&
  (value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    Number.isFinite(value) ||
    (Array.isArray(value) && value.every((each) => isJson(each, depth + 1))) ||
    (isRecord(value) && Object.values(value).every((each) => isJson(each, depth + 1))));
const text = must(isText, 'a text');
const count = must(isCount, 'a whole number, 0 or more');

/** A name out of a set that the tenant has. */
function named(what: string, known: (at: At) => Iterable<string>): Check {
  return (value, at, field) => {
    if (!text(value, at, field)) return false;
    const names = new Set(known(at));
    if (names.has(value as string)) return true;
    at.unknown(what, value as string, names);
    return false;
  };
}

/** Branches by label; each label is proved by `label`. */
function branches(label: (name: string, at: At) => void = () => {}): Check {
  return (value, at, what) => {
    if (!isRecord(value) || Object.keys(value).length === 0) {
      at.error('bad-value', `${what} is ${shown(value)}`, 'it needs at least one branch');
      return false;
    }
    let good = true;
    for (const [name, flow] of Object.entries(value)) {
      const branch = at.beside(name, asObject(flow));
      label(name, branch);
      if (!checkFlow(flow, branch)) good = false;
    }
    return good;
  };
}

const keysLike = (form: RegExp) =>
  branches((key, at) => {
    if (!form.test(key)) at.error('bad-key', `'${key}' is no key`, "use '0' to '9', '*', '#'");
  });

const areas = branches(checkArea);

/** Proves a region, a province, a city or an area code. */
function checkArea(name: string, at: At): boolean {
  const { areas: known } = at.report.names;
  const isCode = /^0\d{2,3}$/.test(name);
  if (isCode ? known.areaOfCode(name).code === name : known.isPlace(name)) return true;
  if (isCode) at.error('unknown-name', `there is no area code '${name}'`, 'write one such as 0755');
  else at.unknown('region, province or city', name, known.places);
  return false;
}

const trunk = named('trunk', (at) => at.report.names.trunks.keys());
const extension = named('extension', (at) => at.report.names.extensions);

const skill = named('skill', (at) => at.report.names.skills);

const SKILL_FIELDS: Fields = { skill: 'skill', level: 'positive?', relaxAfterMs: 'ms?' };

function skills(value: unknown, at: At, what: string): boolean {
  if (!Array.isArray(value))
    return must(() => false, "a list such as [{ skill: 'english' }]")(value, at, what);
  return value
    .map((each: unknown, index) => {
      const below = at.below(index);
      if (!isRecord(each)) return must(() => false, "{ skill: 'english', level: 50 }")(each, below, what);
      return checkFields(each, SKILL_FIELDS, [], below, `${what}[${index}]`);
    })
    .every(Boolean);
}

function skillKeys(value: unknown, at: At, what: string): boolean {
  if (!isRecord(value) || Object.keys(value).length === 0)
    return must(() => false, "skills by key: { 1: 'english' }")(value, at, what);
  return Object.entries(value)
    .map(([key, each]) => {
      const below = at.below(key);
      if (/^[0-9*#]$/.test(key)) return skill(each, below, `${what}.${key}`);
      below.error('bad-key', `'${key}' is no key`, "use '0' to '9', '*', '#'");
      return false;
    })
    .every(Boolean);
}

function prompt(value: string, at: At): boolean {
  const { prompts } = at.report.names;
  if (prompts.has(value)) return true;
  const near = didYouMean(value, prompts);
  const fix = `${near ? `did you mean '${near}'? Or ` : ''}define it under prompts: or record ${value}.wav into the folder of prompts`;
  at.error('unknown-name', `there is no prompt '${value}'`, fix);
  return false;
}

function prompts(value: unknown, at: At, what: string): boolean {
  if (Array.isArray(value))
    return value.map((each, index) => prompts(each, at.at(undefined, index), what)).every(Boolean);
  if (typeof value === 'string') return prompt(value, at);
  if (isRecord(value) && 'digits' in value)
    return checkFields(value, { digits: 'text', yao: 'flag?' }, [], at, what);
  if (isRecord(value) && 'pauseMs' in value) return checkFields(value, { pauseMs: 'ms' }, [], at, what);
  return must(() => false, "a prompt's name, { digits: '8001' } or { pauseMs: 500 }")(value, at, what);
}

function target(value: unknown, at: At, what: string): boolean {
  if (typeof value === 'string') {
    const known = Object.keys(at.report.hotline.lines ?? {});
    if (known.includes(value)) return true;
    at.unknown('line', value, known);
    return false;
  }
  return checkLine(value, at, what);
}

/** Proves a line or an extension that is dialled. */
export function checkLine(value: unknown, at: At, what: string): boolean {
  const type = isRecord(value) ? value['type'] : undefined;
  if (!isRecord(value) || (type !== 'line' && type !== 'extension')) {
    return must(() => false, "line('02112345678') or extension('8001')")(value, at, what);
  }
  return checkFields(
    value,
    type === 'line' ? LINE_FIELDS : KINDS.extension.fields,
    ['type'],
    at,
    `${type}()`,
  );
}

function calendar(value: unknown, at: At, what: string): boolean {
  if (typeof value !== 'string') return checkCalendar(value, at, what);
  const { hotline, names } = at.report;
  const own = Object.keys(hotline.calendars ?? {});
  const known = [...own, ...names.calendars.keys(), ...Object.keys(BUILT_IN_CALENDARS)];
  if (known.includes(value)) return true;
  at.unknown('calendar', value, known);
  return false;
}

function rules(value: unknown, at: At, what: string): boolean {
  if (!Array.isArray(value)) return must(() => false, 'a list of rules')(value, at, what);
  return value
    .map((rule: unknown, index) => {
      const below = at.below(index);
      if (!isRecord(rule)) return must(() => false, '[who, flow]')(rule, below, what);
      const known = checkFields(rule, {}, ['who', 'flow'], below, what);
      const who = checkWho(rule['who'], below.at(undefined, 'who'), `${what}[${index}]`);
      return checkFlow(rule['flow'], below.at(undefined, 'flow')) && who && known;
    })
    .every(Boolean);
}

function shares(value: unknown, at: At, what: string): boolean {
  if (!Array.isArray(value) || value.length === 0)
    return must(() => false, 'a list of shares')(value, at, what);
  return value
    .map((share: unknown, index) => {
      const below = at.below(index);
      const weighs = isRecord(share) && typeof share['weight'] === 'number' && share['weight'] > 0;
      if (!weighs) return must(() => false, '[weight above 0, flow]')(share, below, what);
      const known = checkFields(share, {}, ['weight', 'flow'], below, what);
      return checkFlow(share['flow'], below.at(undefined, 'flow')) && known;
    })
    .every(Boolean);
}

const oneOf = (...words: readonly string[]) =>
  must((value) => words.includes(value as string), words.join(', '));

const CHECKS = {
  text,
  digits: must((value) => typeof value === 'string' && /^\+?\d{2,20}$/.test(value), 'a telephone number'),
  flag: must((value) => typeof value === 'boolean', 'true or false'),
  count,
  priority: must(
    (value) => isCount(value) || Object.hasOwn(PRIORITIES, String(value)),
    `a whole number, 0 or more, or one of ${Object.keys(PRIORITIES).join(', ')}`,
  ),
  whole: must(Number.isInteger, 'a whole number'),
  positive: must((value) => isCount(value) && value !== 0, 'a whole number above 0'),
  ms: must((value) => isCount(value) && (value as number) <= 86_400_000, 'milliseconds, at most a day'),
  function: must((value) => typeof value === 'function', 'a function'),
  prompts,
  queue: named('queue', (at) => at.report.names.queues.keys()),
  skill,
  skills,
  skillKeys,
  mailbox: named('mailbox', (at) => at.report.names.mailboxes),
  survey: named('survey', (at) => at.report.names.surveys),
  extension,
  group: named('group', (at) => at.report.names.groups),
  conference: named('conference', (at) => at.report.names.conferences),
  trunk,
  calendar,
  flowName: named('flow', (at) => Object.keys(at.report.hotline.flows ?? {})),
  cause: oneOf(...Object.keys(CAUSES)),
  strategy: oneOf('sequential', 'round-robin', 'random', 'ring-all', 'least-recent', 'weighted'),
  method: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  url: must(
    (value) => typeof value === 'string' && /^https?:\/\/[^\s/{}?#]+([/?#]|$)/.test(value),
    'a URL that begins with http:// or https:// and a host',
  ),
  target,
  targets: (value, at, what) =>
    Array.isArray(value) && value.length > 0
      ? value.map((each, index) => target(each, at.below(index, asObject(each)), what)).every(Boolean)
      : must(() => false, 'a list of lines')(value, at, what),
  places: (value, at, what) =>
    Array.isArray(value) && value.length > 0 && value.every(isText)
      ? value.map((name: string, index) => checkArea(name, at.below(index))).every(Boolean)
      : must(() => false, 'a list of regions, provinces, cities or area codes')(value, at, what),
  textMap: must((value) => isRecord(value) && Object.values(value).every(isText), 'texts by name'),
  headers: must(isHeaders, 'texts by the names of headers'),
  json: must((value) => isJson(value), 'what JSON can say, at most 16 deep'),
  flow: (value, at) => checkFlow(value, at),
  flows: branches(),
  keys: keysLike(/^([0-9]{1,8}|[*#])$/),
  singleKeys: keysLike(/^[0-9*#]$/),
  areas,
  carriers: branches((name, at) => {
    if (!(CARRIERS as readonly string[]).includes(name)) at.unknown('operator', name, CARRIERS);
  }),
  trunks: branches((name, at) => {
    trunk(name, at, 'trunk');
  }),
  rules,
  shares,
} satisfies Record<string, Check>;

function asObject(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}
