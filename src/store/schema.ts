/** Tables as Kysely sees them. Made by `migrations.ts`; times are milliseconds since 1970-01-01 UTC. */
import type { Generated } from 'kysely';
import type {
  AGENT_CUBE,
  AREA_CUBE,
  Cube,
  HISTOGRAM,
  HOTLINE_CUBE,
  RESULT_CUBE,
  TRUNK_CUBE,
} from '../metric/cubes.ts';
import type { KeptAnswerTable } from './answer-table.ts';
import type { BulkChangeTable } from './bulk-change-table.ts';
import type { CallNoteTable } from './call-note-table.ts';
import type { CallAskTable, CallTargetTable, CdrTable } from './cdr-table.ts';
import type { HotlineVersionTable } from './hotline-version-table.ts';
import type { JobTable } from './job-table.ts';
import type {
  ListEmptiedTable,
  ListImportTable,
  ListNumberBeforeTable,
  ListNumberTable,
} from './list-number-table.ts';
import type { VoicemailMessageTable } from './message-table.ts';
import type { MissedCallWorkTable } from './missed-call-table.ts';
import type { CompanyRoleTable } from './role-table.ts';
import type { RecordingShareTable } from './share-table.ts';
import type { ApiKeyTable, UserAccountTable, UserSessionTable } from './user-tables.ts';
import type { FirstViewTable, SavedViewTable } from './view-table.ts';
import type { WallboardLinkTable } from './wallboard-link-table.ts';
import type { WebhookClaimTable, WebhookDeliveryTable, WebhookTable } from './webhook-table.ts';
import type { AgentTaskTable, CallDraftTable } from './workspace-table.ts';

/**
 * The write-ahead log of calls under way: one row a flush, with the events of many calls. Rows are removed once
 * their calls have ended. The tenant is in each event; nobody queries this table by it.
 */
export interface CallJournalTable {
  id: Generated<number>;
  /** Process that carries the calls; '' in rows of 0.1.0. */
  node_id: string;
  /** Number of the batch within the process: unique with the node. */
  batch: number | null;
  /** How to read the events, JSON: FlatLayout of `flat-events.ts`. */
  layout: string;
  /** Flat events, JSON. */
  events: string;
  /** 1: another node has closed these calls, presuming that their process is gone. */
  presumed: Generated<number>;
}

/** How far a process has come. */
export interface JournalMarkTable {
  node_id: string;
  /** When it was last seen alive: it writes while calls are open. */
  alive_at: number;
  /** Number of its last batch that is in the database. */
  batch: Generated<number>;
}

/** Leases of the processes that share the database, by its own clock; a process that ended with no call open has none. */
export interface NodeTable {
  node_id: string;
  /** When the process was last seen. */
  seen_at: number;
  /** Since when it was seen without a break. */
  held_since: number;
  /** Digest of what its own files set up for companies; '': not said yet. */
  settings: string;
}

/** The event streams: a row holds what one batch has of one company. */
export interface EventBatchTable {
  tenant_id: string;
  /** Number of its first event; the others follow. */
  first_seq: number;
  events: number;
  /** Process that wrote it, or whose calls and agents' times were ended. */
  node_id: string;
  /** Number of the batch within the process; null: written with a change of entities, or at a start. */
  batch: number | null;
  /** Times of the earliest and of the latest event. */
  from_at: number;
  to_at: number;
  /** How to read the body: `event_layout`. */
  layout: string;
  /** JSON: EventBody of `event-rows.ts`. */
  body: string;
}

/** The last number that each company's stream has given. It never goes back. */
export interface EventHeadTable {
  tenant_id: string;
  seq: number;
}

/** Kinds of events and their fields, as a version wrote them. */
export interface EventLayoutTable {
  /** Digest of `types`. */
  id: string;
  /** JSON: `types` of FlatLayout. */
  types: string;
}

/** How often what nodes share was changed, by topic; PostgreSQL notifies all nodes of it. */
export interface SharedRevisionTable {
  topic: string;
  revision: number;
}

/** Who sought somebody and reached nobody (未接来电). */
export interface MissedCallTable {
  started_at: number;
  call_id: string;
  tenant_id: string;
  caller: string;
  called: string;
  hotline: string | null;
  queue: string | null;
  outcome: string;
  wait_ms: number;
  ended_at: number;
  /** When the two talked after all; null: not yet. */
  closed_at: number | null;
  /** The call in which they did. */
  closed_by: string | null;
}

/** How agents spent their time; `until_at` is null while it lasts. */
export interface AgentTimeTable {
  tenant_id: string;
  agent: string;
  from_at: number;
  until_at: number | null;
  state: string;
  reason: string | null;
  call_id: string | null;
  queue: string | null;
  /** Process that the agent is signed in at. */
  node_id: string;
  /** 1: it lasted when its process was taken for lost, which may say more of it. */
  presumed: Generated<number>;
  /** What he had noted of the call. */
  disposition: string | null;
  note: string | null;
  /** The supervisor by whose word he was in it; null: his own. */
  forced_by: string | null;
}

/** A row of counters: what does not apply is '' in its key. */
type CounterTable<Of extends Cube> = { tenant_id: string; bucket: number } & {
  [Axis in Of['axes'][number]]: Axis extends 'bound' ? number : string;
} & { [Counter in Of['counters'][number]]: number };

export interface AccountTable {
  tenant_id: string;
  username: string;
  realm: string;
  md5: string;
  sha256: string;
}

