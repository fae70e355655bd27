/**
 * Hot reload of what hotlines import: files below the folder of dialplans are loaded once for each generation,
 * told apart by `?plan=N` in their URL. Node keeps every module for the life of the process; a reload is a
 * human's act, so that stays small.
 */
import nodeModule from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const GENERATION = /\?plan=\d+$/;
const roots = new Set<string>();
/** Folders below the roots that hotlines import from. */
const folders = new Set<string>();
let registered = false;

/** Makes imports between files below `rootUrl` (ending in '/') follow the generation of the importing file. */
export function followGenerations(rootUrl: string): void {
  roots.add(rootUrl);
  if (registered) return;
  registered = true;
  nodeModule.registerHooks({
    resolve(specifier, context, nextResolve) {
      // Hotlines get the words of the engine that loads them, wherever they live.
      const resolved = nextResolve(OWN.get(specifier) ?? specifier, context);
      const generation = context.parentURL && GENERATION.exec(context.parentURL)?.[0];
      if (!generation || GENERATION.test(resolved.url)) return resolved;
      for (const root of roots) {
        if (resolved.url.startsWith(root) && !resolved.url.includes('/node_modules/')) {
          folders.add(dirname(fileURLToPath(resolved.url)));
          return { ...resolved, url: resolved.url + generation };
        }
      }
      return resolved;
    },
  });
}

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const OWN = new Map([
  ['pbx400/dialplan', new URL(`../index${EXTENSION}`, import.meta.url).href],
  ['pbx400/testing', new URL(`../../testing/index${EXTENSION}`, import.meta.url).href],
]);

/** Folders that were imported from, below `root`: what a watcher has to look at besides it. */
export function importedFolders(root: string): readonly string[] {
  return [...folders].filter((folder) => folder.startsWith(`${root}/`));
}
