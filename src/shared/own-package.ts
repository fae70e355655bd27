import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of pbx400 itself: a checkout, or the package below `node_modules`. */
export const PACKAGE_DIR = resolve(import.meta.dirname, '../..');

/** What this program reads of its own package.json. */
export const PACKAGE = JSON.parse(readFileSync(join(PACKAGE_DIR, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
};
