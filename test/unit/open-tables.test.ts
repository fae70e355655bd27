import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAreaTable } from '../../src/numbering/area-source.ts';
import { importSegments } from '../../src/numbering/segments.ts';
import { openCompanies } from '../../src/open-companies.ts';
import { keepHolidays, keepSegments, OpenTables, readTables, takeOverTables } from '../../src/open-tables.ts';
import type { ProposedEntity } from '../../src/provisioning/change.ts';
import { ChangeRefused, mistakeText } from '../../src/provisioning/check/mistake.ts';
import type { Companies } from '../../src/provisioning/companies.ts';
import { loadMachine } from '../../src/provisioning/file/company-sections.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { type Logger, silentLogger } from '../../src/shared/logger.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';

let dir: string;
let store: MemoryStore;
let said: string[];
const clock = new ManualClock(Date.UTC(2026, 7, 1));
/** Told of each note: what a thread of its own loads is there once that was said. */
let onSaid: (text: string) => void = () => {};
const note = (fields: object, text: string) => {
  said.push(`${text} ${JSON.stringify(fields)}`);
  onSaid(text);
};
const tableTaken = () =>
  new Promise<void>((done) => {
    onSaid = (text) => void (text.startsWith('segment table') && done());
  });
const logger = { ...silentLogger, info: note, warn: note, error: note } as unknown as Logger;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-tables-'));
  store = new MemoryStore();
  said = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function open(yaml = 'tenants: { a: {} }\n'): Promise<Companies> {
  const file = join(dir, 'pbx400.yaml');
  writeFileSync(file, yaml);
  const config = loadMachine({ file, env: {}, overrides: { data: dir } });
  return openCompanies(config, store, [], { clock, ids: seededIds(), logger });
}

const ORIGIN = { source: 'table.csv', atMs: Date.UTC(2026, 7, 1) };
/** A prefix of the broadcaster (中国广电), of which libphonenumber knows nothing. */
const MOBILE = '19200001234';

const TABLE = loadAreaTable();
importSegments(TABLE, Buffer.from('# version 9\n192,广东,深圳,0755,移动\n'), 'table.csv');
const segmentsOf = () => keepSegments(dir, TABLE, ORIGIN);
const holidaysOf = (...dates: string[]) =>
  keepHolidays(dir, new Map(dates.map((date) => [date, { kind: 'holiday', name: '元旦' }])), ORIGIN);
const put = (companies: Companies, ...entities: ProposedEntity[]) =>
  companies.apply({ put: entities, removed: [], by: 'li' });
const remove = (companies: Companies, { kind, tenant, name }: ProposedEntity) =>
  companies.apply({ put: [], removed: [{ kind, tenant, name }], by: 'li' });

async function refusal(change: Promise<unknown>): Promise<readonly string[]> {
  const error = await change.catch((each: unknown) => each);
  if (!(error instanceof ChangeRefused)) throw error;
  return error.mistakes.map(mistakeText);
}

describe('an entity of a table', () => {
  it('says what it is of; the table stays in the data folder', async () => {
    const companies = await open();
    const segments = segmentsOf();
    await put(companies, segments, holidaysOf('2027-01-01', '2028-01-01'));
    const { snapshot } = companies.provisioning;
    expect(snapshot.all('segments')).toEqual([
      {
        tenant: 'system',
        name: 'mobile',
        file: expect.stringMatching(/^segments-[0-9a-f]{16}\.csv$/),
        version: '9',
        source: 'table.csv',
        date: '2026-08-01',
        segments: TABLE.segments,
        coverage: 59,
      },
    ]);
    expect(snapshot.all('holidays')).toMatchObject([
      { name: 'CN', file: expect.stringMatching(/^holidays-/), days: 2, lastYear: 2028 },
    ]);
    const [stored] = await store.entities.all();
    expect(await store.entities.history(stored!.id)).toMatchObject([{ by: 'li', at: clock.now() }]);
    expect(stored!.body.length).toBeLessThan(1000);
  });

  it('is of tenant system only, whoever owns it', async () => {
    const companies = await open();
    for (const [entity, plural] of [
      [segmentsOf(), 'segments'],
      [holidaysOf('2027-01-01'), 'holidays'],
    ] as const) {
      const reason = `all companies share ${plural}: tenant 'a' can have none of its own; write them under 'tenant: system'`;
      expect(await refusal(put(companies, { ...entity, tenant: 'a' }))).toEqual([
        `a /${plural}/${entity.name}: ${reason}`,
      ]);
      const section = JSON.stringify({ [entity.name]: { tenant: 'a', ...entity.value } });
      await expect(open(`tenants: { a: {} }\n${plural}: ${section}\n`)).rejects.toMatchObject({
        errors: [{ place: { line: 2 }, message: reason.split('; ')[0] }],
      });
    }
  });

  it('is refused where its file is missing or holds something else, with the way to it', async () => {
    const companies = await open();
    const segments = segmentsOf();
    const file = join(dir, String(segments.value['file']));
    writeFileSync(file, '1380013,广东,深圳,0755,移动\n');
    expect(await refusal(put(companies, segments))).toEqual([
      expect.stringMatching(
        /^system \/segments\/mobile\/file: .*is not what its name says: its checksum is [0-9a-f]{16}; put .* import it anew$/,
      ),
    ]);
    rmSync(file);
    expect(await refusal(put(companies, segments))).toEqual([
      `system /segments/mobile/file: there is no file ${file}; put the file there that it was made as, or import it anew`,
    ]);
    expect(companies.provisioning.snapshot.all('segments')).toEqual([]);
  });

  it('names no file outside of the data folder, and has one name only', async () => {
    const companies = await open();
    const segments = segmentsOf();
    const outside = { ...segments, value: { ...segments.value, file: '../segments-0123456789abcdef.csv' } };
    expect(await refusal(put(companies, outside))).toHaveLength(1);
    expect(await refusal(put(companies, { ...segments, name: 'other' }))).toHaveLength(1);
  });
});

