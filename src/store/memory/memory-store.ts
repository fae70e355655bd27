import type { AgentEvent } from '../../acd/agent-events.ts';
import type { AuthStore } from '../../auth/auth-store.ts';
import type { CallEvent } from '../../call/call-events.ts';
import type { CallbackStore } from '../../callback/callback.ts';
import type { CallNoteStore } from '../../cdr/call-note-store.ts';
import type { Cdr } from '../../cdr/cdr.ts';
import { comparePositions, isWanted, positionIn, totalsOf } from '../../cdr/cdr-filter.ts';
import {
  type CdrFilter,
  type CdrPage,
  type CdrQuery,
  type CdrReader,
  type CdrShownPage,
  type CdrTextPage,
  type CdrTotals,
  cursorOf,
  limitOf,
  orderOf,
  positionOf,
  within,
} from '../../cdr/cdr-query.ts';
import { maskedCdr } from '../../cdr/masked-cdr.ts';
import type { MissedCallStore } from '../../cdr/missed-call-store.ts';
import { projectCdr } from '../../cdr/project-cdr.ts';
import { publicCall } from '../../cdr/public-call.ts';
import { type WrapUp, withWrapUps } from '../../cdr/wrap-ups.ts';
import type { JobStore } from '../../job/job-store.ts';
import { type AgentTime, AgentTimeline, countAgentTime } from '../../metric/agent-timeline.ts';
import { countCall } from '../../metric/count-call.ts';
import { CounterDelta } from '../../metric/counter-delta.ts';
import type { CounterReader } from '../../metric/counter-query.ts';
import { reportOf } from '../../metric/report-of.ts';
import type { ShareStore } from '../../recording/share-store.ts';
import { TypedEvents } from '../../shared/events.ts';
import { roomyBytes } from '../../shared/roomy-bytes.ts';
import type { Scope } from '../../shared/scope.ts';
import type { MessageStore } from '../../voicemail/message-store.ts';
import type { WallboardLinkStore } from '../../wallboard/link-store.ts';
import type { WebhookStore } from '../../webhook/webhook-store.ts';
import type { ViewStore } from '../../workspace/view-store.ts';
import type { WorkspaceStore } from '../../workspace/workspace-store.ts';
import type { AuditFilter } from '../audit-store.ts';
import type { BulkChangeStore } from '../bulk-change.ts';
import { deletedFacts, markRecordingsDeleted, replacedFact, replaceRecording } from '../changed-files.ts';
import type { JournalEvent } from '../events.ts';
import type {
  Account,
  AccountStore,
  AgentStandingStore,
  AuditEntry,
  AuditStore,
  BindingChanges,
  BindingRemoval,
  BindingStore,
  CallerMemoryStore,
  EntityStore,
  JournalStats,
  OutsideUseStore,
  PhoneSettingStore,
  RecordingStore,
  SharedEvents,
  Store,
  StoredAuditEntry,
  StoredBinding,
  StoreJournal,
  SwitchStore,
} from '../store.ts';
import { wrappedUp } from '../wrapped-up.ts';
import { MemoryAgentStandings } from './memory-agent-standings.ts';
import { MemoryAnswers } from './memory-answers.ts';
import { MemoryAuth } from './memory-auth.ts';
import { MemoryCallNotes } from './memory-call-notes.ts';
import { MemoryCallerMemory } from './memory-caller-memory.ts';
import {
  MemoryCallbacksWithFacts,
  MemoryEntities,
  MemoryPhoneSettings,
  MemorySwitches,
} from './memory-entities.ts';
import { MemoryEvents } from './memory-events.ts';
import { MemoryHotlineVersions } from './memory-hotline-versions.ts';
import { MemoryJobs } from './memory-jobs.ts';
import { MemoryListNumbers } from './memory-list-numbers.ts';
import { MemoryMessages } from './memory-messages.ts';
import { MemoryMissedCalls } from './memory-missed-calls.ts';
import { MemoryOutsideUse } from './memory-outside-use.ts';
import { MemoryShares } from './memory-shares.ts';
import { MemoryViews } from './memory-views.ts';
import { MemoryWallboardLinks } from './memory-wallboard-links.ts';
import { MemoryWebhooks } from './memory-webhooks.ts';
import { MemoryWorkspace } from './memory-workspace.ts';

