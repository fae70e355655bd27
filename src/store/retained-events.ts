/** A company's events as far as they are kept, and what can be made of them. */
import type { Kysely } from 'kysely';
import type { CallEvent } from '../call/call-events.ts';
import type { Cdr } from '../cdr/cdr.ts';
import { BUCKET_MS } from '../metric/cubes.ts';
import { EventRepository, type ToldEvent } from './event-repository.ts';
import type { StoreFacts, StreamEvent } from './events.ts';
import type { Tables } from './schema.ts';

/** Events read at once. */
const EVENTS = 2000;

/** What the events of a company cover, and what became of calls after their end: it changes records that were made before. */
export interface Retained {
  /** Time of the oldest event. */
  readonly from: number;
  /** The first bucket of which all calls are kept, whole. */
  readonly callBuckets: number;
  /** The same, of the times of agents too. */
  readonly agentBuckets: number;
  /** By call, in their order. */
  readonly changes: ReadonlyMap<string, readonly RecordChange[]>;
  /** Its record was removed after its end. */
  readonly isRemoved: (call: Pick<Cdr, 'callId' | 'startedAt'>) => boolean;
}

/** What became of the files of a call, and what was said of it. */
export type RecordChange = Extract<StreamEvent, { readonly type: 'file' | 'message' | 'noted' }>;

/** A company's events, the oldest first. */
export async function* readEvents(
  db: Kysely<Tables>,
  tenantId: string,
  onRead: (count: number) => void = () => {},
): AsyncGenerator<ToldEvent> {
  const repository = new EventRepository(db);
  for (let after = 0; ; ) {
    const events = await repository.readTold(tenantId, after, EVENTS);
    yield* events;
    const last = events.at(-1);
    if (!last) return;
    onRead(events.length);
    after = last.event.seq;
  }
}

/** Undefined: none of its events are kept. */
export async function retainedOf(db: Kysely<Tables>, tenantId: string): Promise<Retained | undefined> {
  const rows = db.selectFrom('event_batch').select(['first_seq', 'from_at', 'to_at']);
  const first = await rows.where('tenant_id', '=', tenantId).orderBy('first_seq').limit(1).executeTakeFirst();
  if (!first) return undefined;
  const changes = new Map<string, RecordChange[]>();
  const removed = new Set<string>();
  const months: StoreFacts['monthRemoved'][] = [];
  // Who drops events drops what is older than some time, which the first row that stays reaches.
  const edge = new Edge(first.to_at);
  for await (const told of readEvents(db, tenantId)) {
    edge.take(told);
    const { event } = told;
    if (event.type === 'removed') removed.add(event.callId);
    if (event.type === 'monthRemoved') months.push(event);
    if (event.type !== 'file' && event.type !== 'message' && event.type !== 'noted') continue;
    const known = changes.get(event.callId);
    if (known) known.push(event);
    else changes.set(event.callId, [event]);
  }
  const firstBucket = first.from_at - (first.from_at % BUCKET_MS);
  const callBuckets = edge.isWhole ? firstBucket : nextBucket(edge.callsFrom);
  const agentBuckets = edge.isWhole ? firstBucket : nextBucket(Math.max(edge.callsFrom, edge.agentsFrom));
  const isRemoved = ({ callId, startedAt }: Pick<Cdr, 'callId' | 'startedAt'>) =>
    removed.has(callId) || months.some(({ from, to }) => startedAt >= from && startedAt < to);
  return { from: first.from_at, callBuckets, agentBuckets, changes, isRemoved };
}

const nextBucket = (at: number): number => Math.ceil(at / BUCKET_MS) * BUCKET_MS;

/** Where a stream begins whose beginning was dropped: what was going on then reaches into what is kept. */
class Edge {
  /** No event was dropped. */
  isWhole = true;
  /** When the last call was over whose beginning was dropped. */
  callsFrom: number;
  /** When the first change of each agent is known whose state was not. */
  agentsFrom: number;
  readonly #calls = new Set<string>();
  readonly #agents = new Set<string>();
  #seq = 0;

  constructor(from: number) {
    this.callsFrom = from;
    this.agentsFrom = from;
  }

  take({ nodeId, event }: ToldEvent): void {
    // A restore skips numbers that no event has.
    if (event.seq !== this.#seq + 1 && event.type !== 'restored') this.isWhole = false;
    this.#seq = event.seq;
    if (event.type === 'agent') this.#takeAgent(`${nodeId}\n${event.agent}`, event);
    else if (isOfCall(event)) this.#takeCall(event);
  }

  #takeAgent(agent: string, { did, at }: StreamEvent & { readonly type: 'agent' }): void {
    if (this.#agents.has(agent)) return;
    this.#agents.add(agent);
    if (did !== 'sign-in') this.agentsFrom = Math.max(this.agentsFrom, at);
  }

  #takeCall(event: CallFact): void {
    const { type, callId, at } = event;
    if (type === 'arrived') this.#calls.add(callId);
    else if (!this.#calls.has(callId)) this.callsFrom = Math.max(this.callsFrom, at);
    else if (type === 'ended' && event.cause !== 'node-lost') this.#calls.delete(callId);
  }
}

export type CallFact = Extract<StreamEvent, { readonly type: CallEvent['type'] }>;

const OTHER_TYPES: ReadonlySet<string> = new Set<Exclude<StreamEvent['type'], CallEvent['type']>>([
  'agent',
  'entity',
  'switch',
  'phoneSetting',
  'outsideLimit',
  'callback',
  'file',
  'message',
  'noted',
  'agentMessage',
  'agentHelp',
  'agentTask',
  'missedCall',
  'removed',
  'imported',
  'job',
  'restored',
  'monthRemoved',
]);

export function isOfCall(event: StreamEvent): event is CallFact {
  return !OTHER_TYPES.has(event.type);
}