// A thread loads each table: seconds on a machine that is full with other work.
describe('the tables of a PBX that runs', { timeout: 120_000 }, () => {
  it('become what each change names, and the package its own when the entity goes', async () => {
    const companies = await open();
    const tables = new OpenTables(dir, companies.provisioning, { clock, logger });
    const city = () => tables.areas.areaOf(MOBILE).city;
    const isHoliday = (date: string) => tables.holidays.on(date)?.kind === 'holiday';
    expect([city(), isHoliday('2030-01-01')]).toEqual(['', false]);
    const loads = () => said.filter((text) => text.includes('of the mobile segments')).length;
    const [before, segments] = [loads(), segmentsOf()];
    const added = tableTaken();
    await put(companies, segments, holidaysOf('2030-01-01'));
    expect(isHoliday('2030-01-01')).toBe(true);
    await added;
    expect(city()).toBe('深圳');
    await put(companies, { ...segments, value: { ...segments.value, source: 'other.csv' } });
    await put(companies, holidaysOf('2031-01-01'));
    expect([isHoliday('2030-01-01'), isHoliday('2031-01-01')]).toEqual([false, true]);
    await remove(companies, holidaysOf('2031-01-01'));
    expect([isHoliday('2031-01-01'), isHoliday('2026-10-01')]).toEqual([false, true]);
    const taken = tableTaken();
    await remove(companies, segments);
    await taken;
    expect(city()).toBe('');
    // Another source is no other table.
    expect(loads()).toBe(before + 2);
    await tables.close();
  });

  it('are those of the package where a file is lost, and that is said', async () => {
    const companies = await open();
    const [segments, holidays] = [segmentsOf(), holidaysOf('2030-01-01')];
    await put(companies, segments, holidays);
    for (const { value } of [segments, holidays]) rmSync(join(dir, String(value['file'])));
    const tables = new OpenTables(dir, companies.provisioning, { clock, logger });
    expect(tables.areas.version).toBe('libphonenumber');
    expect(tables.holidays.on('2026-10-01')).toBeDefined();
    expect(said.filter((text) => text.startsWith("a table is not there; the package's own serves"))).toEqual([
      expect.stringContaining(String(segments.value['file'])),
      expect.stringContaining(String(holidays.value['file'])),
    ]);
    await tables.close();
  });
});

describe('tables of 0.1.0', () => {
  const leave = () => {
    writeFileSync(join(dir, 'segments.csv'), '# version 7\nfrom,province,city\n192,广东,深圳\n');
    writeFileSync(join(dir, 'holidays.json'), '{"2030-01-01":{"kind":"holiday","name":"元旦"}}');
  };

  it('serve at once and are taken over once', async () => {
    leave();
    const companies = await open();
    const { snapshot } = companies.provisioning;
    const { areas, holidays } = readTables(dir, snapshot, (mistake) => expect.unreachable(mistake.message));
    expect([areas.areaOf(MOBILE).city, holidays.on('2030-01-01')?.kind]).toEqual(['深圳', 'holiday']);
    await takeOverTables(dir, companies, logger);
    const taken = companies.provisioning.snapshot;
    expect(taken.all('segments')).toMatchObject([{ version: '7', source: 'segments.csv' }]);
    expect(taken.all('holidays')).toMatchObject([{ days: 1, lastYear: 2030, source: 'holidays.json' }]);
    expect(readdirSync(dir).filter((name) => /^(segments|holidays)/.test(name))).toEqual([
      expect.stringMatching(/^holidays-/),
      expect.stringMatching(/^segments-/),
    ]);
    const after = readTables(dir, taken, (mistake) => expect.unreachable(mistake.message));
    expect([after.areas.areaOf(MOBILE).city, after.holidays.on('2030-01-01')?.kind]).toEqual([
      '深圳',
      'holiday',
    ]);
    await takeOverTables(dir, companies, logger);
    expect(companies.provisioning.snapshot).toBe(taken);
  });

  it('stay where they are when they cannot be read', async () => {
    leave();
    writeFileSync(join(dir, 'segments.csv'), 'nonsense\n');
    const companies = await open();
    await takeOverTables(dir, companies, logger);
    expect(companies.provisioning.snapshot.all('segments')).toEqual([]);
    expect(companies.provisioning.snapshot.all('holidays')).toHaveLength(1);
    expect(existsSync(join(dir, 'segments.csv'))).toBe(true);
    expect(said.filter((text) => text.startsWith('segments were not taken over'))).toHaveLength(1);
  });
});
