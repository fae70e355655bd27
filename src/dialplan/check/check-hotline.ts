import { zoneOf } from '../../calendar/zone.ts';
import { featureOf } from '../../provisioning/feature-codes.ts';
import { didYouMean } from '../../shared/did-you-mean.ts';
import { ConfigError } from '../../shared/errors.ts';
import type { FieldKind, Fields } from '../node/fields.ts';
import { type Hotline, LIMIT_FIELDS, RINGBACK_FIELDS, VIP_FIELDS } from '../node/hotline.ts';
import type { NameBook } from '../plan/names.ts';
import { placeOf } from '../write/places.ts';
import { checkCalendar } from './check-calendar.ts';
import { checkField, checkFields, checkFlow, checkLine } from './check-values.ts';
import { checkWho } from './check-who.ts';
import type { Problem } from './problem.ts';
import { type At, isRecord, Report, shown } from './report.ts';

/** What a check of one hotline found. `hotline` is undefined when it cannot be run. */
export interface Checked {
  readonly hotline: Hotline | undefined;
  readonly problems: readonly Problem[];
}

/** Proves that a value from a file or the database is a hotline that can run: shapes, values and names. */
export function checkHotline(value: unknown, names: NameBook): Checked {
  const hotline = value as Hotline;
  const tenant = isRecord(value) ? (value['tenant'] as string | undefined) : undefined;
  const own = names.of(tenant);
  if (!isRecord(value) || value['type'] !== 'hotline' || !own) {
    const message = own ? `${shown(value)} is no hotline` : `there is no tenant '${tenant}'`;
    const near = own ? undefined : didYouMean(String(tenant), names.tenants);
    const fix = own
      ? "export default hotline('4001234567', { flow: ... })"
      : near && `did you mean '${near}'?`;
    const place = isRecord(value) ? placeOf(value) : undefined;
    const path = String(isRecord(value) ? value['number'] : 'default');
    return {
      hotline: undefined,
      problems: [{ severity: 'error', code: 'no-hotline', message, fix, place, path, steps: [] }],
    };
  }
  const report = new Report(hotline, own);
  checkParts(value, report.top);
  const failed = report.problems.some((problem) => problem.severity === 'error');
  return { hotline: failed ? undefined : hotline, problems: report.problems };
}

type Check = (value: unknown, at: At, field: string) => void;

/** Every field of a hotline; those of its nodes are with their kinds. */
const PARTS: { readonly [Field in keyof Required<Hotline>]: Check } = {
  type: () => {},
  number: checkNumber,
  aliases: checkAliases,
  name: field('text'),
  description: field('text'),
  tenant: field('text'),
  timeZone: checkZone,
  block: checkWho,
  blocked: (value, at) => value === 'reject' || value === 'busy' || checkFlow(value, at),
  allow: checkWho,
  admit: oneOf('all', 'allowed'),
  vip: part(VIP_FIELDS, ['who']),
  limit: part(LIMIT_FIELDS),
  channels: field('positive'),
  ringback: part(RINGBACK_FIELDS, ['when']),
  featureCodes: each((code, at) => checkCode(code, at)),
  lines: each(checkLine),
  calendars: each(checkCalendar),
  flows: named((flow, at) => checkFlow(flow, at)),
  flow: (value, at) => (typeof value === 'function' && at.report.isCode) || checkFlow(value, at),
  flowTimeoutMs: field('positive'),
  afterTalk: checkAfterTalk,
  otherwise: field('flow'),
};

function checkParts(hotline: Readonly<Record<string, unknown>>, top: At): void {
  if (hotline['number'] === undefined) checkNumber(undefined, top);
  if (hotline['flow'] === undefined) top.error('missing', 'the hotline has no flow', 'add flow: ...');
  for (const [name, value] of Object.entries(hotline)) {
    if (value === undefined) continue;
    if (Object.hasOwn(PARTS, name)) {
      PARTS[name as keyof Hotline](value, top.below(name, asObject(value)), name);
      continue;
    }
    const near = didYouMean(name, Object.keys(PARTS));
    const fix = near ? `did you mean '${near}'?` : `remove ${name}`;
    top.at(undefined, name).error('unknown-field', `a hotline takes no ${name}`, fix);
  }
}

