import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadAreaTable } from '../../../src/numbering/area-source.ts';
import { AreaTable } from '../../../src/numbering/area-table.ts';
import { carrierNamed } from '../../../src/numbering/carrier.ts';
import {
  changedSegments,
  coverageOf,
  coverageText,
  importSegments,
  writeSegments,
} from '../../../src/numbering/segments.ts';

const BIG_TABLE = resolve(import.meta.dirname, '../../../../shared/data/segments.csv.gz');

function imported(bytes: Buffer | string): AreaTable {
  const table = loadAreaTable();
  importSegments(table, Buffer.from(bytes), 'my.csv');
  return table;
}

/** phone.dat as its tools write it: version, offset of the index, records, index. */
function phoneDat(entries: readonly (readonly [segment: number, record: string, carrier: number])[]): Buffer {
  const records = Buffer.from(`${entries.map(([, record]) => record).join('\0')}\0`);
  const head = Buffer.alloc(8);
  head.write('2308', 'latin1');
  head.writeInt32LE(8 + records.length, 4);
  let offset = 8;
  const index = entries.map(([segment, record, carrier]) => {
    const entry = Buffer.alloc(9);
    entry.writeInt32LE(segment, 0);
    entry.writeInt32LE(offset, 4);
    entry[8] = carrier;
    offset += Buffer.byteLength(record) + 1;
    return entry;
  });
  return Buffer.concat([head, records, ...index]);
}

describe('a segment table', () => {
  it.each([
    [
      'prefixes',
      '# version 2026-07\nprefix,province,city,areaCode,operator\n1920013,广东省,深圳市,755,广电\n',
    ],
    ['no header', '1920013,广东,深圳,0755,广电\n'],
    ['runs', 'from,to,province,city,carrier\n1920013,1920020,广东,深圳,广电\n'],
    ['Chinese names', '\uFEFF号段,省份,城市,运营商,区号\r\n1920013,广东,深圳,中国广电,0755\r\n'],
    ['quotes and tabs', '"prefix"\t"province"\t"city"\t"isp"\n"1920013"\t"广东"\t"深圳"\t"中国广电"\n'],
    ['JSON', JSON.stringify([{ prefix: '1920013', province: '广东', city: '深圳', isp: '中国广电' }])],
    [
      'JSON with a version',
      '{"version":"9","segments":[{"phone":1920013,"province":"广东","city":"深圳","isp":"广电"}]}',
    ],
    ['gzip', gzipSync('1920013,广东,深圳,0755,广电\n')],
    ['phone.dat', phoneDat([[1920013, '广东|深圳|518000|0755', 7]])],
  ])('is read as %s', (_, bytes) => {
    const table = imported(bytes);
    expect(table.areaOf('19200131234')).toMatchObject({ name: '广东深圳', code: '0755' });
    expect(table.carrierOf('19200131234')).toBe('广电');
    expect(table.areaOf('19200121234').name).toBe('未知');
  });

  it('beats what is there, and names its version', () => {
    const table = imported('# version 2026-07\n1380013,广东,深圳,0755,联通\n138002,上海,上海,021,移动\n');
    expect(table.version).toBe('2026-07');
    expect(table.areaOf('13800138000').name).toBe('广东深圳');
    expect(table.carrierOf('13800138000')).toBe('联通');
    expect(table.areaOf('13800298000').name).toBe('上海');
    expect(table.areaOf('13800308000').name).not.toBe('上海');
  });

  it('is written so that it reads the same', () => {
    const table = imported(
      '1920013,广东,深圳,0755,广电\n1703000,1703999,北京,北京,010,联通/虚拟\n'.replace(
        '1703000,1703999',
        '1703',
      ),
    );
    const again = new AreaTable('empty');
    importSegments(again, Buffer.from(writeSegments(table)), 'x.csv');
    expect(changedSegments(table, again)).toBe(carrierOnly(table));
    expect(again.version).toBe(table.version);
    expect(again.carrierOf('17031234567')).toBe('联通虚拟');
  });

  it('reaches another table through its parts', () => {
    const source = imported('# version 3\n1920013,广东,深圳,0755,广电\n');
    const table = loadAreaTable();
    table.take(structuredClone(source.parts));
    expect(table.version).toBe('3');
    expect(table.areaOf('19200131234').name).toBe('广东深圳');
    expect(table.areaOf('075512345678').name).toBe('广东深圳');
    expect(table.areaOf('').kind).toBe('unknown');
    expect(changedSegments(source, table)).toBe(0);
  });

  it.each([
    ['1380013,Mars,x,0755,移动', 'no province', undefined],
    ['# version 1\n\n2380013,广东,深圳,0755,移动', 'no segment', 3],
    ['# version 1\n13800138,广东,深圳,0755,移动', 'no segment', 2],
    ['from,to,province,city\n1380013,1380010,广东,深圳', 'no segment', 2],
    ['[{"prefix":"1380013"}]', 'no segment at entry 0', undefined],
    ['{"a":1}', 'holds no list', undefined],
    ['[', 'no JSON', undefined],
  ])('refuses %j', (text, message, line) => {
    const refused = expect.objectContaining({
      place: line === undefined ? { file: 'my.csv' } : { file: 'my.csv', line },
      message: expect.stringContaining(message),
    });
    expect(() => imported(text)).toThrow(refused);
  });

  it('refuses a gzip that is cut', () => {
    expect(() => imported(gzipSync('1920013,广东,深圳,0755,广电\n').subarray(0, 20))).toThrow(
      'cannot be unzipped',
    );
  });
});

describe('operators', () => {
  it.each([
    ['中国移动', '移动'],
    ['联通/虚拟', '联通虚拟'],
    ['电信虚拟运营商', '电信虚拟'],
    ['移动/物联网', '移动物联网'],
    ['应急通信/卫星', '卫星'],
    ['', undefined],
    ['Vodafone', undefined],
  ])('%s is %s', (text, carrier) => {
    expect(carrierNamed(text)).toBe(carrier);
  });
});

describe('coverage', () => {
  it('says in one line how much is known, and where a better table is found', () => {
    const text = coverageText(loadAreaTable());
    expect(text).toMatch(
      /^segment table libphonenumber: \d\d % of the mobile segments have an area, none of .*192/,
    );
    expect(text).toContain('pbx400 import segments FILE');
  });

  it('counts by prefix', () => {
    const { known } = coverageOf(imported('192,广东,深圳,0755,广电\n1970000,广东,深圳,0755,移动'));
    expect(known.get('192')).toBe(10_000);
    expect(known.get('197')).toBe(1);
    expect(known.get('138')).toBeGreaterThan(9_900);
  });
});

it.skipIf(!existsSync(BIG_TABLE))(
  'loads a real table fast and small, virtual operators and 19x included',
  () => {
    const bytes = readFileSync(BIG_TABLE);
    const table = loadAreaTable();
    const started = process.cpuUsage();
    expect(importSegments(table, bytes, 'segments.csv.gz')).toBe(481_615);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(1000);
    expect(table.bytes).toBeLessThan(8_000_000);
    expect(table.areaOf('19912340000').kind).toBe('known');
    expect(coverageOf(table).share).toBeGreaterThan(0.8);
    expect([...table.runs()].map(({ carrier }) => carrier)).toContain('移动虚拟');
  },
);

/** Segments whose operator is known and whose area is not: no table of areas holds them. */
function carrierOnly(table: AreaTable): number {
  let count = 0;
  for (const { from, to, area } of table.runs()) if (area.province === '') count += to - from + 1;
  return count;
}
