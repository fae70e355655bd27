/** Entry of a media worker thread: commands come from the main thread, packets never go there. */
import { flushCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { systemClock } from '../../../shared/clock.ts';
import { systemIds } from '../../../shared/ids.ts';
import { failureOf } from '../failure.ts';
import type { Command, Notice } from '../protocol.ts';
import { MediaNode } from './media-node.ts';

const port = parentPort;
if (!port) throw new Error('worker.ts runs in a worker thread only');

const node = new MediaNode({
  clock: systemClock,
  random: systemIds.random,
  tell: (notice) => port.postMessage(notice),
});
// a fault while one leg is served must not end the calls of the others
process.on('uncaughtException', (error) =>
  port.postMessage({ tell: 'fault', failure: failureOf(error) } satisfies Notice),
);
port.on('message', (command: Command) => node.carryOut(command));
// What was compiled is written at the end of a thread only, which a `kill -9` leaves out.
flushCompileCache();