/** A field of a kind that nodes have too. */
function field(kind: FieldKind): Check {
  return (value, at, what) => checkField(value, kind, at, what);
}

/** A part with fields of its own; those in `others` are proved by {@link OTHERS}. */
function part(fields: Fields, others: readonly (keyof typeof OTHERS)[] = []): Check {
  return (value, at, what) => {
    if (!isRecord(value)) {
      const known = [...others, ...Object.keys(fields)].join(', ');
      return at.error('bad-value', `${what} is ${shown(value)}`, `it must have ${known}`);
    }
    for (const name of others) OTHERS[name](value[name], at.at(undefined, name), what);
    checkFields(value, fields, others, at, what);
  };
}

const OTHERS = {
  who: checkWho,
  when: (value: unknown, at: At) => {
    if (value === 'before-answer' || value === 'after-answer') return;
    const fix = "write 'before-answer' or 'after-answer'";
    at.error('bad-value', `ringback is played ${shown(value)}`, fix);
  },
};

/** Parts by name, told as `lines.NAME`. */
function each(check: Check): Check {
  return (value, at, what) => {
    if (!isRecord(value))
      return at.error('bad-value', `${what} is ${shown(value)}`, 'it must be parts by name');
    for (const [name, one] of Object.entries(value)) {
      check(one, at.below(name, asObject(one)), `${what.slice(0, -1)} ${name}`);
    }
  };
}

/** Flows by name: a flow's name alone is its path. */
function named(check: Check): Check {
  return (value, at, what) => {
    if (!isRecord(value))
      return at.error('bad-value', `${what} is ${shown(value)}`, 'it must be flows by name');
    for (const [name, flow] of Object.entries(value)) check(flow, at.beside(name, asObject(flow)), what);
  };
}

function oneOf(...words: readonly string[]): Check {
  return (value, at, what) => {
    if (words.includes(value as string)) return;
    at.error(
      'bad-value',
      `${what} is ${shown(value)}`,
      `write ${words.map((word) => `'${word}'`).join(' or ')}`,
    );
  };
}

const isNumber = (value: unknown) => typeof value === 'string' && /^\d{3,20}$/.test(value);

function checkNumber(value: unknown, at: At): void {
  if (isNumber(value)) return;
  at.error(
    'bad-value',
    `the hotline's number is ${shown(value)}`,
    "write digits: hotline('4001234567', ...)",
  );
}

function checkAliases(value: unknown, at: At): void {
  if (!Array.isArray(value))
    return at.error('bad-value', `aliases are ${shown(value)}`, 'write a list of numbers');
  for (const [index, alias] of value.entries()) {
    if (isNumber(alias)) continue;
    at.below(index).error(
      'bad-value',
      `the hotline's alias is ${shown(alias)}`,
      "write digits as text: '02151234567'",
    );
  }
}

function checkZone(value: unknown, at: At): void {
  try {
    zoneOf(String(value));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    at.error('bad-value', error.message, error.fix);
  }
}

function checkCode(code: unknown, at: At): void {
  if (typeof code !== 'string' || !/^\*\d{1,6}$/.test(code)) {
    return at.error('bad-value', `${shown(code)} is no feature code`, "write '*61'");
  }
  const taken = featureOf(code, at.report.names.codes)?.feature;
  if (taken) at.error('bad-value', `${code} is the tenant's code for ${taken}`, 'write another one');
}

function checkAfterTalk(value: unknown, at: At): void {
  if (checkFlow(value, at) && (!isRecord(value) || value['type'] !== 'survey')) {
    at.error('bad-value', 'afterTalk is no survey', "write afterTalk: survey('three-keys')");
  }
}

function asObject(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}