export interface BindingTable {
  tenant_id: string;
  aor: string;
  key: string;
  contact: string;
  q: number;
  expires_at: number;
  call_id: string;
  cseq: number;
  /** JSON list of URIs. */
  path: string;
  source: string;
  user_agent: string | null;
  /** Process that wrote it; '' in rows of 0.1.0. */
  node_id: string;
  /** Revision of the topic `bindings` that wrote it. A binding that was removed stays for a while, expired at 0. */
  changed: number;
}

/** Entities of companies that the database owns. */
export interface EntityTable {
  id: string;
  tenant_id: string;
  kind: string;
  name: string;
  revision: number;
  /** JSON. */
  body: string;
}

/** Every state that an entity has had. */
export interface EntityHistoryTable {
  seq: Generated<number>;
  entity_id: string;
  tenant_id: string;
  kind: string;
  name: string;
  revision: number;
  /** JSON; null: removed. */
  body: string | null;
  changed_at: number;
  changed_by: string;
  /** The change of many entities that it was a part of. */
  change_id: string | null;
}

/** Switches that are on. */
export interface SwitchStateTable {
  tenant_id: string;
  name: string;
  until_at: number | null;
}

/** What was set at phones (免打扰, 呼叫转移); what their extensions say themselves is no row. */
export interface PhoneSettingTable {
  tenant_id: string;
  extension: string;
  setting: string;
  /** '' switches off what the extension has. */
  value: string;
}

/** What calls outside have cost within an hour; extension '': those of all the company. */
export interface OutsideUseTable {
  tenant_id: string;
  extension: string;
  /** When the hour began. */
  hour: number;
  calls: number;
  ms: number;
  /** Thousandths of a yuan. */
  spend: number;
}

/** Promises to call somebody back, and what became of them. */
export interface CallbackTable {
  id: string;
  tenant_id: string;
  /** Whose engine keeps it. */
  node_id: string;
  queue: string;
  number: string;
  /** In which it was promised. */
  call_id: string;
  promised_at: number;
  /** Place in line. */
  since: number;
  priority: number;
  state: string;
  tries: number;
  next_at: number;
  result: string;
  /** '': nobody was called yet. */
  last_call_id: string;
}

/** How agents stand whatever calls they have: signed in or not, their wishes, seats and queues. */
export interface AgentStandingTable {
  tenant_id: string;
  agent: string;
  standing: string;
}

/** What is remembered of callers. */
export interface CallerMemoryTable {
  tenant_id: string;
  number: string;
  /** `language`: the skill of the language that he chose last. */
  what: string;
  value: string;
  kept_at: number;
}

/** Who did what to the installation's data: rows are added, never changed or removed. */
export interface AuditTable {
  seq: Generated<number>;
  /** `system`: it was about all of them. */
  tenant_id: string;
  node_id: string;
  at: number;
  /** `backup`, `erase` ... */
  action: string;
  by: string;
  /** JSON. */
  details: string;
}

/** Calls that may neither be deleted nor erased; null: whichever. */
export interface HoldTable {
  id: string;
  tenant_id: string;
  reason: string;
  number: string | null;
  call_id: string | null;
  from_at: number | null;
  to_at: number | null;
  held_at: number;
  held_by: string;
}

export interface Tables {
  call_journal: CallJournalTable;
  journal_mark: JournalMarkTable;
  node: NodeTable;
  event_batch: EventBatchTable;
  event_head: EventHeadTable;
  event_layout: EventLayoutTable;
  shared_revision: SharedRevisionTable;
  cdr: CdrTable;
  call_target: CallTargetTable;
  call_ask: CallAskTable;
  call_note: CallNoteTable;
  missed_call: MissedCallTable;
  missed_call_work: MissedCallWorkTable;
  voicemail_message: VoicemailMessageTable;
  call_draft: CallDraftTable;
  agent_task: AgentTaskTable;
  agent_time: AgentTimeTable;
  counter_hotline: CounterTable<typeof HOTLINE_CUBE>;
  counter_agent: CounterTable<typeof AGENT_CUBE>;
  counter_trunk: CounterTable<typeof TRUNK_CUBE>;
  counter_area: CounterTable<typeof AREA_CUBE>;
  counter_result: CounterTable<typeof RESULT_CUBE>;
  histogram: CounterTable<typeof HISTOGRAM>;
  account: AccountTable;
  binding: BindingTable;
  entity: EntityTable;
  entity_history: EntityHistoryTable;
  switch_state: SwitchStateTable;
  phone_setting: PhoneSettingTable;
  outside_use: OutsideUseTable;
  callback: CallbackTable;
  caller_memory: CallerMemoryTable;
  agent_standing: AgentStandingTable;
  user_account: UserAccountTable;
  user_session: UserSessionTable;
  company_role: CompanyRoleTable;
  api_key: ApiKeyTable;
  job: JobTable;
  webhook: WebhookTable;
  webhook_delivery: WebhookDeliveryTable;
  webhook_claim: WebhookClaimTable;
  kept_answer: KeptAnswerTable;
  bulk_change: BulkChangeTable;
  recording_share: RecordingShareTable;
  wallboard_link: WallboardLinkTable;
  saved_view: SavedViewTable;
  first_view: FirstViewTable;
  list_number: ListNumberTable;
  list_emptied: ListEmptiedTable;
  list_import: ListImportTable;
  list_number_before: ListNumberBeforeTable;
  audit: AuditTable;
  hold: HoldTable;
  hotline_version: HotlineVersionTable;
}
