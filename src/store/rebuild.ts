/** Makes what is projected from events anew, in the database itself, and tells what differed. */
import type { Kysely } from 'kysely';
import type { CallEvent } from '../call/call-events.ts';
import { projectCdr } from '../cdr/project-cdr.ts';
import { type ComparedTable, type ComparisonOptions, type Ended, TableComparison } from './compare-table.ts';
import { EventRepository, headsOf } from './event-repository.ts';
import type { StoreFacts, StreamEvent } from './events.ts';
import { CALL_PROJECTIONS } from './projections.ts';
import { withFile } from './recording-repository.ts';
import type { Tables } from './schema.ts';
import type { OpenDatabase } from './store-on.ts';

export interface RebuildOptions extends ComparisonOptions {
  /** Events read so far, of all companies. */
  readonly onProgress: (events: number) => void;
}

/** Events read, and calls compared, at once. */
const EVENTS = 2000;
const CALLS = 100;

/**
 * Projects the retained events of all companies and compares with what the tables hold, as canonical JSON; unless it only checks, the
 * rows of calls that differ are written anew. Calls whose beginning is not retained any more are left alone.
 */
export async function rebuild(
  database: Pick<OpenDatabase, 'db'>,
  options: RebuildOptions,
): Promise<readonly ComparedTable[]> {
  const { db } = database;
  const tables = CALL_PROJECTIONS.map((projection) => new TableComparison(db, projection, options));
  let events = 0;
  for (const tenantId of [...(await headsOf(db)).keys()].sort()) {
    const from = await retainedFrom(db, tenantId);
    const reading = readEvents(db, tenantId, (count) => {
      events += count;
      options.onProgress(events);
    });
    const { files, removed } = await aftermathOf(db, tenantId);
    let group: Ended[] = [];
    for await (const ended of endedCalls(reading)) {
      if (removed.has(ended.cdr.callId)) continue;
      const cdr = (files.get(ended.cdr.callId) ?? []).reduce(withFile, ended.cdr);
      if (group.push({ ...ended, cdr }) < CALLS) continue;
      for (const table of tables) await table.compare(group, from);
      group = [];
    }
    for (const table of tables) {
      await table.compare(group, from);
      await table.countAll(tenantId, from);
    }
  }
  return tables.map(({ result }) => result);
}

/** The time of the oldest events that are there. */
async function retainedFrom(db: Kysely<Tables>, tenantId: string): Promise<number> {
  const rows = db.selectFrom('event_batch').select('from_at').where('tenant_id', '=', tenantId);
  const first = await rows.orderBy('first_seq').limit(1).executeTakeFirst();
  return first?.from_at ?? Number.MAX_SAFE_INTEGER;
}

async function* readEvents(
  db: Kysely<Tables>,
  tenantId: string,
  onRead: (count: number) => void = () => {},
): AsyncGenerator<StreamEvent> {
  const repository = new EventRepository(db);
  for (let after = 0; ; ) {
    const events = await repository.read(tenantId, after, EVENTS);
    yield* events;
    const last = events.at(-1);
    if (!last) return;
    onRead(events.length);
    after = last.seq;
  }
}

/** What became of calls after their end: it changes records that were made before. */
interface Aftermath {
  readonly files: ReadonlyMap<string, readonly StoreFacts['file'][]>;
  readonly removed: ReadonlySet<string>;
}

async function aftermathOf(db: Kysely<Tables>, tenantId: string): Promise<Aftermath> {
  const files = new Map<string, StoreFacts['file'][]>();
  const removed = new Set<string>();
  for await (const event of readEvents(db, tenantId)) {
    if (event.type === 'removed') removed.add(event.callId);
    if (event.type !== 'file') continue;
    const known = files.get(event.callId);
    if (known) known.push(event);
    else files.set(event.callId, [event]);
  }
  return { files, removed };
}

/** The records of the calls that began and ended in `events`. */
async function* endedCalls(events: AsyncIterable<StreamEvent>): AsyncGenerator<Ended> {
  const open = new Map<string, CallEvent[]>();
  /** Another node presumed their end: what they say themselves counts more. */
  const presumed = new Map<string, CallEvent>();
  for await (const event of events) {
    if (event.type === 'imported') yield { cdr: event.record, isImported: true };
    if (!isOfCall(event)) continue;
    const { callId } = event;
    if (event.type === 'arrived' && !open.has(callId)) open.set(callId, []);
    const call = open.get(callId);
    if (!call) continue;
    const told = { ...event, seq: call.length } as CallEvent;
    if (told.type === 'ended' && told.cause === 'node-lost') {
      presumed.set(callId, told);
      continue;
    }
    presumed.delete(callId);
    call.push(told);
    if (told.type !== 'ended') continue;
    open.delete(callId);
    yield* recordOf(call);
  }
  for (const [callId, ended] of presumed) yield* recordOf([...open.get(callId)!, ended]);
}

function* recordOf(events: readonly CallEvent[]): Generator<Ended> {
  const cdr = projectCdr(events);
  if (cdr) yield { cdr, isImported: false };
}

const OTHER_TYPES: ReadonlySet<string> = new Set<Exclude<StreamEvent['type'], CallEvent['type']>>([
  'agent',
  'entity',
  'switch',
  'file',
  'removed',
  'imported',
  'restored',
]);

function isOfCall(event: StreamEvent): event is Extract<StreamEvent, { readonly type: CallEvent['type'] }> {
  return !OTHER_TYPES.has(event.type);
}
