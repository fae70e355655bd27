/** What a browser loads before it shows something, in bytes as they are sent (CONSOLE.md, "Ground rules"). */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONSOLE_DIR } from '../../../src/http/console-pages.ts';

const SHELL_BYTES = 500_000;
const PAGE_BYTES = 750_000;

interface Chunk {
  readonly file: string;
  readonly src?: string;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

const MANIFEST = join(CONSOLE_DIR, '.vite/manifest.json');
const isBuilt = existsSync(MANIFEST);
const manifest: Readonly<Record<string, Chunk>> = isBuilt ? JSON.parse(readFileSync(MANIFEST, 'utf8')) : {};

/** Files that a chunk needs, with those that it imports. */
function filesOf(name: string, seen = new Set<string>()): ReadonlySet<string> {
  const { file, css = [], imports = [] } = manifest[name]!;
  if (seen.has(file)) return seen;
  for (const each of [file, ...css]) seen.add(each);
  for (const each of imports) filesOf(each, seen);
  return seen;
}

const sentBytes = (file: string) => statSync(join(CONSOLE_DIR, `${file}.gz`)).size;

/** What they come to, and the largest five by name. */
function weigh(files: Iterable<string>) {
  const weights = Array.from(files, (file) => [file, sentBytes(file)] as const).sort((a, b) => b[1] - a[1]);
  return { bytes: weights.reduce((sum, [, size]) => sum + size, 0), largest: weights.slice(0, 5) };
}

describe.skipIf(!isBuilt)(
  `what a browser loads${isBuilt ? '' : ': skipped, the console is not built (scripts/install)'}`,
  () => {
    const shell = () =>
      new Set(['index.html', 'draw.tsx', 'shell/shell.tsx'].flatMap((name) => [...filesOf(name)]));
    const pages = Object.keys(manifest).filter(
      (name) => name.startsWith('page/') && manifest[name]!.isDynamicEntry,
    );

    it('of the shell', () => {
      const { bytes, largest } = weigh(shell());
      expect(bytes, JSON.stringify(largest)).toBeLessThan(SHELL_BYTES);
    });

    it.each(pages)('of %s, with the shell', (page) => {
      const { bytes, largest } = weigh(new Set([...shell(), ...filesOf(page)]));
      expect(bytes, JSON.stringify(largest)).toBeLessThan(PAGE_BYTES);
    });

    it('has no source map', () => {
      for (const { file } of Object.values(manifest)) {
        expect(existsSync(join(CONSOLE_DIR, `${file}.map`)), file).toBe(false);
        if (file.endsWith('.js'))
          expect(readFileSync(join(CONSOLE_DIR, file), 'utf8')).not.toContain('sourceMappingURL');
      }
    });
  },
);
