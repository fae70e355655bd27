/** Bytes that stand free before and after what is to be framed. */
const ROOM = 512;

/** Bytes in memory of their own, with room around them: what comes before and behind is written there, and nothing is copied. */
export type RoomyBytes = Uint8Array<ArrayBuffer> & { readonly roomy: unique symbol };

/** `length` bytes to be filled. */
export function roomyBytes(length: number): RoomyBytes {
  return new Uint8Array(new ArrayBuffer(length + 2 * ROOM), ROOM, length) as RoomyBytes;
}

/** `begin`, the bytes, `end`: in their own memory, which is to be framed once. */
export function framed(bytes: RoomyBytes, begin: string, end: string): Buffer {
  const [first, last] = [Buffer.from(begin), Buffer.from(end)];
  if (first.length > ROOM || last.length > ROOM) return Buffer.concat([first, bytes, last]);
  const start = bytes.byteOffset - first.length;
  const all = Buffer.from(bytes.buffer, start, first.length + bytes.length + last.length);
  all.set(first, 0);
  all.set(last, first.length + bytes.length);
  return all;
}
