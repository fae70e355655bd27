import type { Kysely } from 'kysely';
import type { Cdr } from '../cdr/cdr.ts';
import type { Tables } from './schema.ts';
import type { RecordingReplacement, RecordingStore } from './store.ts';

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
        .select('record')
        .where('started_at', '=', startedAt)
        .where('call_id', '=', callId)
        .executeTakeFirst();
      const changed = row && replaceRecording(JSON.parse(row.record) as Cdr, replacement);
      if (!changed) return false;
      const { numUpdatedRows } = await this.#db
        .updateTable('cdr')
        .set({ record: JSON.stringify(changed) })
        .where('started_at', '=', startedAt)
        .where('call_id', '=', callId)
        // somebody else may have changed it meanwhile
        .where('record', '=', row.record)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return true;
    }
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
