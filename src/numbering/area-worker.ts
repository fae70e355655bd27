/** Thread that loads a segment table: no call has to wait for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadAreas } from './area-source.ts';

const { parts } = loadAreas(workerData as string | undefined);
parentPort!.postMessage(parts, [
  parts.segmentArea.buffer,
  parts.segmentCarrier.buffer,
  parts.codeArea.buffer,
]);
