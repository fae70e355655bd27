import type { PublicEvent } from '../stream/event-types.ts';
import type { StreamMessage } from '../stream/messages.ts';
import type { Asker } from './asker.ts';
import type { StreamSource, Wanted } from './stream-source.ts';

/** The PBX answers after this, when nothing happens. */
const WAIT_MS = 20_000;
const GRACE_MS = 15_000;
const PAGE = 500;

/** The same messages by `GET /events`, where there is no WebSocket: each answer waits for the first event. */
export function polled(asker: Asker, wanted: Wanted, signal: AbortSignal): StreamSource {
  return { resume: () => {}, [Symbol.asyncIterator]: () => messages(asker, wanted, signal) };
}

async function* messages(
  asker: Asker,
  { after: from, topics, tenant }: Wanted,
  signal: AbortSignal,
): AsyncGenerator<StreamMessage, void, undefined> {
  const ask = (query: { readonly after: number; readonly limit: number; readonly waitMs?: number }) =>
    asker.request('GET /events', {
      query: { ...query, ...(topics && { topics: topics.join(',') }) },
      ...(tenant !== undefined && { tenant }),
      signal,
      timeoutMs: WAIT_MS + GRACE_MS,
    });
  const { head } = await ask({ after: 0, limit: 1 });
  if (from !== undefined && from > head) yield { type: 'resync', seq: head, why: 'ahead' };
  let after = Math.min(from ?? head, head);
  yield { type: 'ready', seq: after, topics: topics ?? [] };
  while (!signal.aborted) {
    const page = await ask({ after, limit: PAGE, waitMs: WAIT_MS });
    const events = page.items as readonly PublicEvent[];
    // It stands before what comes with it.
    if (page.gap) yield { type: 'gap', ...page.gap };
    for (const event of events) yield { type: 'event', event };
    yield { type: 'ping', seq: page.after };
    after = page.after;
  }
}
