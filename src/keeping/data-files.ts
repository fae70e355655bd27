import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, opendir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { PbxError } from '../shared/errors.ts';
import { sha256Of } from '../shared/sha256-of.ts';
import type { BackedUpFile, BackupFile } from '../store/sqlite/backup-file.ts';

/** A file is read and stored in pieces of this size. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Callers' audio in the data folder: most of its bytes. */
export const AUDIO_FOLDERS: ReadonlySet<string> = new Set(['recordings', 'voicemail']);
/** Folder in the data folder that is in no backup: for backups. */
export const BACKUPS_FOLDER = 'backups';
/** What a start makes anew, the database itself, events that wait for it, and earlier backups. */
const NOT_KEPT =
  /^(pbx400\.db.*|journal.*\.jsonl|control\.sock|exchange|backups|restore-.*|.*\.(lock|part|new))$/;

/** Adds the files of a data folder to a backup: prompts, tables, secrets, with `audio` recordings and messages, too. */
export async function addDataFiles(
  backup: BackupFile,
  dataDir: string,
  { audio, onFile }: { readonly audio: boolean; readonly onFile: (count: number) => void },
): Promise<void> {
  let count = 0;
  for await (const path of filesBelow(
    dataDir,
    (name) => !NOT_KEPT.test(name) && (audio || !AUDIO_FOLDERS.has(name)),
  )) {
    const file = await storePieces(backup, dataDir, path);
    // Deleted since it was listed.
    if (!file) continue;
    backup.addFile(file);
    onFile(++count);
  }
}

/** Files below a folder, as `/` paths; `takes` says which of the folder's own entries count. Links are not followed. */
export async function* filesBelow(
  root: string,
  takes: (name: string) => boolean = () => true,
  folder = root,
): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) {
    if (folder === root && !takes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(root, takes, path);
    else if (entry.isFile()) yield relative(root, path);
  }
}

async function storePieces(
  backup: BackupFile,
  dataDir: string,
  path: string,
): Promise<BackedUpFile | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const handle = await open(join(dataDir, path));
    try {
      for (let no = 0; ; no++) {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES);
        if (bytesRead === 0) break;
        const piece = buffer.subarray(0, bytesRead);
        backup.addPiece(path, no, piece);
        hash.update(piece);
        bytes += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

/** Those of a backup's files of which the data folder has another version. */
export async function differingFiles(
  dataDir: string,
  files: readonly BackedUpFile[],
): Promise<readonly string[]> {
  const differing: string[] = [];
  for (const { path, sha256 } of files) {
    const file = join(dataDir, path);
    if (existsSync(file) && (await sha256Of(file)) !== sha256) differing.push(path);
  }
  return differing;
}

/** Writes a backup's file into the data folder, mode 0600: whole, or not at all. */
export async function restoreFile(
  backup: BackupFile,
  dataDir: string,
  { path, sha256 }: BackedUpFile,
): Promise<void> {
  const target = join(dataDir, path);
  if (relative(dataDir, target).startsWith('..'))
    throw new PbxError('input', `${path} leads out of the data folder`);
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const handle = await open(part, 'w', 0o600);
  try {
    for (const piece of backup.piecesOf(path)) {
      hash.update(piece);
      await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (hash.digest('hex') !== sha256) {
    await rm(part);
    throw new PbxError('input', `${path} is damaged in the backup`);
  }
  await chmod(part, 0o600);
  await rename(part, target);
}
