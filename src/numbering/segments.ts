/** Takes a table of mobile segments into the area table, writes it in one form, and says how much is known. */
import { ConfigError } from '../shared/errors.ts';
import { splitPlace } from './area.ts';
import type { AreaTable } from './area-table.ts';
import { carrierNamed } from './carrier.ts';
import { readSegments } from './segment-file.ts';

/** Prefixes that the regulator has given to operators (MIIT, 公众移动通信网网号). */
const MOBILE_PREFIXES = (
  '130 131 132 133 134 135 136 137 138 139 145 146 147 148 149 150 151 152 153 155 156 157 158 159 162 165 166 167 ' +
  '170 171 172 173 174 175 176 177 178 180 181 182 183 184 185 186 187 188 189 190 191 192 193 195 196 197 198 199'
).split(' ');

const SEGMENTS_A_PREFIX = 10_000;

/**
 * Adds the segments of a file (see {@link readSegments} for its forms); they beat those already there. Returns their
 * number. A file that names no version is called `version`. Throws ConfigError; the table may then hold a part.
 */
export function importSegments(table: AreaTable, bytes: Buffer, file: string, version = 'imported'): number {
  let count = 0;
  const places = new Map<string, { province: string; city: string; code: string }>();
  const named = readSegments(bytes, file, ({ from, to, province, city, code, carrier }) => {
    const key = `${province},${city},${code}`;
    let place = places.get(key);
    if (!place) {
      const { province: own, city: seat } = splitPlace(province + (city === province ? '' : city));
      if (own === '') {
        throw new ConfigError(
          `'${province}' is no province: segment ${from}`,
          { file },
          'write 1380013,广东,深圳,0755,移动',
        );
      }
      place = { province: own, city: seat, code: code || table.codeOfPlace(own, seat) };
      places.set(key, place);
    }
    table.setSegments(from, to, place, carrierNamed(carrier));
    count += to - from + 1;
  });
  table.version = named ?? version;
  return count;
}

/** The whole table as a file that {@link importSegments} reads. */
export function writeSegments(table: AreaTable): string {
  let text = `# version ${table.version}\nfrom,to,province,city,areaCode,carrier\n`;
  for (const { from, to, area, carrier = '' } of table.runs()) {
    if (area.province === '') continue;
    text += `${from},${to},${area.province},${area.city},${area.code},${carrier}\n`;
  }
  return text;
}

/** How much of the mobile prefixes a table knows. */
export interface Coverage {
  /** Segments with an area, by three-digit prefix; 10,000 are all. */
  readonly known: ReadonlyMap<string, number>;
  /** Share of the segments of all prefixes, 0 to 1. */
  readonly share: number;
}

export function coverageOf(table: AreaTable): Coverage {
  const known = new Map<string, number>();
  let sum = 0;
  for (const prefix of MOBILE_PREFIXES) {
    const from = Number(prefix) * SEGMENTS_A_PREFIX;
    const count = table.countKnown(from, from + SEGMENTS_A_PREFIX - 1);
    known.set(prefix, count);
    sum += count;
  }
  return { known, share: sum / (MOBILE_PREFIXES.length * SEGMENTS_A_PREFIX) };
}

/** One line for operators: `segment table libphonenumber: 75 % of the mobile segments have an area, none of 162 165 ...`. */
export function coverageText(table: AreaTable): string {
  const { known, share } = coverageOf(table);
  const none = [...known].filter(([, count]) => count === 0).map(([prefix]) => prefix);
  const gaps = none.length > 0 ? `, none of ${none.join(' ')}` : '';
  return (
    `segment table ${table.version}: ${Math.round(share * 100)} % of the mobile segments have an area${gaps}` +
    '; a newer public table (phone.dat, 手机号段归属地) is taken by `pbx400 import segments FILE`'
  );
}

/** Segments whose area or operator differs between two tables. */
export function changedSegments(before: AreaTable, after: AreaTable): number {
  let changed = 0;
  for (const { from, to } of mergedRuns(before, after)) {
    const number = `${from}0000`;
    const same =
      before.areaOf(number).name === after.areaOf(number).name &&
      before.carrierOf(number) === after.carrierOf(number);
    if (!same) changed += to - from + 1;
  }
  return changed;
}

/** Stretches in which neither table changes. */
function mergedRuns(before: AreaTable, after: AreaTable): readonly { from: number; to: number }[] {
  const starts = new Set<number>();
  for (const table of [before, after]) {
    for (const { from, to } of table.runs()) starts.add(from).add(to + 1);
  }
  const sorted = Float64Array.from(starts).sort();
  return Array.from(sorted.subarray(0, -1), (from, index) => ({ from, to: sorted[index + 1]! - 1 }));
}
