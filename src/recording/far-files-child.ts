/**
 * The process that touches the folder where recordings are moved to: when that does not answer (a dead NFS server), this process
 * hangs, and can be killed, not a thread of the one that has the calls.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { roomOf } from '../shared/room-of.ts';
import { sha256Of } from '../shared/sha256-of.ts';
import type { FarReply, FarRequest } from './far-files.ts';

const PIECE_BYTES = 1024 * 1024;

process.on('message', (request: FarRequest) => {
  answer(request).then(
    (reply) => process.send!(reply),
    (error: Error) => process.send!({ error: error.message } satisfies FarReply),
  );
});
process.on('disconnect', () => process.exit());

async function answer(request: FarRequest): Promise<FarReply> {
  if (request.ask === 'move') return { moved: await copy(request.from, request.to) };
  if (request.ask === 'room') {
    // Before the first recording the folder itself may not be there.
    await mkdir(request.folder, { recursive: true, mode: 0o700 });
    return await roomOf(request.folder);
  }
  if (request.ask === 'size') {
    const found = await stat(request.file).catch(ifMissing);
    return { size: found?.isFile() ? found.size : undefined };
  }
  if (request.ask === 'read') return { piece: await pieceOf(request.file, request.from, request.bytes) };
  const isThere = await stat(request.file).then(
    () => true,
    () => false,
  );
  await rm(request.file, { force: true });
  return { removed: isThere };
}

/** A server that does not answer is another thing than a file that is not there. */
function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function pieceOf(file: string, from: number, bytes: number): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, from);
    return buffer.toString('base64', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The copy is on disk, was read back and found equal before it takes its name. Its age is that of the talk. */
async function copy(from: string, to: string): Promise<{ bytes: number; sha256: string }> {
  const part = `${to}.part`;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let bytes = 0;
  const [source, target] = [await open(from), await open(part, 'w', 0o600)];
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await source.read(piece, 0, PIECE_BYTES);
      if (bytesRead === 0) break;
      hash.update(piece.subarray(0, bytesRead));
      await target.writeFile(piece.subarray(0, bytesRead));
      bytes += bytesRead;
    }
    await target.sync();
  } finally {
    await source.close();
    await target.close();
  }
  const sha256 = hash.digest('hex');
  if ((await sha256Of(part)) !== sha256) {
    await rm(part, { force: true });
    throw new Error(`the copy ${part} reads otherwise than what was written`);
  }
  const { atime, mtime } = await stat(from);
  await utimes(part, atime, mtime);
  await rename(part, to);
  return { bytes, sha256 };
}
