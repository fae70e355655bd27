/** The thread that writes the journal into PostgreSQL: making records of events costs time that SIP needs. */
import { flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadReply, ThreadRequest } from '../database-thread.ts';
import { reasonOf } from './connections.ts';
import { LockedConnection } from './locked-connection.ts';
import { PostgresJournal } from './postgres-journal.ts';
import type { PostgresProtocol, WorkerOptions } from './protocol.ts';

const port = parentPort!;
const { url, nodeId } = workerData as WorkerOptions;
const connection = new LockedConnection(url, nodeId);
const journal = new PostgresJournal(connection, nodeId);
await connection.connect().catch((error: unknown) => {
  const { code } = error as { code?: string };
  throw Object.assign(new Error(reasonOf(error)), { code });
});
port.postMessage({ id: 0, ok: true, value: { isAlone: connection.isAlone } } satisfies ThreadReply);
// What was compiled is written at the end of a thread only, which a `kill -9` leaves out.
flushCompileCache();

/** Requests are answered in the order of asking. */
let last: Promise<void> = Promise.resolve();

port.on('message', (request: ThreadRequest<PostgresProtocol>) => {
  last = last.then(() => answer(request.id, () => handle(request)));
  if (request.kind === 'close') void last.then(() => port.close());
});

async function answer(id: number, work: () => Promise<unknown>): Promise<void> {
  try {
    port.postMessage({ id, ok: true, value: await work() } satisfies ThreadReply);
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'error';
    port.postMessage({ id, ok: false, code, message: reasonOf(error) } satisfies ThreadReply);
  }
}

async function handle(request: ThreadRequest<PostgresProtocol>): Promise<unknown> {
  switch (request.kind) {
    case 'journal':
      await journal.write({ ...request.batch, events: JSON.parse(request.batch.events) });
      return {};
    case 'resume':
      await journal.resume();
      return { lastBatch: await journal.lastBatch(request.mark) };
    case 'recover':
      return { calls: await journal.recover() };
    case 'begin':
      return await begin();
    case 'beat':
      return await journal.beat(request.settings);
    case 'close':
      // Where that fails the lease runs out by itself.
      await journal.leave().catch(() => {});
      await connection.close();
      return {};
  }
}

async function begin(): Promise<PostgresProtocol['begin']['reply']> {
  await journal.begin();
  const beat = nodeId === '' ? undefined : await journal.beat();
  const lastBatch = await journal.lastBatch();
  await connection.share();
  return { lastBatch, beat };
}
