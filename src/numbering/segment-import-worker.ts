/** Thread that proves a segment table (号段表) and writes it in one form: no call has to wait for it. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { writeAddressed } from '../shared/addressed-file.ts';
import { ConfigError } from '../shared/errors.ts';
import { loadAreas, loadAreaTable } from './area-source.ts';
import type { SegmentsProved, SegmentsToProve } from './prove-segments.ts';
import { changedSegments, coverageOf, importSegments, writeSegments } from './segments.ts';

const { path, name, version, before, folder } = workerData as SegmentsToProve;

function proved(): SegmentsProved {
  try {
    const table = loadAreaTable();
    const rows = importSegments(table, readFileSync(path), name, version);
    const changed = changedSegments(soFar(), table);
    const { known, share } = coverageOf(table);
    const file = writeAddressed(folder, 'segments', 'csv', writeSegments(table));
    const coverage = Math.round(share * 100);
    return {
      ...{ file, version: table.version, segments: table.segments, rows, changed, coverage },
      none: [...known].filter(([, count]) => count === 0).map(([prefix]) => prefix),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { message, place, fix } = error;
    const where = place?.line === undefined ? '' : `line ${place.line}: `;
    return { reason: `${where}${message}${fix === undefined ? '' : `; ${fix}`}` };
  }
}

/** One that cannot be read any more is about to be replaced. */
function soFar() {
  try {
    return loadAreas(before);
  } catch {
    return loadAreaTable();
  }
}

parentPort!.postMessage(proved());
