import type { KindRow } from '../../api/types.ts';

/** What many of a kind are called; Chinese has one word for both. */
const MANY: Readonly<Partial<Record<KindRow['kind'], string>>> = {
  tenant: 'companies',
  reseller: 'resellers',
  department: 'departments',
  trunk: 'trunks',
  extension: 'extensions',
  group: 'groups of phones',
  conference: 'conference rooms',
  skill: 'skills',
  agent: 'agents',
  breakReason: 'reasons of breaks',
  disposition: 'trees of dispositions',
  script: 'scripts',
  contact: 'contacts',
  queue: 'queues',
  list: 'lists of callers',
  nuisance: 'nuisance callers',
  mailbox: 'mailboxes',
  survey: 'surveys',
  calendar: 'calendars',
  prompt: 'prompts',
  secret: 'secrets',
  hotline: 'hotlines',
  announcement: 'announcements of outages',
  wallboard: 'wallboards',
  segments: 'segment tables',
  holidays: 'public holidays',
};

export const manyOf = ({ kind, title }: Pick<KindRow, 'kind' | 'title'>): KindRow['title'] => ({
  ...title,
  en: MANY[kind] ?? title.en,
});
