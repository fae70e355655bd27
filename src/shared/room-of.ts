import { statfs } from 'node:fs/promises';

/** Room on the disk of a folder, in bytes; `freeBytes` without what the system keeps for root. Rejects like `statfs`. */
export async function roomOf(folder: string): Promise<{ freeBytes: number; totalBytes: number }> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
