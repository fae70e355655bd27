/** Where each kind of what companies set up stands in the menu; what has a page of its own elsewhere is in none. */
import type { KindRow, MeRow } from '../../api/types.ts';
import { manyOf } from './many-of.ts';
import { ownPages } from './own-pages.ts';

export const GROUPS = {
  numbers: ['hotline', 'announcement', 'nuisance'],
  queues: ['queue', 'agent', 'skill', 'breakReason', 'disposition', 'script'],
  phones: ['extension', 'group', 'conference', 'trunk'],
  lists: ['list', 'calendar', 'contact'],
  sounds: ['prompt', 'mailbox', 'survey'],
  company: ['tenant', 'secret', 'reseller'],
  access: [],
  system: [],
} as const satisfies Readonly<Record<string, readonly KindRow['kind'][]>>;

export type GroupName = keyof typeof GROUPS;
export const GROUP_NAMES = Object.keys(GROUPS) as readonly GroupName[];

/** A page of administration. */
export interface AdminPage {
  /** Below `/admin`. */
  readonly path: string;
  readonly title: { readonly en: string; readonly zh: string };
}

export interface Group {
  readonly name: GroupName;
  readonly pages: readonly AdminPage[];
}

/** Groups with what somebody may read of each. */
export function groupsOf(kinds: readonly KindRow[], me: MeRow): readonly Group[] {
  const own = ownPages(me);
  return GROUP_NAMES.map(
    (name): Group => ({
      name,
      pages: [
        ...GROUPS[name].flatMap((kind) => {
          const found = kinds.find((each) => each.kind === kind);
          return found ? [{ path: found.path, title: manyOf(found) }] : [];
        }),
        ...own.filter(({ group }) => group === name),
      ],
    }),
  ).filter(({ pages }) => pages.length > 0);
}

/** Columns of a list beside the key: what tells one from the other. */
export const COLUMNS: Readonly<Partial<Record<KindRow['kind'], readonly string[]>>> = {
  hotline: ['name', 'aliases', 'channels'],
  announcement: ['title', 'from', 'to', 'areas', 'on'],
  nuisance: ['state', 'until', 'reason', 'by'],
  queue: ['title', 'strategy', 'agents', 'maxWaitMs', 'wrapUpMs'],
  agent: ['name', 'extension', 'department', 'skills', 'signIn'],
  skill: ['title', 'language', 'relaxAfterMs'],
  breakReason: ['title', 'limitMs'],
  script: ['title', 'text'],
  extension: ['name', 'outside', 'ownNumber', 'voicemail'],
  group: ['name', 'strategy', 'members', 'ringMs'],
  conference: ['name', 'maxMembers', 'record'],
  trunk: ['addresses', 'uri', 'channels', 'numbers'],
  list: ['numbers', 'prefixes'],
  calendar: ['periods', 'holidays', 'daysOff'],
  contact: ['title', 'number', 'category', 'department'],
  prompt: ['text', 'file', 'languages'],
  mailbox: ['greeting', 'maxMs', 'extensions'],
  survey: ['prompt', 'keys'],
  tenant: ['name', 'domain', 'areaCode', 'shows'],
  secret: ['title', 'hosts'],
  reseller: ['title', 'companies'],
};
