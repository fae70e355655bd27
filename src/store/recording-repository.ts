import { type Kysely, sql } from 'kysely';
import type { Cdr, CdrRecording, CdrVoicemail } from '../cdr/cdr.ts';
import type { Tables } from './schema.ts';
import type { RecordingDeletion, RecordingReplacement, RecordingStore } from './store.ts';

/** Records looked at in one step. */
const PAGE = 500;

/** PostgreSQL compares JSON as text only. */
const RECORD_TEXT = sql<string>`cast(record as text)`;

const HAS_FILES = sql<boolean>`(${RECORD_TEXT} like '%"recordings":[{%' or ${RECORD_TEXT} like '%"voicemail":{%')`;

/** The recordings that call records name. */
export class RecordingRepository implements RecordingStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async replace(replacement: RecordingReplacement): Promise<boolean> {
    const { callId, startedAt } = replacement;
    for (;;) {
      const row = await this.#db
        .selectFrom('cdr')
        .select(['id', 'record'])
        .where('started_at', '=', startedAt)
        .where('call_id', '=', callId)
        .executeTakeFirst();
      const changed = row && replaceRecording(JSON.parse(row.record) as Cdr, replacement);
      if (!changed) return false;
      if (await this.#update(row, changed)) return true;
    }
  }

  async markDeleted(deletion: RecordingDeletion): Promise<number> {
    let marked = 0;
    for (let after = 0; ; ) {
      const rows = await this.#db
        .selectFrom('cdr')
        .select(['id', 'record'])
        .where('started_at', '>=', deletion.from)
        .where('started_at', '<', deletion.to)
        .where('id', '>', after)
        .where(HAS_FILES)
        .orderBy('id')
        .limit(PAGE)
        .execute();
      for (const row of rows) {
        const changed = markRecordingsDeleted(JSON.parse(row.record) as Cdr, deletion);
        if (changed && (await this.#update(row, changed))) marked++;
      }
      if (rows.length < PAGE) return marked;
      after = rows.at(-1)!.id;
    }
  }

  /** False when somebody else changed the record meanwhile. */
  async #update(row: { id: number; record: string }, changed: Cdr): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('cdr')
      .set({ record: JSON.stringify(changed) })
      .where('id', '=', row.id)
      .where(RECORD_TEXT, '=', row.record)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
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
export function markRecordingsDeleted(cdr: Cdr, { files, deletedAt }: RecordingDeletion): Cdr | undefined {
  const { voicemail } = cdr;
  const gone = (recording: CdrRecording | CdrVoicemail) => files.has(recording.file) && !recording.deletedAt;
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
