/** Pages load their styles with themselves: one that borrows another page's looks broken until that other was opened. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../src/console');
const FILES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).map((name) => join(ROOT, name));
const TEXTS = new Map(
  FILES.filter((file) => /\.(tsx?|css)$/.test(file)).map((file) => [file, readFileSync(file, 'utf8')]),
);
/** Of types nothing is loaded. */
const IMPORT = /^(?:import|export)\b(?! type\b)[^;]*?'(\.[^']+)'/gm;
const LAZY = /\bimport\('(\.[^']+)'\)/g;
const CLASS_NAMES = /className=(?:"([^"]+)"|\{`([^`]+)`\})/g;

function named(file: string, pattern: RegExp): string[] {
  return [...(TEXTS.get(file) ?? '').matchAll(pattern)]
    .map(([, path]) => join(dirname(file), path!))
    .filter((path) => existsSync(path));
}

/** A file and all that it imports. */
function reach(entry: string): Set<string> {
  const seen = new Set<string>();
  const left = [entry];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    left.push(...named(file, IMPORT));
  }
  return seen;
}

const PARTS = [...new Set([...TEXTS.keys()].flatMap((file) => named(file, LAZY)))];
const OWN = new Map(PARTS.map((part) => [part, reach(part)]));

/** What is there when a part that is loaded later is shown: its own files, and those of the part that loads it. */
function shownWith(part: string): Set<string> {
  const there = new Set(OWN.get(part));
  for (const [other, files] of OWN)
    if (other !== part && [...files].some((file) => named(file, LAZY).includes(part)))
      for (const each of shownWith(other)) there.add(each);
  return there;
}

it('each class that a page names has its style in what the page loads', () => {
  const definedIn = new Map<string, string[]>();
  // The embedded bar has one part, and refines what others define.
  for (const [file, text] of TEXTS)
    if (file.endsWith('.css') && !file.includes('/embed/'))
      for (const [, name] of text.matchAll(/\.([a-z][a-z0-9-]*)/g))
        definedIn.set(name!, [...(definedIn.get(name!) ?? []), file]);
  expect(PARTS.length).toBeGreaterThan(10);
  const shell = [...reach(join(ROOT, 'main.tsx')), ...reach(join(ROOT, 'shell/shell.tsx'))];
  const lacking = PARTS.flatMap((part) => {
    const there = new Set([...shell, ...shownWith(part)]);
    return [...there].flatMap((file) =>
      [...(TEXTS.get(file) ?? '').matchAll(CLASS_NAMES)]
        .flatMap(([, fixed, built]) => (fixed ?? built!).replace(/\$\{[^}]*\}/g, ' ').split(/\s+/))
        .filter((name) => definedIn.has(name) && !definedIn.get(name)!.some((css) => there.has(css)))
        .map((name) => `${part}: .${name} of ${file}`),
    );
  });
  expect([...new Set(lacking)].map((line) => line.replaceAll(`${ROOT}/`, ''))).toEqual([]);
});
