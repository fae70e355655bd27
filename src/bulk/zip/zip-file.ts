/**
 * A ZIP file (PKWARE APPNOTE 4.3), part by part: what is in it is stored as it is, for audio is compressed already or hardly shrinks. Sizes and sums
 * stand behind each entry (4.3.9), for they are known when it has been read.
 */
import { crc32 } from '../../shared/crc32.ts';

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
/** 4.4.3: 2.0, data descriptors. */
const VERSION = 20;
/** 4.4.4: bit 3, sizes stand behind; bit 11, names are UTF-8. */
const FLAGS = 0x0808;
/** 4.4.5 */
const STORED = 0;
/** 4.4.1.4: more is of ZIP64, which not every program reads. */
export const MAX_ZIP_ENTRIES = 65_534;
export const MAX_ZIP_BYTES = 0xffff_fff0;

export interface ZipEntry {
  /** Path in the file, by slashes. */
  readonly name: string;
  /** Ms since 1970. */
  readonly at: number;
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

interface Written {
  readonly name: Buffer;
  readonly time: DosTime;
  readonly crc: number;
  readonly bytes: number;
  readonly offset: number;
}

/** Throws RangeError for more than a ZIP file takes without ZIP64; who makes it keeps below. */
export async function* zipFile(
  entries: AsyncIterable<ZipEntry>,
  timeOf: (ms: number) => string,
): AsyncGenerator<Uint8Array, void> {
  const written: Written[] = [];
  let offset = 0;
  for await (const { name: text, at, content } of entries) {
    const name = Buffer.from(text);
    const start = offset;
    const time = dosTime(timeOf(at));
    const head = localHeader(name, time);
    yield head;
    let [crc, bytes] = [0, 0];
    for await (const part of content) {
      crc = crc32(part, crc);
      bytes += part.length;
      yield part;
    }
    yield descriptor(crc, bytes);
    offset += head.length + bytes + DESCRIPTOR_BYTES;
    if (offset > MAX_ZIP_BYTES || written.push({ name, time, crc, bytes, offset: start }) > MAX_ZIP_ENTRIES)
      throw new RangeError('more than a ZIP file takes');
  }
  let bytes = 0;
  // By hundreds: ten thousand in one turn would hold the loop, and each in a write of its own the disk.
  for (let at = 0; at < written.length; at += DIRECTORY_PART) {
    const part = Buffer.concat(written.slice(at, at + DIRECTORY_PART).map(entryOf));
    bytes += part.length;
    yield part;
  }
  yield endOf(written.length, bytes, offset);
}

const DESCRIPTOR_BYTES = 16;
const DIRECTORY_PART = 200;

function localHeader(name: Buffer, [time, date]: DosTime): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(LOCAL, 0);
  head.writeUInt16LE(VERSION, 4);
  head.writeUInt16LE(FLAGS, 6);
  head.writeUInt16LE(STORED, 8);
  head.writeUInt16LE(time, 10);
  head.writeUInt16LE(date, 12);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name]);
}

function descriptor(crc: number, bytes: number): Buffer {
  const behind = Buffer.alloc(DESCRIPTOR_BYTES);
  behind.writeUInt32LE(DESCRIPTOR, 0);
  behind.writeUInt32LE(crc, 4);
  behind.writeUInt32LE(bytes, 8);
  behind.writeUInt32LE(bytes, 12);
  return behind;
}

function entryOf({ name, time: [time, date], crc, bytes, offset }: Written): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(ENTRY, 0);
  entry.writeUInt16LE(VERSION, 4);
  entry.writeUInt16LE(VERSION, 6);
  entry.writeUInt16LE(FLAGS, 8);
  entry.writeUInt16LE(STORED, 10);
  entry.writeUInt16LE(time, 12);
  entry.writeUInt16LE(date, 14);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(bytes, 20);
  entry.writeUInt32LE(bytes, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt32LE(offset, 42);
  return Buffer.concat([entry, name]);
}

function endOf(count: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

/** 4.4.6: two seconds are one. */
type DosTime = readonly [time: number, date: number];

/** Of `2026-10-01 08:00:00`. */
function dosTime(text: string): DosTime {
  const [year = 1980, month = 1, day = 1, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
  return [(hour << 11) | (minute << 5) | (second >> 1), (Math.max(0, year - 1980) << 9) | (month << 5) | day];
}
