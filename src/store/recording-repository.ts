import { type Kysely, sql } from 'kysely';
import { changeRecord, RECORD_TEXT } from './change-record.ts';
import { deletedFacts, markRecordingsDeleted, replacedFact, replaceRecording } from './changed-files.ts';
import type { Tables } from './schema.ts';
import type { RecordingDeletion, RecordingReplacement, RecordingStore } from './store.ts';
import { readRecord } from './stored-record.ts';

/** Records looked at in one step. */
const PAGE = 500;

const HAS_FILES = sql<boolean>`(recordings > 0 or ${RECORD_TEXT} like '%"voicemail":{%')`;

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
      const facts = [replacedFact(cdr.tenantId, replacement, at)];
      if (await changeRecord(this.#db, this.#nodeId, row, changed, facts)) return true;
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
        const facts = changed ? deletedFacts(cdr, deletion) : [];
        if (changed && (await changeRecord(this.#db, this.#nodeId, row, changed, facts))) marked++;
      }
      if (rows.length < PAGE) return marked;
      const { started_at, call_id } = rows.at(-1)!;
      after = sql<boolean>`(started_at, call_id) > (${started_at}, ${call_id})`;
    }
  }
}
