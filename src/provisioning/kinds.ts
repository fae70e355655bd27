/** The registry of kinds: a new one is a file in `kind/` and a line here. */

import { agent } from './kind/agent.ts';
import { announcement } from './kind/announcement.ts';
import { breakReason } from './kind/break-reason.ts';
import { calendar } from './kind/calendar.ts';
import { conference } from './kind/conference.ts';
import { contact } from './kind/contact.ts';
import { department } from './kind/department.ts';
import { disposition } from './kind/disposition.ts';
import { extension } from './kind/extension.ts';
import { group } from './kind/group.ts';
import { holidays } from './kind/holidays.ts';
import { hotline } from './kind/hotline.ts';
import { list } from './kind/list.ts';
import { mailbox } from './kind/mailbox.ts';
import { nuisance } from './kind/nuisance.ts';
import { prompt } from './kind/prompt.ts';
import { queue } from './kind/queue.ts';
import { reseller } from './kind/reseller.ts';
import { script } from './kind/script.ts';
import { secret } from './kind/secret.ts';
import { segments } from './kind/segments.ts';
import { skill } from './kind/skill.ts';
import { survey } from './kind/survey.ts';
import { tenant } from './kind/tenant.ts';
import { trunk } from './kind/trunk.ts';
import { wallboard } from './kind/wallboard.ts';
import type { EntityOf, Kind } from './kind.ts';

/** In the order in which files and lists show them. */
export const KINDS = {
  tenant,
  reseller,
  department,
  trunk,
  extension,
  group,
  conference,
  skill,
  agent,
  breakReason,
  disposition,
  script,
  contact,
  queue,
  list,
  nuisance,
  mailbox,
  survey,
  calendar,
  prompt,
  secret,
  hotline,
  announcement,
  wallboard,
  segments,
  holidays,
} as const;

export type KindName = keyof typeof KINDS;

/** What each kind of entity is to the rooms that use it. */
export type Entities = { readonly [Name in KindName]: EntityOf<(typeof KINDS)[Name]> };

export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];

/** A kind whose body is not told apart: what handles all of them alike. */
export const kindOf = (name: KindName): Kind => KINDS[name] as unknown as Kind;

/** What a file's sections are called. */
export const SECTIONS = KIND_NAMES.map((name) => KINDS[name].plural);

/** The kind of a file's section; undefined when there is none of that name. */
export function kindOfSection(section: string): KindName | undefined {
  return KIND_NAMES.find((name) => KINDS[name].plural === section);
}
