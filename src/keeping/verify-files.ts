import { createHash } from 'node:crypto';
import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cdr } from '../cdr/cdr.ts';
import { PEAKS_ENDING } from '../recording/peaks.ts';
import { sha256Of } from '../shared/sha256-of.ts';
import type { ReadOnlyRecords } from '../store/records-on.ts';
import { AUDIO_FOLDERS, filesBelow } from './data-files.ts';

/** A file may belong to a call that is under way, whose record comes when it ends. */
const LONGEST_CALL_MS = 24 * 3_600_000;

/** What is wrong with a file. */
export interface FileProblem {
  /** `missing`, `changed`: not as its record says; `orphaned`: no record names it. */
  readonly problem: 'missing' | 'changed' | 'orphaned';
  readonly file: string;
  readonly tenant: string | null;
  readonly callId: string | null;
}

export interface VerifyCounts {
  readonly records: number;
  /** Files that are as their records say. */
  readonly sound: number;
  /** Files whose records have no checksum to compare: incomplete ones, messages of 0.1.0. */
  readonly unsummed: number;
  /** Files of other nodes, which are not on this machine. */
  readonly elsewhere: number;
  readonly missing: number;
  readonly changed: number;
  readonly orphaned: number;
}

export interface VerifyParts {
  readonly records: Pick<ReadOnlyRecords, 'calls' | 'cdrs'>;
  readonly dataDir: string;
  readonly nodeId: string;
  readonly now: number;
  readonly onProblem: (problem: FileProblem) => void;
  readonly onRecords: (records: number) => void;
}

interface NamedFile {
  readonly file: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

/** Reads each recording and message that records name, and looks for files that none does. */
export async function verifyFiles(parts: VerifyParts): Promise<VerifyCounts> {
  const { records, nodeId, onProblem, onRecords } = parts;
  const counts = { records: 0, sound: 0, unsummed: 0, elsewhere: 0, missing: 0, changed: 0, orphaned: 0 };
  const named = new Set<number>();
  for await (const calls of records.calls()) {
    for (const { nodeId: carrier, record } of calls) {
      for (const each of namedFiles(record)) {
        named.add(keyOf(each.file));
        let state: Awaited<ReturnType<typeof stateOf>> | 'elsewhere' = await stateOf(each);
        if (state === 'missing' && carrier !== '' && nodeId !== '' && carrier !== nodeId) state = 'elsewhere';
        // Compressed, moved or deleted since its record was read.
        if (state === 'missing' && !(await isStillNamed(records, record, each.file))) continue;
        counts[state]++;
        if (state !== 'missing' && state !== 'changed') continue;
        onProblem({ problem: state, file: each.file, tenant: record.tenantId, callId: record.callId });
      }
    }
    counts.records += calls.length;
    onRecords(counts.records);
  }
  for await (const file of oldAudio(parts)) {
    if (named.has(keyOf(file))) continue;
    counts.orphaned++;
    onProblem({ problem: 'orphaned', file, tenant: null, callId: null });
  }
  return counts;
}

function namedFiles({ recordings, voicemail }: Cdr): readonly NamedFile[] {
  const all = [...recordings, ...(voicemail ? [voicemail] : [])];
  return all.filter(({ file, deletedAt }) => file !== '' && (deletedAt ?? null) === null);
}

/** Millions of names would fill the memory: 48 bits of a hash of each do. */
function keyOf(file: string): number {
  return createHash('sha256').update(file).digest().readUIntBE(0, 6);
}

async function stateOf({
  file,
  bytes,
  sha256,
}: NamedFile): Promise<'sound' | 'unsummed' | 'missing' | 'changed'> {
  try {
    const { size } = await stat(file);
    if ((sha256 ?? null) === null) return 'unsummed';
    if (bytes !== null && size !== bytes) return 'changed';
    return (await sha256Of(file)) === sha256 ? 'sound' : 'changed';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'missing';
    throw error;
  }
}

async function isStillNamed(
  { cdrs }: VerifyParts['records'],
  { startedAt, callId }: Cdr,
  file: string,
): Promise<boolean> {
  const { cdrs: now } = await cdrs.query({ from: startedAt, to: startedAt + 1, limit: 1000 });
  const record = now.find((each) => each.callId === callId);
  return record !== undefined && namedFiles(record).some((each) => each.file === file);
}

async function* oldAudio({ dataDir, now }: VerifyParts): AsyncGenerator<string> {
  for await (const path of filesBelow(dataDir, (name) => AUDIO_FOLDERS.has(name))) {
    const file = join(dataDir, path);
    // What is drawn of a file stands beside it.
    if (file.endsWith(PEAKS_ENDING)) continue;
    const { mtimeMs } = await lstat(file);
    if (mtimeMs < now - LONGEST_CALL_MS) yield file;
  }
}
