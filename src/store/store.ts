/**
 * Port Store: everything that outlives the process. Behind it stand SQLite (`sqlite/`, its own thread), PostgreSQL
 * (`postgres/`) with the same queries, and memory (`memory/`, for tests and the simulator).
 *
 * What is made of events beside the record is in tables of the databases only: counters, agents' times, missed calls. Memory has
 * records, with their wrap-ups, and events; the projections are pure, and it counts when it is asked for counters.
 *
 * Nothing here blocks the caller: `journal.append` costs about a microsecond, the rest are promises.
 */

import type { AuthStore } from '../auth/auth-store.ts';
import type { KeptAnswers } from '../auth/kept-answers.ts';
import type { CallJournal } from '../call/call-events.ts';
import type { CallbackStore } from '../callback/callback.ts';
import type { CallNoteStore } from '../cdr/call-note-store.ts';
import type { CdrReader } from '../cdr/cdr-query.ts';
import type { MissedCallStore } from '../cdr/missed-call-store.ts';
import type { JobStore } from '../job/job-store.ts';
import type { CounterReader } from '../metric/counter-query.ts';
import type { ListNumberStore } from '../numbering/list-number-store.ts';
import type { ShareStore } from '../recording/share-store.ts';
import { PbxError } from '../shared/errors.ts';
import type { TypedEvents } from '../shared/events.ts';
import type { MessageStore } from '../voicemail/message-store.ts';
import type { WallboardLinkStore } from '../wallboard/link-store.ts';
import type { WebhookStore } from '../webhook/webhook-store.ts';
import type { ViewStore } from '../workspace/view-store.ts';
import type { WorkspaceStore } from '../workspace/workspace-store.ts';
import type { AuditStore } from './audit-store.ts';
import type { BulkChangeStore, NewBulkChange } from './bulk-change.ts';
import type { EventStore, JournalEvent } from './events.ts';
import type { HotlineVersionStore, Publication } from './hotline-version.ts';
import type { NodeLease } from './node-lease.ts';
import type { AccountStore, BindingStore } from './registration-store.ts';
import type { StoreUpkeep } from './upkeep.ts';

export type { AuditEntry, AuditReader, AuditStore, StoredAuditEntry } from './audit-store.ts';
export type {
  Account,
  AccountStore,
  BindingChanges,
  BindingKey,
  BindingRemoval,
  BindingStore,
  StoredBinding,
} from './registration-store.ts';

/** The store could not do what was asked: disk full, file damaged, made by a newer version ... */
export class StoreError extends PbxError {
  constructor(message: string, options?: ErrorOptions) {
    super('store', message, options);
  }
}

/** The database cannot be reached now, or somebody else holds it: it may be there later. */
export class DatabaseAwayError extends StoreError {
  /** The same after it was waited for in vain. */
  after(waitedMs: number): DatabaseAwayError {
    const waited = `${Math.round(waitedMs / 1000)} s of waiting`;
    return new DatabaseAwayError(`${this.message}; so it was after ${waited}`, { cause: this });
  }
}

/** A read took longer than may be; calls and what is written were not held up by it. */
export class SlowReadError extends PbxError {
  constructor(limitMs: number, options?: ErrorOptions) {
    const fix = 'ask for a shorter time or with a narrower filter, or again when fewer reports are made';
    super('deadline', `the database had not found it after ${limitMs / 1000} s: ${fix}`, options);
  }
}

/** Longest read of records when nothing else is said. */
export const READ_MS = 10_000;

/** Where the store is: a file of SQLite, or a PostgreSQL by its URL, which may hold a password. */
export type StoreLocation =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string };

/** How the journal is doing; counters count from the start of the process. */
export interface JournalStats {
  /** Events that would not outlive the process yet. */
  readonly pendingEvents: number;
  /** Calls that have arrived and not ended. */
  readonly openCalls: number;
  readonly flushes: number;
  /** Flushes that nothing took and that were repeated. */
  readonly failures: number;
  /** Events of calls that had not arrived or had ended already, or of no known type: a fault of the engine. */
  readonly strayEvents: number;
  /** What is in a file until the database can be written, and what was left in files before the start. */
  readonly waiting: {
    /** The database is behind. */
    readonly away: boolean;
    readonly bytes: number;
    readonly maxBytes: number;
    /** Batches that were damaged or lost in it since the process was started. */
    readonly damaged: number;
  };
}

/** The journal of the calls that are under way, and of what agents do. */
export interface StoreJournal extends CallJournal {
  readonly stats: JournalStats;
  append(event: JournalEvent): number;
  /** Whether everything up to that place is in the database, records of ended calls included. */
  isStored(place: number): boolean;
  /** False while what happens can be kept nowhere: new calls are to be refused. */
  readonly takesCalls: boolean;
  /**
   * Resolves when everything appended so far is in the database, records of ended calls included. Rejects with
   * StoreError when it cannot be written now; it is tried again later all the same.
   */
  flush(): Promise<void>;
}

