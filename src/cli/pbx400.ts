/** The command line. Started by `launch.js`, which checks the version of Node. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// A start need not compile what an earlier one did. Kept beside the packages, not in /tmp, where others could put code;
// where that cannot be written, nothing is kept.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)));
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