/** A store that ends with the process, for scenario tests and the simulator: no thread, no timer, no delay. */
export class MemoryStore implements Store {
  readonly journal: StoreJournal;
  readonly cdrs: CdrReader & { readonly all: readonly Cdr[] };
  readonly counters: CounterReader;
  readonly recordings: RecordingStore;
  readonly callNotes: CallNoteStore;
  readonly missedCalls: MissedCallStore;
  readonly accounts: AccountStore = new MemoryAccounts();
  readonly bindings: BindingStore = new MemoryBindings();
  readonly events = new MemoryEvents();
  readonly hotlineVersions = new MemoryHotlineVersions();
  readonly listNumbers = new MemoryListNumbers();
  readonly entities: EntityStore & BulkChangeStore & Pick<MemoryEntities, 'noteUsers'> = new MemoryEntities(
    this.events,
    this.hotlineVersions,
    this.listNumbers,
  );
  readonly switches: SwitchStore = new MemorySwitches(this.events);
  readonly phoneSettings: PhoneSettingStore = new MemoryPhoneSettings(this.events);
  readonly callerMemory: CallerMemoryStore = new MemoryCallerMemory();
  readonly agentStandings: AgentStandingStore = new MemoryAgentStandings();
  readonly outsideUse: OutsideUseStore = new MemoryOutsideUse();
  readonly callbacks: CallbackStore = new MemoryCallbacksWithFacts(this.events);
  readonly views: ViewStore & Pick<MemoryViews, 'dropOf'> = new MemoryViews();
  readonly auth: AuthStore = new MemoryAuth(
    (batch) => this.entities.noteUsers(batch),
    (userId) => this.views.dropOf(userId),
  );
  readonly jobs: JobStore = new MemoryJobs(this.events);
  readonly webhooks: WebhookStore = new MemoryWebhooks();
  readonly answers = new MemoryAnswers();
  readonly shares: ShareStore = new MemoryShares();
  readonly workspace: WorkspaceStore = new MemoryWorkspace(this.events);
  readonly wallboardLinks: WallboardLinkStore = new MemoryWallboardLinks();
  get bulkChanges(): BulkChangeStore {
    return this.entities;
  }
  readonly messages: MessageStore;
  readonly audit: AuditStore = new MemoryAudit();
  readonly shared = new TypedEvents<SharedEvents>();
  readonly recoveredCalls = 0;

  constructor() {
    const cdrs: Cdr[] = [];
    const times = new Map<string, AgentTime>();
    this.journal = new MemoryJournal(cdrs, times, this.events);
    this.cdrs = new MemoryCdrs(cdrs);
    this.messages = new MemoryMessages(cdrs, this.events);
    this.counters = {
      report: async (query) => {
        const delta = new CounterDelta();
        for (const cdr of cdrs) countCall(cdr, delta);
        for (const time of times.values()) countAgentTime(time, delta);
        return reportOf(delta.rows, query);
      },
    };
    this.missedCalls = new MemoryMissedCalls(cdrs, this.events);
    this.callNotes = new MemoryCallNotes(cdrs, this.events);
    this.recordings = {
      replace: async (replacement, at) => {
        const index = cdrs.findIndex(({ callId }) => callId === replacement.callId);
        const cdr = cdrs[index];
        const changed = cdr && replaceRecording(cdr, replacement);
        if (!changed) return false;
        cdrs[index] = changed;
        this.events.append(replacedFact(cdr.tenantId, replacement, at));
        return true;
      },
      markDeleted: async (deletion) => {
        let marked = 0;
        for (const [index, cdr] of cdrs.entries()) {
          if (cdr.startedAt < deletion.from || cdr.startedAt >= deletion.to) continue;
          const changed = markRecordingsDeleted(cdr, deletion);
          if (!changed) continue;
          cdrs[index] = changed;
          for (const fact of deletedFacts(cdr, deletion)) this.events.append(fact);
          marked++;
        }
        return marked;
      },
    };
  }

  async close(): Promise<void> {}
}

class MemoryJournal implements StoreJournal {
  readonly takesCalls = true;
  readonly #open = new Map<string, CallEvent[]>();
  readonly #cdrs: Cdr[];
  /** By agent and begin: one that is told again is told better. */
  readonly #times: Map<string, AgentTime>;
  readonly #stream: MemoryEvents;
  readonly #agents = new AgentTimeline();
  /** By company and call. */
  readonly #wrapUps = new Map<string, WrapUp[]>();
  #strayEvents = 0;

  constructor(cdrs: Cdr[], times: Map<string, AgentTime>, stream: MemoryEvents) {
    this.#cdrs = cdrs;
    this.#times = times;
    this.#stream = stream;
  }

  get stats(): JournalStats {
    const counts = { pendingEvents: 0, flushes: 0, failures: 0 };
    const waiting = { away: false, bytes: 0, maxBytes: 0, damaged: 0 };
    return { ...counts, waiting, openCalls: this.#open.size, strayEvents: this.#strayEvents };
  }

  /** No place has to be waited for. */
  append(event: JournalEvent): number {
    this.#take(event);
    return 0;
  }

  durable(): undefined {}

  isStored(): boolean {
    return true;
  }

  async flush(): Promise<void> {}

  #take(event: JournalEvent): void {
    if (event.type === 'agent') return this.#takeAgent(event);
    const { callId, type } = event;
    const events = this.#open.get(callId);
    if (events) events.push(event);
    else if (type === 'arrived') this.#open.set(callId, [event]);
    else {
      this.#strayEvents++;
      return;
    }
    this.#stream.append(event);
    if (!events || type !== 'ended') return;
    this.#open.delete(callId);
    const cdr = projectCdr(events);
    if (cdr) this.#cdrs.push(withWrapUps(cdr, this.#wrapUps.get(placeOf(cdr)) ?? []) ?? cdr);
  }