/** An entity of a company that the database owns; what is in it is the business of `provisioning/`. */
export interface StoredEntity {
  readonly id: string;
  readonly tenantId: string;
  /** `queue`, `trunk` ... */
  readonly kind: string;
  /** Unique within tenant and kind. */
  readonly name: string;
  /** 1 when it is made, one more with each change. */
  readonly revision: number;
  /** JSON. */
  readonly body: string;
  /** Of a hotline, which of its versions it is; counted by the store. */
  readonly version?: number | undefined;
}

/** Entities that came, changed or went together. */
export interface StoredChange {
  readonly put: readonly StoredEntity[];
  /** As they were at last. */
  readonly removed: readonly StoredEntity[];
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who changed them. */
  readonly by: string;
  /** Hotlines of which a version that is there already is published, by the entity's id. */
  readonly publications?: ReadonlyMap<string, Publication>;
  /** Kept as a change of many entities, which can be taken back. */
  readonly bulk?: NewBulkChange | undefined;
}

/** What became of a change. */
export interface ChangeOutcome {
  /** Of all entities. */
  readonly revision: number;
  /** Which version a hotline is now, by its entity's id. */
  readonly versions: ReadonlyMap<string, number>;
}

/** One state of an entity in the past. */
export interface EntityRevision {
  readonly revision: number;
  readonly name: string;
  /** JSON; undefined: it was removed. */
  readonly body: string | undefined;
  readonly at: number;
  readonly by: string;
}

/** When an entity was changed, in ms since 1970, and by whom. */
export type EntityChanged = Pick<EntityRevision, 'at' | 'by'>;

/** Another node has changed the entities: read them again. */
export class OutdatedError extends StoreError {
  constructor() {
    super('the entities were changed by another node');
  }
}

export interface EntityStore {
  /** By tenant, kind and name. */
  all(): Promise<readonly StoredEntity[]>;
  /** One more with each change; ask for it before {@link all}. */
  revision(): Promise<number>;
  /**
   * Writes all of a change or nothing, and notes it in the history, of hotlines as a version; durable when it resolves. Rejects
   * with OutdatedError when `after` is not the revision any more, with VersionOutdatedError for a publication that comes too late.
   */
  change(change: StoredChange, after?: number): Promise<ChangeOutcome>;
  /** The states of an entity, the oldest first. */
  history(id: string): Promise<readonly EntityRevision[]>;
  /** When and by whom each of some entities was changed last, by id. */
  lastChanges(ids: readonly string[]): Promise<ReadonlyMap<string, EntityChanged>>;
  /** True until something was written for the first time. */
  isUntouched(): Promise<boolean>;
}

/** A switch of a company's hotlines that is on: night mode, an announcement. */
export interface StoredSwitch {
  readonly tenant: string;
  readonly name: string;
  /** Milliseconds since 1970; undefined: until turned off. */
  readonly untilMs: number | undefined;
}

export interface SwitchStore {
  /** Those that are on. */
  all(): Promise<readonly StoredSwitch[]>;
  /** Takes `on` in place of all that were on. */
  replace(on: readonly StoredSwitch[]): Promise<void>;
  /** Turns one on or off; `at`, milliseconds since 1970, is when. */
  turn(state: StoredSwitch, on: boolean, at: number): Promise<void>;
}

/** Something that was set at a phone, in the words of routing/. */
export interface StoredPhoneSetting {
  readonly tenant: string;
  readonly extension: string;
  readonly setting: string;
  /** '': off; undefined: as the extension itself has it, nothing is stored. */
  readonly value: string | undefined;
}

export interface PhoneSettingStore {
  all(): Promise<readonly StoredPhoneSetting[]>;
  /** Keeps one; durable when it resolves. `at`, milliseconds since 1970, is when. */
  set(changed: StoredPhoneSetting, at: number): Promise<void>;
}

/** What calls outside have cost within the hour that begins at `hour`, ms since 1970, in the words of routing/. */
export interface StoredOutsideUse {
  readonly tenant: string;
  /** '': all of the company. */
  readonly extension: string;
  readonly hour: number;
  readonly calls: number;
  readonly ms: number;
  /** Thousandths of a yuan. */
  readonly spend: number;
}

