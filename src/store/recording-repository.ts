import { type Kysely, sql } from 'kysely';
import type { Cdr, CdrRecording, CdrVoicemail } from '../cdr/cdr.ts';
import { appendFacts } from './event-repository.ts';
import type { Fact, StoreFacts } from './events.ts';
import type { CdrTable, Tables } from './schema.ts';
import type { RecordingDeletion, RecordingReplacement, RecordingStore } from './store.ts';
import { readRecord, storedRecord } from './stored-record.ts';

/** Records looked at in one step. */
const PAGE = 500;

/** PostgreSQL compares JSON as text only. */
const RECORD_TEXT = sql<string>`cast(record as text)`;

const HAS_FILES = sql<boolean>`(recordings > 0 or ${RECORD_TEXT} like '%"voicemail":{%')`;

type RecordRow = Pick<CdrTable, 'started_at' | 'call_id' | 'record'>;

/** The recordings that call records name. */
export class RecordingRepository implements RecordingStore {
  readonly #db: Kysely<Tables>;
  readonly #nodeId: string;

  constructor(db: Kysely<Tables>, nodeId: string) {
    this.#db = db;
    this.#nodeId = nodeId;
  }

  async replace(replacement: RecordingReplacement, at: number): Promise<boolean> {
    const { callId, startedAt } = replacement;
    for (;;) {
      const row = await this.#db
        .selectFrom('cdr')
        .select(['started_at', 'call_id', 'record'])
        .where('started_at', '=', startedAt)
        .where('call_id', '=', callId)
        .executeTakeFirst();
      const cdr = row && readRecord(row.record);
      const changed = cdr && replaceRecording(cdr, replacement);
      if (!changed) return false;
      if (await this.#update(row, changed, [replacedFact(cdr.tenantId, replacement, at)])) return true;
    }
  }

  async markDeleted(deletion: RecordingDeletion): Promise<number> {
    let marked = 0;
    let after = sql<boolean>`true`;
    for (;;) {
      const rows = await this.#db
        .selectFrom('cdr')
        .select(['started_at', 'call_id', 'record'])
        .where('started_at', '>=', deletion.from)
        .where('started_at', '<', deletion.to)
        .where(after)
        .where(HAS_FILES)
        .orderBy('started_at')
        .orderBy('call_id')
        .limit(PAGE)
        .execute();
      for (const row of rows) {
        const cdr = readRecord(row.record);
        const changed = markRecordingsDeleted(cdr, deletion);
        if (changed && (await this.#update(row, changed, deletedFacts(cdr, deletion)))) marked++;
      }
      if (rows.length < PAGE) return marked;
      const { started_at, call_id } = rows.at(-1)!;
      after = sql<boolean>`(started_at, call_id) > (${started_at}, ${call_id})`;
    }
  }

  /** False when somebody else changed the record meanwhile. */
  #update(row: RecordRow, changed: Cdr, facts: readonly Fact[]): Promise<boolean> {
    const update = this.#db.transaction().execute(async (transaction) => {
      // The stream before the record, as the journal does: two writers never wait for each other in a ring.
      await appendFacts(transaction, this.#nodeId, facts);
      const { numUpdatedRows } = await transaction
        .updateTable('cdr')
        .set({ record: storedRecord(changed) })
        .where('started_at', '=', row.started_at)
        .where('call_id', '=', row.call_id)
        .where(RECORD_TEXT, '=', row.record)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new ChangedMeanwhile();
      return true;
    });
    return update.catch((error: unknown) => {
      if (error instanceof ChangedMeanwhile) return false;
      throw error;
    });
  }
}

/** Takes a transaction back. */
class ChangedMeanwhile extends Error {}

/** What a company's stream is told of a recording's new file. */
export function replacedFact(tenantId: string, replacement: RecordingReplacement, at: number): Fact {
  return { type: 'file', tenantId, at, ...replacement, deletedAt: undefined };
}

/** What it is told of the recordings of a call that were deleted. */
export function deletedFacts(cdr: Cdr, deletion: RecordingDeletion): Fact[] {
  const { tenantId, callId, startedAt } = cdr;
  const { deletedAt } = deletion;
  const what = { callId, startedAt, bytes: undefined, sha256: undefined, deletedAt };
  return [...cdr.recordings, ...(cdr.voicemail ? [cdr.voicemail] : [])]
    .filter((recording) => isDeletedBy(recording, deletion))
    .map(({ file }) => ({ type: 'file', tenantId, at: deletedAt, ...what, from: file, file }));
}

/** A record after what became of its recordings' files. */
export function withFile(cdr: Cdr, { from, file, bytes, sha256, deletedAt }: StoreFacts['file']): Cdr {
  const { callId, startedAt } = cdr;
  const changed =
    deletedAt === undefined
      ? replaceRecording(cdr, { callId, startedAt, from, file, bytes: bytes ?? 0, sha256: sha256 ?? '' })
      : markRecordingsDeleted(cdr, { files: new Set([file]), deletedAt });
  return changed ?? cdr;
}

/** The record with another file for a recording; undefined when it does not name the old one. */
export function replaceRecording(cdr: Cdr, replacement: RecordingReplacement): Cdr | undefined {
  const { from, file, bytes, sha256 } = replacement;
  if (!cdr.recordings.some((recording) => recording.file === from)) return undefined;
  const recordings = cdr.recordings.map((recording) =>
    recording.file === from ? { ...recording, file, bytes, sha256 } : recording,
  );
  return { ...cdr, recordings };
}

/** The record with its deleted recordings and message marked; undefined when it names none of them. */
export function markRecordingsDeleted(
  cdr: Cdr,
  deletion: Pick<RecordingDeletion, 'files' | 'deletedAt'>,
): Cdr | undefined {
  const { deletedAt } = deletion;
  const { voicemail } = cdr;
  const gone = (file: CdrRecording | CdrVoicemail) => isDeletedBy(file, deletion);
  if (!cdr.recordings.some(gone) && !(voicemail && gone(voicemail))) return undefined;
  const recordings = cdr.recordings.map((recording) =>
    gone(recording) ? { ...recording, deletedAt } : recording,
  );
  return {
    ...cdr,
    recordings,
    voicemail: voicemail && gone(voicemail) ? { ...voicemail, deletedAt } : voicemail,
  };
}

const isDeletedBy = (
  { file, deletedAt }: CdrRecording | CdrVoicemail,
  { files }: Pick<RecordingDeletion, 'files'>,
): boolean => files.has(file) && !deletedAt;
