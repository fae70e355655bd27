/** What all companies share and entities of tenant `system` name: the segment table (号段表) and public holidays (法定节假日). */
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readHolidays, writeHolidays } from './calendar/holiday-file.ts';
import { HolidayReload, loadHolidays } from './calendar/holiday-source.ts';
import type { Holidays, SpecialDays } from './calendar/holidays.ts';
import { AreaReload } from './numbering/area-reload.ts';
import { loadAreas } from './numbering/area-source.ts';
import type { AreaTable } from './numbering/area-table.ts';
import type { SegmentTableProved } from './numbering/prove-segments.ts';
import { coverageOf, coverageText, writeSegments } from './numbering/segments.ts';
import type { ProposedEntity } from './provisioning/change.ts';
import type { Companies } from './provisioning/companies.ts';
import { HOLIDAYS_NAME } from './provisioning/kind/holidays.ts';
import { SEGMENTS_NAME } from './provisioning/kind/segments.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { type Snapshot, SYSTEM_TENANT } from './provisioning/snapshot.ts';
import { readAddressed, writeAddressed } from './shared/addressed-file.ts';
import type { Clock } from './shared/clock.ts';
import { asError, ConfigError } from './shared/errors.ts';
import type { Subscription } from './shared/events.ts';
import type { Logger } from './shared/logger.ts';

export interface SharedTables {
  readonly areas: AreaTable;
  readonly holidays: Holidays;
}

interface Services {
  readonly clock: Clock;
  readonly logger: Logger;
}

type TableKind = 'segments' | 'holidays';

const NAMES = { segments: SEGMENTS_NAME, holidays: HOLIDAYS_NAME } as const;

/** Where version 0.1.0 had them in the data folder. */
const OLDER_FILES = { segments: 'segments.csv', holidays: 'holidays.json' } as const;

/** The file that holds a table; undefined: the package's own serves. One of 0.1.0 does until a start takes it over. */
export function tableFile(dataDir: string, snapshot: Snapshot, kind: TableKind): string | undefined {
  const named = snapshot.get(kind, SYSTEM_TENANT, NAMES[kind])?.file;
  if (named !== undefined) return join(dataDir, named);
  const older = join(dataDir, OLDER_FILES[kind]);
  return existsSync(older) ? older : undefined;
}

/** The tables that a snapshot names. In place of one that cannot be read the package's own serves, once `tell` was told. */
export function readTables(
  dataDir: string,
  snapshot: Snapshot,
  tell: (mistake: ConfigError) => void,
): SharedTables {
  const read = <Table>(kind: TableKind, load: (file: string | undefined) => Table): Table => {
    try {
      return load(tableFile(dataDir, snapshot, kind));
    } catch (error) {
      tell(error instanceof ConfigError ? error : new ConfigError(asError(error).message));
      return load(undefined);
    }
  };
  return { areas: read('segments', loadAreas), holidays: read('holidays', loadHolidays) };
}

/** The tables of a PBX that runs: they become what each change of companies names. */
export class OpenTables implements SharedTables {
  readonly areas: AreaTable;
  readonly holidays: Holidays;
  readonly #areaReload: AreaReload;
  readonly #holidayReload: HolidayReload;
  readonly #changes: Subscription;

  constructor(dataDir: string, { snapshot, events }: Provisioned, { clock, logger }: Services) {
    const { areas, holidays } = readTables(dataDir, snapshot, ({ message, place, fix }) =>
      logger.error(
        { file: place?.file, fix, error: message },
        "a table is not there; the package's own serves",
      ),
    );
    this.areas = areas;
    this.holidays = holidays;
    logger.info({ file: tableFile(dataDir, snapshot, 'segments') }, coverageText(areas));
    this.#areaReload = new AreaReload(areas, logger);
    this.#holidayReload = new HolidayReload(holidays, clock, logger);
    const used = { segments: fileIn(snapshot, 'segments'), holidays: fileIn(snapshot, 'holidays') };
    this.#changes = events.on('changed', ({ snapshot: now }) => {
      for (const [kind, reload] of [
        ['segments', this.#areaReload],
        ['holidays', this.#holidayReload],
      ] as const) {
        const file = fileIn(now, kind);
        if (file === used[kind]) continue;
        used[kind] = file;
        reload.load(tableFile(dataDir, now, kind));
      }
    });
  }

  /** Ends what is under way. Idempotent. */
  async close(): Promise<void> {
    this.#changes.off();
    this.#holidayReload.close();
    await this.#areaReload.close();
  }
}

const fileIn = (snapshot: Snapshot, kind: TableKind): string | undefined =>
  snapshot.get(kind, SYSTEM_TENANT, NAMES[kind])?.file;

/** Where a table comes from, for people. */
export interface TableOrigin {
  /** Name of the file that was imported. */
  readonly source: string;
  readonly atMs: number;
}

/** Writes a segment table into the data folder; returns the entity that names it. */
export function keepSegments(dataDir: string, table: AreaTable, origin: TableOrigin): ProposedEntity {
  const file = writeAddressed(dataDir, 'segments', 'csv', writeSegments(table));
  const { version, segments } = table;
  const coverage = Math.round(coverageOf(table).share * 100);
  return keptSegments({ file, version, segments, coverage }, origin);
}

/** The entity that names a segment table which is in the data folder. */
export function keptSegments(
  {
    file,
    version,
    segments,
    coverage,
  }: Pick<SegmentTableProved, 'file' | 'version' | 'segments' | 'coverage'>,
  origin: TableOrigin,
): ProposedEntity {
  return tableEntity('segments', { file, version, ...originOf(origin), segments, coverage });
}

/** Writes public holidays into the data folder; returns the entity that names them. */
export function keepHolidays(dataDir: string, days: SpecialDays, origin: TableOrigin): ProposedEntity {
  const file = writeAddressed(dataDir, 'holidays', 'json', writeHolidays(days));
  const lastYear = Math.max(...Array.from(days.keys(), (date) => Number(date.slice(0, 4))));
  return tableEntity('holidays', { file, ...originOf(origin), days: days.size, lastYear });
}

const originOf = ({ source, atMs }: TableOrigin) => ({
  source,
  date: new Date(atMs).toISOString().slice(0, 10),
});

const tableEntity = (kind: TableKind, value: ProposedEntity['value']): ProposedEntity => ({
  kind,
  tenant: SYSTEM_TENANT,
  name: NAMES[kind],
  value,
});

/** Makes entities of the tables that version 0.1.0 left in the data folder, once. What cannot be read is logged and stays. */
export async function takeOverTables(
  dataDir: string,
  companies: Pick<Companies, 'apply' | 'provisioning'>,
  logger: Logger,
): Promise<void> {
  const keep = {
    segments: (file: string, origin: TableOrigin) => keepSegments(dataDir, loadAreas(file), origin),
    holidays: (file: string, origin: TableOrigin) =>
      keepHolidays(dataDir, readHolidays(readAddressed(file).toString(), file), origin),
  };
  for (const kind of ['segments', 'holidays'] as const) {
    const older = join(dataDir, OLDER_FILES[kind]);
    if (fileIn(companies.provisioning.snapshot, kind) !== undefined || !existsSync(older)) continue;
    try {
      const put = [keep[kind](older, { source: OLDER_FILES[kind], atMs: statSync(older).mtimeMs })];
      await companies.apply({ put, removed: [], by: 'pbx400 start' });
      rmSync(older);
      logger.info({ file: older }, `${kind} of an older version were taken over`);
    } catch (error) {
      logger.error({ file: older, error: asError(error).message }, `${kind} were not taken over`);
    }
  }
}
