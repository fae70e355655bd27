/** Values of fields as people read them. Pure. */
import type { Say } from '../../i18n/words.ts';
import type { FieldNode, Fields } from './tree.ts';
import type { entityWords } from './words.ts';

type EntitySay = Say<keyof (typeof entityWords)['texts']['en']>;
type Speak = (words: { readonly en: string; readonly zh: string }) => string;

export const UNITS = ['ms', 's', 'min', 'h', 'd'] as const;
export type Unit = (typeof UNITS)[number];
export const UNIT_MS: Readonly<Record<Unit, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The largest unit that a duration is whole in. */
export function unitOf(ms: number): Unit {
  if (ms === 0) return 's';
  return UNITS.findLast((unit) => ms % UNIT_MS[unit] === 0) ?? 'ms';
}

const WEEKDAY = /^(mon|tue|wed|thu|fri|sat|sun)(?:-(mon|tue|wed|thu|fri|sat|sun))?$/;
type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Days of opening hours as a calendar writes them: `mon-fri`. What is none stays. */
export function dayKeyText(key: string, say: EntitySay): string {
  if (key === 'daily' || key === 'holiday' || key === 'make-up') return say(`days_${key}`);
  const [, from, to] = (WEEKDAY.exec(key) ?? []) as readonly (Weekday | undefined)[];
  if (!from) return key;
  return to ? say('days_to', { from: say(`days_${from}`), to: say(`days_${to}`) }) : say(`days_${from}`);
}

/** Periods and days of calendars in words; what companies name is theirs. */
function keyText(path: string, key: string, say: EntitySay): string {
  if (path === 'periods.*') return dayKeyText(key, say);
  const isPeriod = path === 'periods' || path === 'dates.*';
  return isPeriod && (key === 'open' || key === 'closed') ? say(`period_${key}`) : key;
}

export function valueText(node: FieldNode, value: unknown, say: EntitySay, speak: Speak): string {
  const { field, each, fields } = node;
  if (field.isSecret && (value === undefined || value === null)) return say('hidden');
  if (value === undefined || value === null || value === '') return say('nothing');
  const within = (inner: FieldNode, of: unknown) => valueText(inner, of, say, speak);
  switch (field.type) {
    case 'flag':
      return say(value ? 'yes' : 'no');
    case 'choice': {
      const found = field.choices?.find((choice) => choice.value === value);
      return found ? speak(found.label) : String(value);
    }
    case 'duration': {
      const unit = unitOf(Number(value));
      return `${Number(value) / UNIT_MS[unit]} ${say(unit)}`;
    }
    case 'list': {
      const items = value as readonly unknown[];
      if (items.length === 0) return say('nothing');
      return items
        .map((item) => (each ? within(each, item) : String(item)))
        .join(each?.field.type === 'group' ? '；' : '、');
    }
    case 'group': {
      const told = fields.filter(({ name }) => (value as Fields)[name] !== undefined);
      return (
        told
          .map((inner) => `${speak(inner.field.label)} ${within(inner, (value as Fields)[inner.name])}`)
          .join('，') || say('nothing')
      );
    }
    case 'map': {
      const entries = Object.entries(value as Fields);
      if (entries.length === 0) return say('nothing');
      return entries
        .map(([key, item]) => `${keyText(field.path, key, say)}: ${each ? within(each, item) : String(item)}`)
        .join('；');
    }
    case 'json':
      return JSON.stringify(value);
    default:
      return String(value);
  }
}
