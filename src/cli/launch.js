#!/usr/bin/env node
// Plain JavaScript, so that a Node that is too old for the engine can still hand over to the one that came with the package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/** The Node 24 that npm installed as a package; undefined where there is none. */
function packagedNode() {
  const name = `node-${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'bin/node');
  } catch {
    return undefined;
  }
}

const [major = 0] = process.versions.node.split('.').map(Number);
if (major >= 24) {
  // A start need not compile what an earlier one did. Kept beside the packages, not in /tmp, where others could put code;
  // where that cannot be written, nothing is kept.
  const compiled = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));
  Module.enableCompileCache(compiled);
  // Threads have it by this alone.
  process.env.NODE_COMPILE_CACHE ??= compiled;
  // Node strips types by WebAssembly in each thread; when V8 compiles the wrappers of its imports anew while another thread
  // does, it may free a page that it does not know (`Check failed: jit_page.has_value()`): they stay as they are.
  setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647');
  // TypeScript in a checkout, JavaScript in a package.
  const source = new URL('./pbx400.ts', import.meta.url);
  await import(existsSync(source) ? source.href : new URL('../../dist/cli/pbx400.js', import.meta.url).href);
} else {
  const node = packagedNode();
  if (node === undefined) {
    process.stderr.write(
      `pbx400 needs Node 24, this is ${process.versions.node}; install Node 24 ` +
        '(on Linux npm brings it: run npm install without --omit=optional)\n',
    );
    process.exit(69);
  }
  const script = fileURLToPath(import.meta.url);
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
