import type { CalendarRules } from '../../calendar/calendar-rules.ts';
import type { Holidays } from '../../calendar/holidays.ts';
import type { Config } from '../../config/config.ts';
import type { AreaTable } from '../../numbering/area-table.ts';
import { type FeatureCodes, STANDARD_CODES } from '../../provisioning/feature-codes.ts';
import type { Calendar } from '../../provisioning/kind/calendar.ts';

/** The names that a tenant's hotlines may use. */
export interface DialplanNames {
  readonly tenant: string;
  readonly timeZone: string;
  readonly prompts: ReadonlySet<string>;
  /** Queues by name with the survey that follows their talks. */
  readonly queues: ReadonlyMap<string, string | undefined>;
  readonly lists: ReadonlySet<string>;
  /** Calendars of the company, beside those of a hotline and the built-in ones. */
  readonly calendars: ReadonlyMap<string, CalendarRules>;
  readonly mailboxes: ReadonlySet<string>;
  readonly surveys: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  /** Trunks by name with their channels. */
  readonly trunks: ReadonlyMap<string, number>;
  /** Places that a caller can be at home in. */
  readonly areas: Pick<AreaTable, 'isPlace' | 'places' | 'areaOfCode'>;
  readonly holidays: Holidays;
  /** Feature codes of its phones. */
  readonly codes: FeatureCodes;
}

/** What all companies share. */
export type SharedTables = Pick<DialplanNames, 'areas' | 'holidays'>;

/** What of the configuration the names come from. */
export interface NameSource
  extends Pick<Config, 'timeZone' | 'queues' | 'lists' | 'mailboxes' | 'surveys' | 'extensions' | 'trunks'> {
  readonly tenants: readonly (Config['tenants'][number] & { readonly codes?: FeatureCodes })[];
  readonly calendars: readonly Calendar[];
}

/**
 * The names of each tenant. `prompts` are the names in the catalogue, which all tenants share.
 * The first tenant owns the hotlines that name none.
 */
export class NameBook {
  readonly #tenants = new Map<string, DialplanNames>();
  readonly #first: string;

  constructor(config: NameSource, prompts: Iterable<string>, tables: SharedTables) {
    this.#first = config.tenants[0]?.id ?? 'default';
    const spoken = new Set(prompts);
    for (const { id, codes = STANDARD_CODES } of config.tenants) {
      this.#tenants.set(id, { ...namesOf(config, id, spoken, tables), codes });
    }
  }

  /** Names of a tenant, undefined when there is no such tenant. */
  of(tenant: string | undefined): DialplanNames | undefined {
    return this.#tenants.get(tenant ?? this.#first);
  }

  get tenants(): readonly string[] {
    return [...this.#tenants.keys()];
  }
}

function namesOf(
  config: NameSource,
  tenant: string,
  prompts: ReadonlySet<string>,
  tables: SharedTables,
): Omit<DialplanNames, 'codes'> {
  const own = (items: readonly { readonly name: string; readonly tenant: string }[]) =>
    new Set(items.filter((item) => item.tenant === tenant).map((item) => item.name));
  return {
    tenant,
    timeZone: config.timeZone,
    prompts,
    ...tables,
    queues: new Map(
      config.queues.filter((each) => each.tenant === tenant).map((each) => [each.name, each.survey]),
    ),
    lists: own(config.lists),
    calendars: new Map(
      config.calendars.filter((each) => each.tenant === tenant).map((each) => [each.name, each]),
    ),
    mailboxes: own(config.mailboxes),
    surveys: own(config.surveys),
    extensions: new Set(
      config.extensions.filter((each) => each.tenant === tenant).map((each) => each.number),
    ),
    trunks: new Map(
      config.trunks.filter((each) => each.tenant === tenant).map((each) => [each.name, each.channels]),
    ),
  };
}
