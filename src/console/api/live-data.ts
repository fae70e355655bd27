/** What the stream tells, written into what react-query holds. */
import type { QueryClient } from '@tanstack/react-query';
import type {
  AgentRow,
  DeskRow,
  PublicEvent,
  PublicFacts,
  QueueGauge,
  QueueRow,
  StreamMessage,
} from './types.ts';

export const AGENTS = ['live', 'agents'] as const;
export const QUEUES = ['live', 'queues'] as const;
export const QUEUE = ['live', 'queue'] as const;
/** The own desk, and what today was like there: no lists, which are read anew for whatever happens to others. */
export const DESK = ['desk'] as const;
export const DESK_TODAY = ['desk-today'] as const;
export const CALLS = ['calls'] as const;
export const CALL = ['call'] as const;
export const MISSED_CALLS = ['missed-calls'] as const;
export const VOICEMAILS = ['voicemails'] as const;
export const JOBS = ['jobs'] as const;
/** How many calls have ended since the page was opened: a list of them is not the newest any more. */
export const ENDED_CALLS = ['ended-calls'] as const;

export interface Items<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

/** Reading anew is spread: a hundred events a second ask once. */
const SETTLE_MS = 1000;
/** What somebody acts by is told in several events at once, and seen at once. */
const DESK_SETTLE_MS = 30;
/** Of what each call that ends may change a little. */
const LATER_MS = 5000;

/** Takes the messages of a stream. `close` ends what waits. */
export class LiveData {
  readonly #client: QueryClient;
  readonly #due = new Map<string, ReturnType<typeof setTimeout>>();
  #wasLive = false;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  close(): void {
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  take(message: StreamMessage): void {
    switch (message.type) {
      case 'ready':
        return this.#begin(message.snapshot);
      case 'event':
        return this.#happened(message.event);
      case 'gauge':
        for (const gauge of message.queues) this.#gauge(gauge, Date.parse(message.at));
        return;
      case 'gap':
        return this.#renewAll();
    }
  }

  #begin(snapshot: (StreamMessage & { readonly type: 'ready' })['snapshot']): void {
    const { agents, queues } = snapshot ?? {};
    if (agents) this.#client.setQueryData(AGENTS, { items: agents as readonly AgentRow[], next: null });
    if (queues) this.#client.setQueryData(QUEUES, { items: queues as readonly QueueRow[], next: null });
    // What happened in between is told again; what was counted in between is not.
    if (this.#wasLive) this.#renewAll();
    this.#wasLive = true;
  }

  #happened(event: PublicEvent): void {
    const { type, data, at } = event;
    if (type === 'agent.state') {
      this.#agent(at, data);
      this.#renew(AGENTS);
    }
    this.#desk(event);
    if (type === 'queue.joined' || type === 'queue.left' || type === 'queue.abandoned')
      this.#renew([...QUEUE, data.queue]);
    if (type === 'call.ended') {
      this.#renew(QUEUES);
      this.#renew([...CALLS, 'running']);
      this.#client.setQueryData<number>(ENDED_CALLS, (ended = 0) => ended + 1);
    }
    if (type.startsWith('call.') && 'callId' in data && data.callId)
      this.#renew([...CALL, data.callId], true);
    if (type === 'call.missed-changed' || type === 'call.ended') this.#renew(MISSED_CALLS, false, LATER_MS);
    if (type === 'voicemail.left' || type === 'voicemail.changed') this.#renew(VOICEMAILS);
    if (type === 'job.progress') this.#renew(JOBS);
    if (type === 'call.arrived' || type === 'call.answered') this.#renew([...CALLS, 'running']);
  }

  /** What is about the own desk, or a call that is in hand there. */
  #desk({ type, data, at }: PublicEvent): void {
    const desk = this.#client.getQueryData<DeskRow | null>(DESK);
    if (!desk) return;
    const told = data as { readonly agent?: unknown; readonly target?: unknown; readonly callId?: unknown };
    const isOwn = told.agent === desk.agent || told.target === desk.agent;
    if (!isOwn && !desk.calls.some(({ callId }) => callId === told.callId)) return;
    if (type === 'agent.state' && isOwn && at >= desk.since) {
      const { state, reason, by } = data;
      this.#client.setQueryData<DeskRow>(DESK, { ...desk, state, reason, by, since: at });
      this.#renew(DESK_TODAY);
    }
    this.#renew(DESK, false, DESK_SETTLE_MS);
  }

  #agent(at: string, { agent, state, reason, by, callId, queue }: PublicFacts['agent.state']): void {
    this.#rows<AgentRow>(AGENTS, (row) => {
      // The snapshot knows of events that are told after it.
      if (row.agent !== agent || row.since > at) return row;
      const since = row.state === state && row.reason === reason ? row.since : at;
      return { ...row, state, reason, by, callId, queue, since };
    });
  }

  #gauge({ queue, waiting, waitsSince, isPeak, agents }: QueueGauge, at: number): void {
    const longestWaitMs = waitsSince === null ? null : Math.max(0, at - Date.parse(waitsSince));
    this.#rows<QueueRow>(QUEUES, (row) =>
      row.name === queue ? { ...row, waiting, longestWaitMs, isPeak, agents: inGroups(agents) } : row,
    );
  }

  #rows<Row>(key: readonly string[], change: (row: Row) => Row): void {
    this.#client.setQueryData<Items<Row>>(key, (held) => held && { ...held, items: held.items.map(change) });
  }

  #renewAll(): void {
    const keys = [['live'], CALLS, CALL, MISSED_CALLS, VOICEMAILS, JOBS, DESK, DESK_TODAY];
    for (const key of keys) void this.#client.invalidateQueries({ queryKey: key });
  }

  /** Reads it anew soon, where it is looked at. */
  #renew(key: readonly string[], onlyHeld = false, settleMs = SETTLE_MS): void {
    const name = JSON.stringify(key);
    if (this.#due.has(name)) return;
    if (onlyHeld && this.#client.getQueryState(key) === undefined) return;
    const timer = setTimeout(() => {
      this.#due.delete(name);
      void this.#client.invalidateQueries({ queryKey: key });
    }, settleMs);
    this.#due.set(name, timer);
  }
}

const AWAY = ['busy', 'break', 'meeting', 'training'];
const ON_CALL = [
  'dialling',
  'ringing',
  'talking',
  'hold',
  'consulting',
  'conference',
  'reserved',
  'reconnecting',
];

/** Agents by state, in the groups in which queues are shown. */
export function inGroups(states: Readonly<Record<string, number>>): QueueRow['agents'] {
  const sum = (...names: readonly string[]) => names.reduce((total, name) => total + (states[name] ?? 0), 0);
  return {
    signedIn: sum(...Object.keys(states)) - sum('signed-out'),
    ready: sum('ready'),
    onCall: sum(...ON_CALL),
    wrapUp: sum('wrap-up'),
    away: sum(...AWAY),
    unreachable: sum('unreachable'),
  };
}
