/** The command line. Started by `launch.js`, which checks the version of Node. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// A start need not compile what an earlier one did. Kept beside the packages, not in /tmp, where others could put code;
// where that cannot be written, nothing is kept. Threads are told by the environment.
const { directory } = enableCompileCache(
  fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
);
if (directory !== undefined) process.env['NODE_COMPILE_CACHE'] = directory;
// Node strips types by WebAssembly in each thread; when V8 compiles the wrappers of its imports anew while another thread
// does, it may free a page that it does not know (`Check failed: jit_page.has_value()`): they stay as they are.
setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647');
const { run } = await import('./run.ts');

// `pbx400 cdr --json | head` closes the pipe early: no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  // Loaded only when needed: `cdr` needs neither SIP nor media.
  start: async (config) => (await import('../main.ts')).startPbx(config),
});
