import type { JournalEvent } from '../../src/store/events.ts';
import { FlatEncoder, type FlatEvents } from '../../src/store/journal/flat-events.ts';
import type { openDatabase } from '../../src/store/open-store.ts';
import { MONDAY_10 } from './call-events.ts';

/** A process that wrote these events, was last seen alive then, and is gone without a word. */
export async function crashed(
  database: Awaited<ReturnType<typeof openDatabase>>,
  events: readonly JournalEvent[],
  seenAt: number,
): Promise<void> {
  const encoder = new FlatEncoder(MONDAY_10);
  const flat: FlatEvents = [];
  for (const event of events) encoder.encode(event, flat);
  const number = database.recovered.lastBatch + 1;
  await database.journal.write({ number, now: seenAt, epoch: MONDAY_10, events: JSON.stringify(flat) });
  await database.close();
}