  #takeAgent(event: AgentEvent): void {
    this.#stream.append(event);
    const times = this.#agents.take(event);
    for (const time of times) this.#times.set(`${time.tenantId}\n${time.agent}\n${time.from}`, time);
    for (const wrapUp of wrappedUp(times)) {
      const place = placeOf(wrapUp);
      const all = [...(this.#wrapUps.get(place) ?? []), wrapUp];
      this.#wrapUps.set(place, all);
      const index = this.#cdrs.findIndex((cdr) => placeOf(cdr) === place);
      const changed = index < 0 ? undefined : withWrapUps(this.#cdrs[index]!, all);
      if (changed) this.#cdrs[index] = changed;
    }
  }
}

const placeOf = ({ tenantId, callId }: Pick<Cdr, 'tenantId' | 'callId'>) => `${tenantId}\n${callId}`;

class MemoryCdrs implements CdrReader {
  /** In the order in which the calls ended. */
  readonly all: readonly Cdr[];

  constructor(all: readonly Cdr[]) {
    this.all = all;
  }

  async query(query: CdrQuery): Promise<CdrPage> {
    const { sort, order } = orderOf(query);
    const sign = order === 'desc' ? -1 : 1;
    const after = positionOf(query);
    const found = this.all
      .filter((cdr) => isWanted(cdr, query))
      .map((cdr) => ({ cdr, position: positionIn(sort, cdr) }))
      .filter(({ position }) => !after || sign * comparePositions(position, after) > 0)
      .sort((one, other) => sign * comparePositions(one.position, other.position));
    const limit = limitOf(query);
    const page = found.slice(0, limit);
    const next = found.length > limit ? cursorOf(query, page.at(-1)!.position) : undefined;
    return { cdrs: page.map(({ cdr }) => cdr), next };
  }

  async queryText(
    query: CdrQuery,
    scope: Scope,
    form: (cdr: Cdr) => unknown = (cdr) => cdr,
  ): Promise<CdrTextPage> {
    const { cdrs, next } = await this.query(within(query, scope));
    const shown = scope.seesNumbers ? cdrs : cdrs.map(maskedCdr);
    return { records: shown.map((cdr) => JSON.stringify(form(cdr))), next };
  }

  async queryShown(query: CdrQuery, scope: Scope): Promise<CdrShownPage> {
    const { records, next } = await this.queryText(query, scope, publicCall);
    const text = Buffer.from(records.join(','));
    const items = roomyBytes(text.length);
    items.set(text);
    return { items, next };
  }

  async totals(asked: CdrFilter, scope: Scope): Promise<CdrTotals> {
    const filter = within(asked, scope);
    return totalsOf(this.all.filter((cdr) => isWanted(cdr, filter)));
  }
}

class MemoryAccounts implements AccountStore {
  readonly #accounts = new Map<string, Account>();

  async all(): Promise<readonly Account[]> {
    return [...this.#accounts.values()];
  }

  async save(accounts: readonly Account[]): Promise<void> {
    for (const account of accounts) this.#accounts.set(`${account.username}\n${account.realm}`, account);
  }

  async add(make: (present: readonly Account[]) => readonly Account[]): Promise<void> {
    await this.save(make(await this.all()));
  }
}

class MemoryBindings implements BindingStore {
  readonly #bindings = new Map<string, StoredBinding>();

  async all(): Promise<readonly StoredBinding[]> {
    return [...this.#bindings.values()];
  }

  /** There is no other node. */
  async since(revision: number): Promise<BindingChanges> {
    return { bindings: [], revision };
  }

  async apply(changed: readonly StoredBinding[], removed: readonly BindingRemoval[]): Promise<void> {
    for (const binding of changed) this.#bindings.set(`${binding.aor}\n${binding.key}`, binding);
    for (const { aor, key } of removed) this.#bindings.delete(`${aor}\n${key}`);
  }
}

class MemoryAudit implements AuditStore {
  readonly #entries: StoredAuditEntry[] = [];

  async append(entry: AuditEntry): Promise<void> {
    this.#entries.push({ ...entry, seq: this.#entries.length + 1 });
  }

  async newest(
    count: number,
    scope: Scope,
    before = Infinity,
    { action, by, q, from = 0, to = Infinity }: AuditFilter = {},
  ): Promise<readonly StoredAuditEntry[]> {
    const found = this.#entries.filter(
      (entry) =>
        entry.seq < before &&
        scope.includes(entry.tenantId) &&
        (action === undefined || entry.action === action) &&
        (by === undefined || entry.by.toLowerCase().includes(by)) &&
        (q === undefined || JSON.stringify(entry.details).toLowerCase().includes(q)) &&
        entry.at >= from &&
        entry.at < to,
    );
    return found.toReversed().slice(0, count);
  }

  async ofRecordings(
    recordings: readonly string[],
    count: number,
    scope: Scope,
  ): Promise<readonly StoredAuditEntry[]> {
    const found = this.#entries.filter(
      ({ tenantId, details }) =>
        scope.includes(tenantId) && recordings.includes(String(details['recording'])),
    );
    return found.toReversed().slice(0, count);
  }
}
