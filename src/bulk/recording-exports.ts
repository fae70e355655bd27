import type { Cdr, CdrRecording } from '../cdr/cdr.ts';
import type { CdrFilter } from '../cdr/cdr-query.ts';
import { maskedCdr } from '../cdr/masked-cdr.ts';
import type { Job } from '../job/job-store.ts';
import type { JobAtWork, Jobs } from '../job/jobs.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { Scope } from '../shared/scope.ts';
import type { AuditEntry } from '../store/store.ts';
import { CALL_COLUMNS, timeIn } from './call-columns.ts';
import type { Orderer } from './imports.ts';
import { CSV_MARK, csvLine } from './sheet/csv-text.ts';
import { type ZipEntry, zipFile } from './zip/zip-file.ts';

/** Recordings of one file at most: the index, names and sums of all are in memory. */
const MAX_RECORDINGS = 10_000;
/** Bytes of one file at most, with room for what stands around the audio. */
const MAX_BYTES = 3 * 1024 ** 3;
/** Recordings that are looked up at once. */
const PAGE = 100;
const ZIP = 'application/zip';

interface RecordingOfCall {
  readonly id: string;
  readonly call: Cdr;
  readonly no: number;
  readonly recording: CdrRecording;
}

/** Recordings as people have them: each that is taken is in the audit trail before a byte of it is. */
export interface HeardRecordings {
  list(
    filter: CdrFilter,
    scope: Scope,
    limit: number,
    after?: readonly [startedAt: string, callId: string, no: string],
  ): Promise<readonly RecordingOfCall[]>;
  /** Throws PbxError `not-found` where it is deleted, or is not here. */
  listen(
    id: string,
    scope: Scope,
    who: { readonly name: string; readonly address?: string },
    action: 'download',
  ): Promise<{
    readonly audio: {
      readonly bytes: number;
      read(range: { readonly from: number; readonly to: number }): AsyncIterable<Uint8Array>;
    };
  }>;
}

export interface RecordingExport {
  readonly tenant: string;
  readonly filter: CdrFilter;
  /** Whose recordings, and whether with whole numbers. */
  readonly scope: Scope;
  /** Of the titles of the index. */
  readonly language: 'en' | 'zh';
}

export interface RecordingExportsParts {
  readonly recordings: HeardRecordings;
  readonly jobs: Jobs;
  readonly timeZone: string;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Recordings of calls in one ZIP file with a table of what they are (录音打包), made by a job that can be cancelled. */
export class RecordingExports {
  readonly #parts: RecordingExportsParts;

  constructor(parts: RecordingExportsParts) {
    this.#parts = parts;
  }

  /** The newest first. */
  start({ tenant, filter, scope, language }: RecordingExport, orderer: Orderer): Promise<Job> {
    const { jobs, tell, clock, timeZone } = this.#parts;
    const { by, address } = orderer;
    return jobs.start({ kind: 'export', tenantId: tenant, by }, async (work) => {
      const named = Object.entries(filter).filter(([, value]) => value !== undefined);
      const details = { what: 'recording', format: 'zip', filter: named.map(([name]) => name), address };
      await tell({ tenantId: tenant, at: clock.now(), action: 'export', by, details });
      const taken = { rows: 0, missing: 0, isCut: false };
      const entries = this.#entries({ filter, scope, language }, orderer, work, taken);
      await work.writeFile('recordings.zip', ZIP, zipFile(entries, timeIn(timeZone)));
      return { what: 'recording', ...taken };
    });
  }

  async *#entries(
    { filter, scope, language }: Omit<RecordingExport, 'tenant'>,
    { by, address }: Orderer,
    { signal, progress }: JobAtWork,
    taken: { rows: number; missing: number; isCut: boolean },
  ): AsyncGenerator<ZipEntry, void> {
    const { recordings, clock, timeZone } = this.#parts;
    const timeOf = timeIn(timeZone);
    const who = { name: by, ...(address !== undefined && { address }) };
    const index = [CSV_MARK, csvLine(titlesIn(language))];
    let sum = 0;
    let after: readonly [string, string, string] | undefined;
    for (;;) {
      const page = await recordings.list(filter, scope, PAGE, after);
      for (const each of page) {
        signal.throwIfAborted();
        const { bytes, deletedAt } = each.recording;
        if (taken.rows === MAX_RECORDINGS || sum + (bytes ?? 0) > MAX_BYTES) {
          taken.isCut = true;
          break;
        }
        const call = scope.seesNumbers ? each.call : maskedCdr(each.call);
        const heard =
          deletedAt === null
            ? await recordings.listen(each.id, scope, who, 'download').catch(notThere)
            : undefined;
        const name = heard ? `recordings/${nameOf({ ...each, call }, timeOf)}` : '';
        index.push(csvLine(rowOf({ ...each, call }, name, timeOf)));
        if (!heard) taken.missing++;
        else {
          taken.rows++;
          sum += heard.audio.bytes;
          yield { name, at: call.startedAt, content: partsOf(heard.audio, signal) };
        }
        progress(taken.rows);
      }
      const last = page.at(-1);
      if (taken.isCut || page.length < PAGE || !last) break;
      after = [String(last.call.startedAt), last.call.callId, String(last.no)];
    }
    progress(taken.rows, taken.rows);
    yield { name: 'index.csv', at: clock.now(), content: partsOfIndex(index) };
  }
}

/** By hundreds of rows: megabytes in one turn would hold the loop. */
function* partsOfIndex(rows: readonly string[]): Generator<Uint8Array, void> {
  for (let at = 0; at < rows.length; at += PAGE) yield Buffer.from(rows.slice(at, at + PAGE).join(''));
}

async function* partsOf(
  audio: Awaited<ReturnType<HeardRecordings['listen']>>['audio'],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  if (audio.bytes === 0) return;
  for await (const part of audio.read({ from: 0, to: audio.bytes - 1 })) {
    signal.throwIfAborted();
    yield part;
  }
}

function notThere(error: unknown): undefined {
  if (error instanceof PbxError && error.code === 'not-found') return undefined;
  throw error;
}

/** What the table of calls has, but for how many recordings there are. */
const COLUMNS = CALL_COLUMNS.filter(({ name }) => name !== 'recordings');

function titlesIn(language: 'en' | 'zh'): string[] {
  const own =
    language === 'zh'
      ? ['文件', '录音编号', '录音时长(毫秒)', 'SHA-256']
      : ['file', 'recording', 'recordingMs', 'sha256'];
  return [...own, ...COLUMNS.map(({ name, zh }) => (language === 'zh' ? zh : name))];
}

function rowOf(
  { id, call, recording: { durationMs, sha256 } }: RecordingOfCall,
  file: string,
  timeOf: (ms: number) => string,
): string[] {
  const own = [file, id, durationMs, sha256];
  return [...own, ...COLUMNS.map(({ of }) => of(call, timeOf))].map((cell) => String(cell ?? ''));
}

/** `2026-10-01 080000 13800138000 8001 CALL-0.wav`: a name that every file system takes, masked numbers too. */
function nameOf({ id, call, recording: { file } }: RecordingOfCall, timeOf: (ms: number) => string): string {
  const ending = file.slice(file.lastIndexOf('.') + 1);
  const words = [
    timeOf(call.startedAt).replaceAll(':', ''),
    call.caller,
    call.agent ?? '',
    id.replace('.', '-'),
  ];
  const name = words.filter((word) => word !== '').join(' ');
  return `${name.replaceAll('*', 'x').replace(/[^\p{L}\p{N} ._+-]/gu, '_')}.${ending}`;
}
