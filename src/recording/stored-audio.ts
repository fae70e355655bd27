import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FarFiles } from './far-files.ts';

/** Bytes of a file, both ends included. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** A file of audio that is there. */
export interface StoredAudio {
  readonly bytes: number;
  /** By its name: `audio/wav`, `audio/ogg`, `audio/mpeg`. */
  readonly type: string;
  /** Read as it is taken: never the whole file at once. */
  read(range: ByteRange): Readable;
}

/** So much of a far file is asked for at a time. */
const FAR_PIECE_BYTES = 256 * 1024;

const TYPES: Readonly<Record<string, string>> = { wav: 'audio/wav', opus: 'audio/ogg', mp3: 'audio/mpeg' };

/** What the audio of a file is in terms of HTTP. */
export const audioTypeOf = (file: string): string =>
  TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** A file of this machine; undefined: it is not there. */
export async function localAudio(file: string): Promise<StoredAudio | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return {
    bytes: found.size,
    type: audioTypeOf(file),
    read: ({ from, to }) => createReadStream(file, { start: from, end: to }),
  };
}

/** A file that was moved. Rejects when its folder does not answer. */
export async function farAudio(file: string, far: FarFiles): Promise<StoredAudio | undefined> {
  const bytes = await far.size(file);
  if (bytes === undefined) return undefined;
  return {
    bytes,
    type: audioTypeOf(file),
    read: (range) => Readable.from(piecesOf(file, far, range), { objectMode: false, highWaterMark: 1 }),
  };
}

async function* piecesOf(file: string, far: FarFiles, { from, to }: ByteRange): AsyncGenerator<Buffer> {
  for (let at = from; at <= to; ) {
    const piece = await far.read(file, at, Math.min(FAR_PIECE_BYTES, to + 1 - at));
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}
