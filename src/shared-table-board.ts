/** What all companies share, for the API: public holidays (法定节假日) and the segment table (号段表), looked at and imported while calls run. */
import { rm } from 'node:fs/promises';
import { readHolidays } from './calendar/holiday-file.ts';
import type { Holidays, SpecialDays } from './calendar/holidays.ts';
import type { ByWhom } from './http/by-whom.ts';
import type { AreaOfNumber, SegmentTableRow, SharedTableBoard } from './http/routes/shared-tables.ts';
import type { Jobs } from './job/jobs.ts';
import type { AreaTable } from './numbering/area-table.ts';
import { isInternational, normaliseCaller } from './numbering/number.ts';
import { proveSegments, type SegmentTableProved } from './numbering/prove-segments.ts';
import { type Coverage, coverageOf } from './numbering/segments.ts';
import { keepHolidays, keptSegments, tableFile } from './open-tables.ts';
import type { Companies } from './provisioning/companies.ts';
import { HOLIDAYS_NAME } from './provisioning/kind/holidays.ts';
import { SEGMENTS_NAME } from './provisioning/kind/segments.ts';
import { SYSTEM_TENANT } from './provisioning/snapshot.ts';
import { readAddressed } from './shared/addressed-file.ts';
import type { Clock } from './shared/clock.ts';
import { ConfigError, PbxError } from './shared/errors.ts';
import { Turns } from './shared/turns.ts';
import type { UploadFolder } from './shared/upload-folder.ts';
import type { AuditEntry } from './store/store.ts';

const IMPORT = 'segment-import';

export interface SharedTableParts {
  readonly dataDir: string;
  readonly companies: Pick<Companies, 'apply' | 'provisioning'>;
  readonly areas: AreaTable;
  readonly holidays: Holidays;
  readonly jobs: Jobs;
  readonly uploads: UploadFolder;
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

export function sharedTableBoard(parts: SharedTableParts): SharedTableBoard {
  const { dataDir, companies, areas, holidays, jobs, uploads, tell, clock } = parts;
  const entityOf = <Kind extends 'segments' | 'holidays'>(kind: Kind, name: string) =>
    companies.provisioning.snapshot.get(kind, SYSTEM_TENANT, name);
  const fileOf = (kind: 'segments' | 'holidays') => tableFile(dataDir, companies.provisioning.snapshot, kind);
  const note = (did: object, { by, address }: ByWhom) =>
    tell({
      ...{ tenantId: SYSTEM_TENANT, at: clock.now(), action: 'import' as const, by },
      details: { ...did, address },
    });
  const turns = new Turns();
  /** Made once for each table: half a million cells are counted. */
  let counted: { readonly of: string; readonly coverage: Coverage } | undefined;
  const coverage = () => {
    const of = `${areas.version} ${areas.segments}`;
    if (counted?.of !== of) counted = { of, coverage: coverageOf(areas) };
    return counted.coverage;
  };
  const imported = (): SpecialDays => {
    const file = fileOf('holidays');
    return file === undefined ? new Map() : readHolidays(readAddressed(file).toString(), file);
  };
  const segments = (): SegmentTableRow => {
    const named = entityOf('segments', SEGMENTS_NAME);
    const { known, share } = coverage();
    return {
      version: areas.version,
      source: named?.source ?? null,
      date: named?.date ?? null,
      segments: areas.segments,
      share,
      prefixes: Array.from(known, ([prefix, count]) => ({ prefix, known: count })),
    };
  };
  return {
    holidays: () => {
      const named = entityOf('holidays', HOLIDAYS_NAME);
      const years = Array.from(holidays.years(), ([year, known]) => ({ year, ...known }));
      return {
        source: named?.source ?? null,
        date: named?.date ?? null,
        knownTo: holidays.lastYear,
        years: years.sort((one, other) => one.year - other.year),
      };
    },
    takeHolidays: async (text, name, isTry, who) => {
      const given = read(text, name);
      const years = new Set([...given.keys()].map(yearOf));
      const told = { years: [...years].sort(), days: given.size };
      if (isTry) return told;
      // Each puts its years to what the one before has left.
      await turns.take(async () => {
        // Years that were imported before and are not in this file stay.
        const rest = [...imported()].filter(([date]) => !years.has(yearOf(date)));
        const days = new Map([...given, ...rest]);
        const entity = keepHolidays(dataDir, days, { source: name, atMs: clock.now() });
        await companies.apply({ put: [entity], removed: [], by: who.by });
      });
      await note({ what: 'holidays', file: name, ...told }, who);
      return told;
    },
    segments,
    areaOf: (raw) => areaOf(areas, normaliseCaller(raw)),
    checkSegments: async (sent, { name, version = dateOf(clock.now()) }, { by }) => {
      const path = await uploads.receive(SYSTEM_TENANT, sent);
      const drop = () => rm(path, { force: true });
      try {
        return await jobs.start({ kind: IMPORT, tenantId: SYSTEM_TENANT, by }, async (work) => {
          try {
            const order = { path, name, version, before: fileOf('segments'), folder: dataDir };
            return { source: name, ...(await proveSegments(order, work.signal)) };
          } finally {
            await drop();
          }
        });
      } catch (error) {
        await drop();
        throw error;
      }
    },
    takeSegments: async (scope, id, who) => {
      const { kind, by, state, result } = await jobs.get(scope, id);
      if (kind !== IMPORT || by !== who.by || state !== 'done')
        throw new PbxError('not-found', `there is no table ${id} of yours that was proved`);
      const { source, ...table } = result as SegmentTableProved & { readonly source: string };
      await companies.apply({
        put: [keptSegments(table, { source, atMs: clock.now() })],
        removed: [],
        by: who.by,
      });
      const { version, rows, changed } = table;
      await note({ what: 'segments', file: source, version, rows, changed }, who);
      return { version, segments: table.segments, changed };
    },
  };
}

const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const yearOf = (date: string) => date.slice(0, 4);

function read(text: string, name: string): SpecialDays {
  try {
    return readHolidays(text, name);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { message, place, fix } = error;
    const where = place?.line === undefined ? '' : `line ${place.line}: `;
    throw new PbxError('bad-sheet', `${where}${message}${fix === undefined ? '' : `; ${fix}`}`, {
      cause: error,
    });
  }
}

/** What the table says of a number in the form of `normaliseCaller`. */
function areaOf(areas: AreaTable, number: string): AreaOfNumber {
  const area = areas.areaOf(number);
  const form = formOf(number);
  const { name, province, city, code, region, kind } = area;
  return {
    number,
    form,
    segment: form === 'mobile' ? number.slice(0, 7) : null,
    area: kind === 'known' ? { name, province, city, code, region } : null,
    carrier: areas.carrierOf(number) ?? null,
  };
}

function formOf(number: string): AreaOfNumber['form'] {
  if (number === '') return 'none';
  if (isInternational(number)) return 'international';
  if (number.startsWith('0')) return 'fixed';
  if (/^1[3-9]\d{9}$/.test(number)) return 'mobile';
  if (/^[48]00\d{7}$/.test(number)) return 'service';
  return number.length <= 8 ? 'short' : 'none';
}
