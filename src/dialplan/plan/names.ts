import type { CalendarRules } from '../../calendar/calendar-rules.ts';
import type { Holidays } from '../../calendar/holidays.ts';
import type { AreaTable } from '../../numbering/area-table.ts';
import type { FeatureCodes } from '../../provisioning/feature-codes.ts';
import type { KindName, Snapshot } from '../../provisioning/snapshot.ts';
import { type PhoneNumbers, phoneNumbersOf } from './phone-numbers.ts';

/** The names that a tenant's hotlines may use. */
export interface DialplanNames {
  readonly tenant: string;
  readonly timeZone: string;
  readonly prompts: ReadonlySet<string>;
  /** Those of them that are the company's own. */
  readonly ownPrompts: ReadonlySet<string>;
  /** Queues by name with the survey that follows their talks. */
  readonly queues: ReadonlyMap<string, string | undefined>;
  readonly lists: ReadonlySet<string>;
  /** Calendars of the company, beside those of a hotline and the built-in ones. */
  readonly calendars: ReadonlyMap<string, CalendarRules>;
  readonly skills: ReadonlySet<string>;
  readonly mailboxes: ReadonlySet<string>;
  readonly surveys: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly conferences: ReadonlySet<string>;
  /** Secrets by name with the hosts that are told them. */
  readonly secrets: ReadonlyMap<string, readonly string[]>;
  /** Trunks by name with their channels. */
  readonly trunks: ReadonlyMap<string, number>;
  /** Places that a caller can be at home in. */
  readonly areas: Pick<AreaTable, 'isPlace' | 'places' | 'areaOfCode'>;
  readonly holidays: Holidays;
  /** Feature codes of its phones. */
  readonly codes: FeatureCodes;
}

/** What all companies share. */
export type SharedNames = Pick<DialplanNames, 'timeZone' | 'prompts' | 'areas' | 'holidays'>;

const NO_PHONES = { extensions: new Set<string>(), groups: new Set<string>() };

/** The names of each tenant. The first tenant owns the hotlines that name none. */
export class NameBook {
  readonly #tenants = new Map<string, DialplanNames>();
  readonly #first: string;
  readonly #phones = new Map<string, PhoneNumbers>();

  constructor(snapshot: Snapshot, shared: SharedNames) {
    const tenants = snapshot.all('tenant');
    this.#first = tenants[0]?.id ?? 'default';
    for (const { id, codes } of tenants) {
      const names = namesOf(snapshot, id);
      const prompts = new Set([...names.ownPrompts, ...shared.prompts]);
      this.#tenants.set(id, { ...shared, ...names, prompts, tenant: id, codes });
    }
  }

  /** Names of a tenant, undefined when there is no such tenant. */
  of(tenant: string | undefined): DialplanNames | undefined {
    return this.#tenants.get(tenant ?? this.#first);
  }

  /** Phones of a tenant; none when there is no such tenant. */
  phones(tenant: string): PhoneNumbers {
    let phones = this.#phones.get(tenant);
    if (!phones) {
      const { extensions, groups } = this.of(tenant) ?? NO_PHONES;
      phones = phoneNumbersOf(extensions, groups);
      this.#phones.set(tenant, phones);
    }
    return phones;
  }

  get tenants(): readonly string[] {
    return [...this.#tenants.keys()];
  }
}

function namesOf(
  snapshot: Snapshot,
  tenant: string,
): Omit<DialplanNames, keyof SharedNames | 'tenant' | 'codes'> {
  const names = (kind: KindName) =>
    new Set(Array.from(snapshot.entitiesOf(kind, tenant), ({ name }) => name));
  return {
    queues: new Map(snapshot.of('queue', tenant).map(({ name, survey }) => [name, survey])),
    ownPrompts: names('prompt'),
    lists: names('list'),
    calendars: new Map(snapshot.of('calendar', tenant).map((calendar) => [calendar.name, calendar])),
    skills: names('skill'),
    mailboxes: names('mailbox'),
    surveys: names('survey'),
    extensions: names('extension'),
    groups: names('group'),
    conferences: names('conference'),
    secrets: new Map(
      snapshot.of('secret', tenant).map(({ name, hosts }) => [name, hosts.map((host) => host.toLowerCase())]),
    ),
    trunks: new Map(snapshot.of('trunk', tenant).map(({ name, channels }) => [name, channels])),
  };
}
