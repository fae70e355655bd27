/** The command line. Started by `launch.js`, which checks the version of Node and keeps what is compiled. */
import { flushCompileCache } from 'node:module';
import { run } from './run.ts';

// `pbx400 cdr --json | head` closes the pipe early: no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  // Loaded only when needed: `cdr` needs neither SIP nor media.
  start: async (config) => {
    const { startPbx } = await import('../main.ts');
    // What was compiled is written at the end only, which a `kill -9` leaves out.
    flushCompileCache();
    return await startPbx(config);
  },
});
