import type { DirectoryRow } from '../../api/types.ts';
import { somebodyBy } from '../somebody.ts';
import type { Target } from '../verbs.ts';

/** What the directory is opened for; `look`: for whatever can be done now. */
export type Seeking = 'transfer' | 'consult' | 'dial' | 'look';

/** Whom the directory offers: besides what stands in it, a number that was typed, and the survey. */
export interface Whom extends Omit<DirectoryRow, 'kind'> {
  readonly kind: DirectoryRow['kind'] | 'number' | 'survey';
}

const NOTHING = {
  ...{ number: null, department: null, category: null, note: null },
  ...{ state: null, isOpen: null, waiting: null, free: null, signedIn: null },
};

/** A number that is in nobody's book. */
export const typedNumber = (number: string): Whom => ({
  ...NOTHING,
  ...{ kind: 'number', id: number, title: number, number },
});

/** The customer says how it was (满意度评价). */
export const surveyOf = (title: string, note: string): Whom => ({
  ...NOTHING,
  ...{ kind: 'survey', id: 'survey', title, note },
});

export const GROUPS = [
  'all',
  'agent',
  'queue',
  'flow',
  'company',
  'customer',
  'emergency',
  'centre',
] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf({ kind, category }: Whom): Group {
  if (kind === 'agent' || kind === 'queue') return kind;
  if (kind === 'hotline' || kind === 'survey') return 'flow';
  return kind === 'number' ? 'all' : (category ?? 'company');
}

/** Where a caller would be given; undefined: it is no place for callers. */
export function targetOf({ kind, id, number }: Whom): Target | undefined {
  if (kind === 'agent') return { agent: id };
  if (kind === 'queue') return { queue: id };
  return number === null ? undefined : kind === 'number' ? somebodyBy(number) : { number };
}
