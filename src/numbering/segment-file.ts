/** Reads tables of mobile segments (号段表) in the forms in which they are found in public. */
import { gunzipSync } from 'node:zlib';
import { ConfigError } from '../shared/errors.ts';

/** Segments that belong together: seven-digit prefixes `from` to `to`, both included, as numbers. */
export interface SegmentRun {
  readonly from: number;
  readonly to: number;
  /** As the table spells them: 广东省 or 广东, 深圳市 or 深圳. */
  readonly province: string;
  readonly city: string;
  /** `0755`; '' when the table does not tell. */
  readonly code: string;
  /** As the table spells it; '' when it does not tell. */
  readonly carrier: string;
}

/**
 * Gives all runs of a table to `take`; returns the version that it names. Understood are, gzipped or not: CSV with a
 * header (`from,to,province,city,carrier`, `号段,省份,城市,运营商`, ...) or without one as `prefix,province,city,areaCode,
 * operator`, prefixes of 1 to 7 digits; a JSON list of objects with such fields; and phone.dat. Throws ConfigError that
 * names the line or entry of the first mistake.
 */
export function readSegments(
  bytes: Buffer,
  file: string,
  take: (run: SegmentRun) => void,
): string | undefined {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unzipped(bytes, file) : bytes;
  if (isPhoneDat(plain)) return readPhoneDat(plain, file, take);
  const text = plain.toString('utf8').replace(/^\uFEFF/, '');
  const first = text.trimStart()[0];
  if (first === '[' || first === '{') return readJson(text, file, take);
  return readCsv(text, file, take);
}

function unzipped(bytes: Buffer, file: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: 512 * 1024 * 1024 });
  } catch (error) {
    throw new ConfigError(`cannot be unzipped: ${(error as Error).message}`, { file }, 'get the file anew');
  }
}

/** Names of the columns in use, lower case. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  from: ['from', 'start', 'prefix', 'segment', 'phone', 'number', 'mobile', '号段', '手机号段', '前七位'],
  to: ['to', 'end'],
  province: ['province', '省', '省份'],
  city: ['city', '市', '城市', '地市'],
  code: ['areacode', 'area_code', 'code', '区号'],
  carrier: ['carrier', 'operator', 'isp', 'type', 'card', '运营商', '卡类型'],
};

/** Which column holds what; undefined when the names are no names of columns. */
function columnsOf(names: readonly string[]): ReadonlyMap<string, string | number> | undefined {
  const found = new Map<string, number>();
  for (const [field, known] of Object.entries(COLUMNS)) {
    const index = names.findIndex((name) => known.includes(name.trim().replace(/^"|"$/g, '').toLowerCase()));
    if (index >= 0) found.set(field, index);
  }
  return found.has('from') && found.has('province') ? found : undefined;
}

const OWN_COLUMNS: ReadonlyMap<string, number> = new Map([
  ['from', 0],
  ['province', 1],
  ['city', 2],
  ['code', 3],
  ['carrier', 4],
]);

const ROW_FIX = 'write 1380013,广东,深圳,0755,移动';

function readCsv(text: string, file: string, take: (run: SegmentRun) => void): string | undefined {
  let columns: ReadonlyMap<string, string | number> | undefined;
  let version: string | undefined;
  let line = 0;
  for (let from = 0; from < text.length; ) {
    let to = text.indexOf('\n', from);
    if (to < 0) to = text.length;
    const row = text.slice(from, to).trim();
    from = to + 1;
    line++;
    if (row === '') continue;
    if (row.startsWith('#')) {
      version ??= /^#\s*version\s+(\S+)/.exec(row)?.[1];
      continue;
    }
    const cells = row.split(row.includes('\t') ? '\t' : ',');
    if (!columns) {
      columns = columnsOf(cells) ?? OWN_COLUMNS;
      if (columns !== OWN_COLUMNS) continue;
    }
    const run = runOf((field) => unquoted(cells[columns!.get(field) as number] ?? ''));
    if (!run) throw new ConfigError(`no segment: ${row.slice(0, 60)}`, { file, line }, ROW_FIX);
    take(run);
  }
  return version;
}