export interface OutsideUseStore {
  /** Of hours that begin at `from` or later. */
  since(from: number): Promise<readonly StoredOutsideUse[]>;
  /** Adds to what is stored; durable when it resolves. */
  add(use: readonly StoredOutsideUse[]): Promise<void>;
  /** Nothing was used by that extension, or by the company, should it be ''. */
  forget(tenant: string, extension: string): Promise<void>;
  /** Drops hours that began before. */
  drop(before: number): Promise<void>;
}

/** How an agent (坐席) stands whatever calls he has, as JSON text of whoever asked to keep it. */
export interface StoredStanding {
  readonly tenant: string;
  readonly agent: string;
  readonly standing: string;
}

export interface AgentStandingStore {
  all(): Promise<readonly StoredStanding[]>;
  /** In place of what was there; durable when it resolves. */
  put(standing: StoredStanding): Promise<void>;
  drop(tenant: string, agent: string): Promise<void>;
}

/** What is remembered of a caller; `language`: the skill of the language that he chose last. */
export interface RememberedOfCaller {
  readonly tenant: string;
  readonly number: string;
  readonly what: 'language';
  readonly value: string;
  /** ms since 1970. */
  readonly at: number;
}

export interface CallerMemoryStore {
  get(
    tenant: string,
    number: string,
    what: RememberedOfCaller['what'],
  ): Promise<RememberedOfCaller | undefined>;
  /** In place of what was there; durable when it resolves. */
  put(remembered: RememberedOfCaller): Promise<void>;
  forget(tenant: string, number: string, what: RememberedOfCaller['what']): Promise<void>;
  /** Forgets what a company was told last before a time; how much that was. */
  drop(tenant: string, before: number): Promise<number>;
}

/** A recording's new file, for the record of its call. */
export interface RecordingReplacement {
  readonly callId: string;
  /** When the call arrived. */
  readonly startedAt: number;
  /** File that the record names. */
  readonly from: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Recordings whose files are deleted. */
export interface RecordingDeletion {
  /** As the records name them. */
  readonly files: ReadonlySet<string>;
  /** Their calls arrived at or after this time and before the other, milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly deletedAt: number;
  /** Why and by whose word; left out: their time was over. */
  readonly because?: string;
  readonly by?: string;
}

/** What happens to recordings after their calls have ended. */
export interface RecordingStore {
  /** Puts another file into a call's record, durable when it resolves; false when no record names the old one. */
  replace(replacement: RecordingReplacement, at: number): Promise<boolean>;
  /** Notes in the records that files are gone, durable when it resolves; the number of records changed. */
  markDeleted(deletion: RecordingDeletion): Promise<number>;
}

/** What several nodes hold in memory of one database. */
export type SharedTopic =
  | 'entities'
  | 'hotlines'
  | 'accounts'
  | 'bindings'
  | 'switches'
  | 'phone-settings'
  | 'list-numbers';

export interface SharedEvents {
  /** Some node, perhaps this one, has changed it: read it again. */
  changed: { readonly topic: SharedTopic };
}

export interface Store {
  readonly journal: StoreJournal;
  readonly events: EventStore;
  readonly recordings: RecordingStore;
  readonly callNotes: CallNoteStore;
  readonly missedCalls: MissedCallStore;
  readonly cdrs: CdrReader;
  readonly counters: CounterReader;
  readonly accounts: AccountStore;
  readonly bindings: BindingStore;
  readonly entities: EntityStore;
  readonly hotlineVersions: HotlineVersionStore;
  readonly switches: SwitchStore;
  readonly phoneSettings: PhoneSettingStore;
  readonly outsideUse: OutsideUseStore;
  readonly callbacks: CallbackStore;
  readonly callerMemory: CallerMemoryStore;
  readonly agentStandings: AgentStandingStore;
  readonly auth: AuthStore;
  readonly jobs: JobStore;
  readonly webhooks: WebhookStore;
  readonly answers: KeptAnswers;
  readonly shares: ShareStore;
  readonly wallboardLinks: WallboardLinkStore;
  readonly views: ViewStore;
  readonly listNumbers: ListNumberStore;
  readonly bulkChanges: BulkChangeStore;
  readonly messages: MessageStore;
  readonly workspace: WorkspaceStore;
  readonly audit: AuditStore;
  /** What changed in a database that several nodes share; silent in every other. */
  readonly shared: TypedEvents<SharedEvents>;
  /** Undefined: it ends with the process. */
  readonly upkeep?: StoreUpkeep;
  /** Calls cut by a crash that were closed with cause `restart`, when the store was opened or when what waited in files was stored. */
  readonly recoveredCalls: number;
  /** How this node stands among those that share the database; undefined: nobody can share it. */
  readonly lease?: Pick<NodeLease, 'nodeId' | 'ageMs' | 'peers' | 'compare'> | undefined;
  /** Flushes the journal and closes. Idempotent. */
  close(): Promise<void>;
}
