/** How this process is: for load balancers and operators. */
import { availableParallelism, loadavg } from 'node:os';
import type { SipEdge } from './edge/edge.ts';
import type { HealthState, NotReady } from './http/routes/health.ts';
import type { NodeBoard, NodeRow } from './http/routes/nodes.ts';
import type { FreeSpace } from './keeping/free-space.ts';
import type { MediaEngine } from './media/media.ts';
import type { Clock } from './shared/clock.ts';
import type { Store } from './store/store.ts';

export interface NodeBoardParts {
  readonly nodeId: string;
  readonly version: string;
  readonly state: () => HealthState;
  readonly store: Pick<Store, 'lease'>;
  readonly disks: Pick<FreeSpace, 'rooms' | 'low'>;
  readonly calls: { readonly size: number };
  readonly clock: Pick<Clock, 'now'>;
}

/** Began when this was called. */
export function nodeBoard({ nodeId, version, state, store, disks, calls, clock }: NodeBoardParts): NodeBoard {
  const startedAt = new Date(clock.now()).toISOString();
  return {
    nodes: () => {
      const { lease } = store;
      const own: NodeRow = {
        id: nodeId,
        answers: true,
        leaseAgeMs: lease ? Math.round(lease.ageMs) : null,
        state: state(),
        version,
        runtime: process.version,
        startedAt,
        load: loadavg(),
        cores: availableParallelism(),
        memoryBytes: process.memoryUsage.rss(),
        disks: disks.rooms.map(({ name, room }) => ({
          folder: name,
          ...room,
          low: disks.low.includes(name),
        })),
        calls: calls.size,
      };
      return [own, ...(lease?.peers ?? []).map(peerRow)];
    },
  };
}

function peerRow({ nodeId, ageMs }: NonNullable<Store['lease']>['peers'][number]): NodeRow {
  const unknown = { state: null, version: null, runtime: null, startedAt: null, load: null, cores: null };
  return {
    id: nodeId,
    answers: false,
    leaseAgeMs: Math.round(ageMs),
    ...unknown,
    memoryBytes: null,
    disks: [],
    calls: null,
  };
}

/** What keeps it from taking calls. */
export function notReady(
  state: HealthState,
  media: Pick<MediaEngine, 'load'>,
  edge: Pick<SipEdge, 'addresses'>,
): readonly NotReady[] {
  const reasons: NotReady[] = [];
  if (state === 'draining')
    reasons.push({ part: 'process', reason: 'it stops: calls in progress end, no new ones are taken' });
  if (state === 'journal-full')
    reasons.push({ part: 'store', reason: 'the database is away, and the journal of call events is full' });
  if (media.load().free <= 0)
    reasons.push({ part: 'media', reason: 'no media server answers, or no port is left' });
  if (edge.addresses.length === 0) reasons.push({ part: 'sip', reason: 'nothing listens for SIP' });
  return reasons;
}
