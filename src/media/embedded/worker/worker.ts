/** Entry of a media worker thread: commands come from the main thread, packets never go there. */
import { parentPort } from 'node:worker_threads';
import { systemClock } from '../../../shared/clock.ts';
import { systemIds } from '../../../shared/ids.ts';
import type { Command } from '../protocol.ts';
import { MediaNode } from './media-node.ts';

const port = parentPort;
if (!port) throw new Error('worker.ts runs in a worker thread only');

const node = new MediaNode({
  clock: systemClock,
  random: systemIds.random,
  tell: (notice) => port.postMessage(notice),
});
port.on('message', (command: Command) => node.carryOut(command));