function unquoted(cell: string): string {
  return cell.length > 1 && cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1) : cell;
}

function readJson(text: string, file: string, take: (run: SegmentRun) => void): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`no JSON: ${(error as Error).message}`, { file }, 'correct the syntax there');
  }
  const { version, segments } = (Array.isArray(value) ? { segments: value } : value) as Record<
    string,
    unknown
  >;
  if (!Array.isArray(segments)) {
    throw new ConfigError('holds no list of segments', { file }, 'write [{ "prefix": "1380013", ... }]');
  }
  for (const [index, entry] of segments.entries()) {
    const names = Object.keys((entry ?? {}) as object);
    const columns = columnsOf(names);
    const held = entry as Record<string, unknown>;
    const run = columns && runOf((field) => String(held[names[columns.get(field) as number]!] ?? ''));
    if (!run) {
      const shown = JSON.stringify(entry)?.slice(0, 60);
      throw new ConfigError(`no segment at entry ${index}: ${shown}`, { file }, ROW_FIX);
    }
    take(run);
  }
  return typeof version === 'string' ? version : undefined;
}

function runOf(cell: (field: string) => string): SegmentRun | undefined {
  const from = firstSegment(cell('from'));
  const end = cell('to');
  const to = lastSegment(end === '' ? cell('from') : end);
  const province = cell('province');
  if (!(from >= 1_000_000 && to >= from && to <= 1_999_999) || province === '') return undefined;
  const code = cell('code');
  return {
    from,
    to,
    province,
    city: cell('city'),
    code: code === '' || code.startsWith('0') ? code : `0${code}`,
    carrier: cell('carrier'),
  };
}

const isPrefix = (text: string) => text.length >= 1 && text.length <= 7 && /^1\d*$/.test(text);

/** First seven-digit segment of a mobile prefix of up to seven digits; NaN when it is none. */
export function firstSegment(prefix: string): number {
  return isPrefix(prefix) ? Number(prefix.padEnd(7, '0')) : Number.NaN;
}

/** Last one; NaN when it is none. */
export function lastSegment(prefix: string): number {
  return isPrefix(prefix) ? Number(prefix.padEnd(7, '9')) : Number.NaN;
}

/**
 * phone.dat: four digits of version, int32 offset of the index; records `省|市|邮编|区号\0`; index entries of nine bytes:
 * int32 segment, int32 offset of the record, one byte operator. Little endian.
 */
const ENTRY_BYTES = 9;
const DAT_CARRIERS = ['', '移动', '联通', '电信', '电信虚拟', '联通虚拟', '移动虚拟', '广电', '广电虚拟'];

function isPhoneDat(bytes: Buffer): boolean {
  if (bytes.length < 8 + ENTRY_BYTES || !/^\d{4}$/.test(bytes.toString('latin1', 0, 4))) return false;
  const index = bytes.readInt32LE(4);
  if (index < 8 || index + ENTRY_BYTES > bytes.length) return false;
  return (bytes.length - index) % ENTRY_BYTES === 0 && bytes.readInt32LE(index) >= 1_000_000;
}

function readPhoneDat(bytes: Buffer, file: string, take: (run: SegmentRun) => void): string {
  const index = bytes.readInt32LE(4);
  const records = new Map<number, readonly string[]>();
  for (let at = index; at < bytes.length; at += ENTRY_BYTES) {
    const segment = bytes.readInt32LE(at);
    const offset = bytes.readInt32LE(at + 4);
    let record = records.get(offset);
    if (!record) {
      const end = bytes.indexOf(0, offset);
      record = offset < 8 || end < 0 || end > index ? [] : bytes.toString('utf8', offset, end).split('|');
      records.set(offset, record);
    }
    const [province = '', city = '', , code = ''] = record;
    if (province === '' || segment < 1_000_000 || segment > 1_999_999) {
      throw new ConfigError(`no segment at byte ${at}`, { file }, 'get the file anew');
    }
    const carrier = DAT_CARRIERS[bytes[at + 8]!] ?? '';
    take({ from: segment, to: segment, province, city, code, carrier });
  }
  return bytes.toString('latin1', 0, 4);
}
