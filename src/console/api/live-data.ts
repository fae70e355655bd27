/** What the stream tells, written into what react-query holds. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { type Alarm, KEPT, TOLD_ALARMS, withAlarm } from '../alarm/alarms.ts';
import { MESSAGES, type Message } from '../alarm/messages.ts';
import { forgetEvents, rememberEvent } from './recent-events.ts';
import type {
  AgentRow,
  CallFlag,
  CallRow,
  DeskRow,
  PublicEvent,
  PublicFacts,
  QueueGauge,
  QueueRow,
  StreamMessage,
  TaskRow,
  WaitingRow,
} from './types.ts';

export const AGENTS = ['live', 'agents'] as const;
export const QUEUES = ['live', 'queues'] as const;
export const QUEUE = ['live', 'queue'] as const;
/** Who waits in any queue. */
export const CALLERS = ['live', 'callers'] as const;
/** Agents who ask for help. */
export const HELP = ['live', 'help'] as const;
/** The own desk, and what today was like there: no lists, which are read anew for whatever happens to others. */
export const DESK = ['desk'] as const;
export const DESK_TODAY = ['desk-today'] as const;
export const CALLS = ['calls'] as const;
export const CALL = ['call'] as const;
export const MISSED_CALLS = ['missed-calls'] as const;
/** What the agent is to do (待办). */
export const TODO = ['todo'] as const;
export const VOICEMAILS = ['voicemails'] as const;
export const JOBS = ['jobs'] as const;
/** Changes of many at once. */
export const CHANGES = ['changes'] as const;
/** How many calls have ended since the page was opened: a list of them is not the newest any more. */
export const ENDED_CALLS = ['ended-calls'] as const;

/** A caller who waits, by when he came: how long he has waited is worked out of that, so that reading him anew changes nothing. */
export type CallerRow = Omit<WaitingRow, 'waitMs'>;

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
/** What no event tells of agents (calls of today, a wish) is read so often while they change. */
const AGENTS_MS = 10_000;
/** A change of an agent is shown at once, and those that follow together: a hundred a second are drawn in twenty strokes. */
const TOGETHER_MS = 50;

type AgentChange = { readonly at: string } & PublicFacts['agent.state'];

/** Takes the messages of a stream. `close` ends what waits. */
export class LiveData {
  readonly #client: QueryClient;
  readonly #due = new Map<string, ReturnType<typeof setTimeout>>();
  /** When what was read at once was read last, by key. */
  readonly #readAt = new Map<string, number>();
  readonly #changes = new Map<string, AgentChange[]>();
  #showing: ReturnType<typeof setTimeout> | undefined;
  #shownAt = 0;
  #wasLive = false;

  constructor(client: QueryClient) {
    this.#client = client;
    forgetEvents();
  }

