import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'pbx400-prompts-';

/**
 * Makes a new folder for rendered prompts, mode 0700, in `exchangeDir`, which no other process uses: what one that crashed
 * has left in it is deleted. Without `exchangeDir` it is in the system's temporary folder. Throws what the file system throws.
 */
export async function openPromptFolder(exchangeDir: string | undefined): Promise<string> {
  if (exchangeDir === undefined) return mkdtemp(join(tmpdir(), PREFIX));
  await mkdir(exchangeDir, { recursive: true, mode: 0o700 });
  const left = (await readdir(exchangeDir)).filter((name) => name.startsWith(PREFIX));
  await Promise.all(left.map((name) => rm(join(exchangeDir, name), { recursive: true, force: true })));
  return mkdtemp(join(exchangeDir, PREFIX));
}
