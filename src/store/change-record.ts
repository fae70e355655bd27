import { type Kysely, sql, type Transaction } from 'kysely';
import type { Cdr } from '../cdr/cdr.ts';
import { VOICEMAIL_MESSAGES } from './call-rows.ts';
import { notedValues, searchText } from './cdr-row.ts';
import type { CdrTable } from './cdr-table.ts';
import { appendFacts } from './event-repository.ts';
import type { Fact } from './events.ts';
import { namedRow } from './projections.ts';
import type { Tables } from './schema.ts';
import { storedRecord } from './stored-record.ts';

/** PostgreSQL compares JSON as text only. */
export const RECORD_TEXT = sql<string>`cast(record as text)`;

/** A record as it was read. */
export type RecordRow = Pick<CdrTable, 'started_at' | 'call_id' | 'record'>;

/**
 * Puts a record in place of the one that was read, its message's row with it, and tells the company's stream; durable when it
 * resolves. False when somebody else changed the record meanwhile: nothing was done. `beside`: what is written in the same
 * transaction; it takes all back when it throws.
 */
export async function changeRecord(
  db: Kysely<Tables>,
  nodeId: string,
  row: RecordRow,
  changed: Cdr,
  facts: readonly Fact[],
  beside: (transaction: Transaction<Tables>) => Promise<void> = async () => {},
): Promise<boolean> {
  const isSaid = facts.some(({ type }) => type === 'noted');
  try {
    await db.transaction().execute(async (transaction) => {
      // The stream before the record, as the journal does: two writers never wait for each other in a ring.
      await appendFacts(transaction, nodeId, facts);
      const { numUpdatedRows } = await transaction
        .updateTable('cdr')
        .set({ record: storedRecord(changed), ...(isSaid && saidColumns(changed)) })
        .where('started_at', '=', row.started_at)
        .where('call_id', '=', row.call_id)
        .where(RECORD_TEXT, '=', row.record)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new ChangedMeanwhile();
      for (const message of VOICEMAIL_MESSAGES.rows(changed)) {
        const { state, done } = namedRow(VOICEMAIL_MESSAGES, message);
        await transaction
          .updateTable('voicemail_message')
          .set({ state: String(state), done: Number(done) })
          .where('started_at', '=', row.started_at)
          .where('call_id', '=', row.call_id)
          .execute();
      }
      await beside(transaction);
    });
    return true;
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return false;
    throw error;
  }
}

/** Columns that follow from what is said of a call. */
function saidColumns(cdr: Cdr) {
  const [disposition, noted, flagged] = notedValues(cdr);
  return { disposition, noted, flagged, search: searchText(cdr) };
}

/** Takes a transaction back. */
class ChangedMeanwhile extends Error {}