  close(): void {
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
    clearTimeout(this.#showing);
    this.#changes.clear();
  }

  take(message: StreamMessage): void {
    switch (message.type) {
      case 'ready':
        return this.#begin(message.snapshot);
      case 'event':
        rememberEvent(message.event);
        return this.#happened(message.event);
      case 'gauge':
        return this.#gauges(message.queues, Date.parse(message.at));
      case 'gap':
        return this.#renewAll();
    }
  }

  #begin(snapshot: (StreamMessage & { readonly type: 'ready' })['snapshot']): void {
    const { agents, queues } = snapshot ?? {};
    const now = Date.now();
    if (agents) this.#client.setQueryData(AGENTS, { items: agents as readonly AgentRow[], next: null });
    if (queues) this.#client.setQueryData(QUEUES, { items: queues as readonly QueueRow[], next: null });
    // What happened in between is told again; what was counted in between is not.
    if (this.#wasLive) this.#renewAll();
    // What was read before the first connection stood (it may have taken minutes) has missed what happened since.
    else this.#renewAll((readAt) => readAt < now);
    this.#wasLive = true;
  }

  #happened(event: PublicEvent): void {
    const { type, data, at } = event;
    if (type === 'agent.state') this.#agent({ at, ...data });
    this.#client.setQueryData<readonly Alarm[]>(TOLD_ALARMS, (told = []) => withAlarm(told, event));
    if (type === 'agent.help') this.#renewAtOnce(HELP);
    if (type === 'agent.message')
      this.#client.setQueryData<readonly Message[]>(MESSAGES, (told = []) => [
        ...told.slice(1 - KEPT),
        { id: event.id, at, ...data },
      ]);
    this.#desk(event);
    if (type === 'queue.joined' || type === 'queue.left' || type === 'queue.abandoned') {
      this.#renew([...QUEUE, data.queue]);
      if (type !== 'queue.joined') this.#leaves(data.callId, data.queue);
      this.#renewAtOnce(CALLERS);
    }
    if (type === 'call.ended') {
      this.#renew(QUEUES);
      this.#renew([...CALLS, 'running']);
      this.#client.setQueryData<number>(ENDED_CALLS, (ended = 0) => ended + 1);
    }
    if (type.startsWith('call.') && 'callId' in data && data.callId)
      this.#renew([...CALL, data.callId], true);
    if (type === 'call.flagged')
      showFlag(this.#client, data.callId, (known) => {
        if (data.did === 'unflag') return null;
        // What was set here is known with its reason, which no event tells.
        return known?.at === at ? known : { at, by: data.by, reason: null };
      });
    if (type === 'call.missed-changed' || type === 'call.ended') this.#renew(MISSED_CALLS, false, LATER_MS);
    if (type === 'call.missed-changed') this.#renew(TODO);
    if (type === 'agent.task') this.#task(data);
    if (type === 'voicemail.left' || type === 'voicemail.changed') this.#renew(VOICEMAILS);
    if (type === 'job.progress') this.#renew(JOBS);
    if (type === 'call.arrived' || type === 'call.answered') this.#renew([...CALLS, 'running']);
    if (type === 'switch.turned') this.#renew(QUEUES);
  }

  /** What is done goes at once; what came, or was put off, is read. */
  #task({ task, isDone }: PublicFacts['agent.task']): void {
    if (!isDone) return this.#renewAtOnce(TODO);
    this.#client.setQueriesData<{ readonly tasks: readonly TaskRow[] }>(
      { queryKey: TODO },
      (held) => held && { ...held, tasks: held.tasks.filter(({ id }) => id !== task) },
    );
  }

  /** What is about the own desk, or a call that is in hand there. */
  #desk(event: PublicEvent): void {
    const { type, data, at } = event;
    if (type === 'agent.task') return;
    const desk = this.#client.getQueryData<DeskRow | null>(DESK);
    if (!desk) return;
    const told = data as { readonly agent?: unknown; readonly target?: unknown; readonly callId?: unknown };
    const isOwn = told.agent === desk.agent || told.target === desk.agent;
    const isHis = ({ callId }: { readonly callId: string }) => callId === told.callId;
    if (!isOwn && !desk.calls.some(isHis) && !desk.parked.some(isHis)) return;
    if (type === 'agent.state' && isOwn && at >= desk.since) {
      const { state, reason, by } = data;
      this.#client.setQueryData<DeskRow>(DESK, { ...desk, state, reason, by, since: at });
      this.#renew(DESK_TODAY);
      // What is put on his list for a call is there when he has done with it.
      this.#renew(TODO);
    }
    this.#renew(DESK, false, DESK_SETTLE_MS);
  }

  #agent(change: AgentChange): void {
    const { agent, did } = change;
    const changes = this.#changes.get(agent);
    if (changes) changes.push(change);
    else this.#changes.set(agent, [change]);
    const waitMs = Math.max(0, this.#shownAt + TOGETHER_MS - performance.now());
    this.#showing ??= setTimeout(() => this.#showAgents(), waitMs);
    // Where he sits and what he serves is chosen with it.
    if (did === 'sign-in') this.#renew(AGENTS);
    else this.#renew(AGENTS, false, AGENTS_MS);
    // Who waits is told why nobody takes him.
    if ((this.#client.getQueryData<Items<CallerRow>>(CALLERS)?.items.length ?? 0) > 0) this.#renew(CALLERS);
  }

  #showAgents(): void {
    this.#showing = undefined;
    this.#shownAt = performance.now();
    const changes = new Map(this.#changes);
    this.#changes.clear();
    this.#rows<AgentRow>(AGENTS, (row) => changes.get(row.agent)?.reduce(changed, row) ?? row);
  }

  #gauges(gauges: readonly QueueGauge[], at: number): void {
    const byName = new Map(gauges.map((gauge) => [gauge.queue, gauge]));
    let hasPeakTurned = false;
    this.#rows<QueueRow>(QUEUES, (row) => {
      const gauge = byName.get(row.name);
      if (!gauge) return row;
      const { waiting, waitsSince, isPeak, agents } = gauge;
      hasPeakTurned ||= isPeak !== row.isPeak;
      const inStates = inGroups(agents);
      if (
        waiting === row.waiting &&
        waitsSince === row.waitsSince &&
        isPeak === row.isPeak &&
        isSame(inStates, row.agents)
      )
        return row;
      const longestWaitMs = waitsSince === null ? null : Math.max(0, at - Date.parse(waitsSince));
      return { ...row, waiting, longestWaitMs, waitsSince, isPeak, agents: inStates };
    });
    // Until when, no gauge tells.
    if (hasPeakTurned) this.#renewAtOnce(QUEUES);
  }

  /** He waits no longer, and who stood behind him moves up. */
  #leaves(callId: string, queue: string): void {
    this.#client.setQueryData<Items<CallerRow>>(CALLERS, (held) => {
      const left = held?.items.find((row) => row.callId === callId && row.queue === queue);
      if (!held || !left) return held;
      const rest = held.items.filter((row) => row !== left);
      const behind = (row: CallerRow) => row.queue === queue && row.position > left.position;
      const items = rest.map((row) => (behind(row) ? { ...row, position: row.position - 1 } : row));
      return { ...held, items };
    });
  }

  #rows<Row>(key: readonly string[], change: (row: Row) => Row): void {
    this.#client.setQueryData<Items<Row>>(key, (held) => held && { ...held, items: held.items.map(change) });
  }

  /** Reads anew what is held; of which age is left out: all. */
  #renewAll(isOld: (readAt: number) => boolean = () => true): void {
    const keys = [['live'], CALLS, CALL, MISSED_CALLS, VOICEMAILS, JOBS, DESK, DESK_TODAY, TODO];
    for (const queryKey of keys)
      void this.#client.invalidateQueries({
        queryKey,
        predicate: ({ state }) => isOld(state.dataUpdatedAt),
      });
  }

  /** Reads it anew soon, where it is looked at. */
  #renew(key: readonly string[], onlyHeld = false, settleMs = SETTLE_MS): void {
    const name = `${settleMs} ${JSON.stringify(key)}`;
    if (this.#due.has(name)) return;
    if (onlyHeld && this.#client.getQueryState(key) === undefined) return;
    const timer = setTimeout(() => {
      this.#due.delete(name);
      void this.#client.invalidateQueries({ queryKey: key });
    }, settleMs);
    this.#due.set(name, timer);
  }

  /** Reads it anew now, unless it was just read: then soon. */
  #renewAtOnce(key: readonly string[]): void {
    const name = JSON.stringify(key);
    const now = Date.now();
    if (now - (this.#readAt.get(name) ?? 0) < SETTLE_MS) return this.#renew(key);
    this.#readAt.set(name, now);
    void this.#client.invalidateQueries({ queryKey: key });
  }
}

/** The mark of a call (标记), wherever the call is held. */
export function showFlag(
  client: QueryClient,
  callId: string,
  next: (known: CallFlag | null) => CallFlag | null,
): void {
  const changed = (row: CallRow) => (row.id === callId ? { ...row, flag: next(row.flag) } : row);
  const within = (page: Items<CallRow>) =>
    page.items.some(({ id }) => id === callId) ? { ...page, items: page.items.map(changed) } : page;
  client.setQueryData<CallRow>([...CALL, callId], (held) => held && changed(held));
  client.setQueriesData<InfiniteData<Items<CallRow>> | Items<CallRow>>({ queryKey: CALLS }, (held) => {
    if (!held) return held;
    if ('pages' in held) return { ...held, pages: held.pages.map(within) };
    return 'items' in held ? within(held) : held;
  });
}

/** An agent after what happened to him. */
function changed(row: AgentRow, { at, did, state, reason, by, callId, queue }: AgentChange): AgentRow {
  // The snapshot knows of events that are told after it.
  if (row.since > at) return row;
  const isSame = row.state === state && row.reason === reason;
  const isOverLimit = did === 'break-limit' || (isSame && row.isOverLimit);
  return { ...row, state, reason, by, callId, queue, isOverLimit, since: isSame ? row.since : at };
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

/** Groups in which states are counted and filtered. */
export type StateGroup = keyof QueueRow['agents'] | 'signedOut';

/** The group of a state. */
export function groupOf(state: string): Exclude<StateGroup, 'signedIn'> {
  if (state === 'ready') return 'ready';
  if (state === 'wrap-up') return 'wrapUp';
  if (state === 'unreachable') return 'unreachable';
  if (AWAY.includes(state)) return 'away';
  return ON_CALL.includes(state) ? 'onCall' : 'signedOut';
}

const isSame = (one: QueueRow['agents'], other: QueueRow['agents']): boolean =>
  Object.entries(one).every(([group, n]) => other[group as keyof QueueRow['agents']] === n);

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
