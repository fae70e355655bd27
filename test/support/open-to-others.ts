import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files, folders and sockets of a data folder that anybody but its owner may use, with their modes; callers' data must not be. */
export function openToOthers(dataDir: string): string[] {
  const below = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  return ['.', ...below].flatMap((path) => {
    // Deleted since it was listed.
    const mode = lstatSync(join(dataDir, path), { throwIfNoEntry: false })?.mode ?? 0;
    return (mode & 0o077) === 0 ? [] : `${path} ${(mode & 0o777).toString(8)}`;
  });
}
