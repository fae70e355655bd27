import { inflateRawSync } from 'node:zlib';

// PKWARE APPNOTE 4.3: signatures and lengths of the parts that are read here.
const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const DEFLATED = 8;

/**
 * Bytes of what a ZIP file (APPNOTE 4.3) holds when it is unpacked, counted, for what it says of itself may be a lie. Undefined: it is no ZIP file,
 * or it holds more than `most`.
 */
export function unpackedBytes(file: Buffer, most: number): number | undefined {
  const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end < file.length - END_BYTES - LONGEST_COMMENT || end + END_BYTES > file.length)
    return undefined;
  if (file.readUInt32LE(end) !== END) return undefined;
  const count = file.readUInt16LE(end + 10);
  let at = file.readUInt32LE(end + 16);
  let sum = 0;
  for (let entry = 0; entry < count; entry++) {
    if (at + ENTRY_BYTES > file.length || file.readUInt32LE(at) !== ENTRY) return undefined;
    const method = file.readUInt16LE(at + 10);
    const packed = file.readUInt32LE(at + 20);
    const local = file.readUInt32LE(at + 42);
    if (local + LOCAL_BYTES > file.length) return undefined;
    const from = local + LOCAL_BYTES + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const bytes = file.subarray(from, from + packed);
    const size = method === DEFLATED ? inflatedBytes(bytes, most - sum) : bytes.length;
    if (size === undefined) return undefined;
    sum += size;
    if (sum > most) return undefined;
    at += ENTRY_BYTES + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return sum;
}

function inflatedBytes(bytes: Buffer, most: number): number | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(most, 1) }).length;
  } catch {
    return undefined;
  }
}
