/**
 * A company's event stream: every fact that the store is told, numbered without a gap in the order of its commits.
 * Whoever has read up to a number finds all that came until then, and a number never comes twice.
 */
import type { AgentEvent } from '../acd/agent-events.ts';
import type { CallEvent, CallFactName, CallFacts } from '../call/call-events.ts';
import type { Cdr } from '../cdr/cdr.ts';
import type { Noted } from '../cdr/noted.ts';
import type { TypedEvents } from '../shared/events.ts';
import type { CallId } from '../shared/ids.ts';

/** What the engine tells the store. */
export type JournalEvent = CallEvent | AgentEvent;

/** Facts besides those of calls and agents, each written in the transaction that makes it true. */
export interface StoreFacts {
  /** An entity came (no `before`), changed, or went (no `after`). */
  entity: {
    readonly kind: string;
    readonly name: string;
    readonly id: string;
    readonly revision: number;
    /** What it held, as plain JSON. */
    readonly before: unknown;
    readonly after: unknown;
    readonly by: string;
  };
  /** A switch of the company's hotlines was turned. */
  switch: { readonly name: string; readonly isOn: boolean; readonly untilMs: number | undefined };
  /** Something was set at a phone: '' for off, undefined for as its extension has it. */
  phoneSetting: { readonly extension: string; readonly setting: string; readonly value: string | undefined };
  /** Calls outside of an extension ('': of the company) have come to a limit of this hour or day, or an operator lifted it. */
  outsideLimit: {
    readonly extension: string;
    readonly did: 'reached' | 'lifted';
    /** Of a limit that is reached. */
    readonly period: string | undefined;
    readonly of: string | undefined;
    readonly limit: number | undefined;
    readonly by: string | undefined;
  };
  /** A promise to call somebody back was made, or came to something else; `state` and `result` are its words. */
  callback: {
    readonly id: string;
    readonly queue: string;
    readonly number: string;
    /** The call in which it was promised, and that in which he was called last; ''. */
    readonly callId: string;
    readonly lastCallId: string;
    readonly state: string;
    readonly tries: number;
    readonly nextAt: number;
    readonly result: string;
  };
  /** A recording of a call has another file, or none any more. */
  file: {
    readonly callId: string;
    /** When the call arrived. */
    readonly startedAt: number;
    /** File that the record named before. */
    readonly from: string;
    readonly file: string;
    readonly bytes: number | undefined;
    readonly sha256: string | undefined;
    readonly deletedAt: number | undefined;
    /** Why somebody deleted it, in his words. */
    readonly because: string | undefined;
  };
  /** How a message (语音留言) stands from now on. */
  message: {
    readonly callId: string;
    /** When the call arrived. */
    readonly startedAt: number;
    readonly box: string;
    readonly heardAt: number | undefined;
    readonly heardBy: string | undefined;
    readonly savedAt: number | undefined;
    readonly note: string;
    readonly doneAt: number | undefined;
    readonly doneBy: string | undefined;
    readonly deletedAt: number | undefined;
    readonly because: string | undefined;
    /** By whose word; '': the PBX itself. */
    readonly by: string;
  };
  /** Something was said of a call that is over. */
  noted: Noted;
  /** Somebody does something about a missed call: who is to see to it now, and how it was done. */
  missedCall: {
    readonly callId: string;
    readonly startedAt: number;
    readonly assignee: string | undefined;
    readonly ending: string | undefined;
    readonly by: string;
  };
  /** A supervisor's words to agents. */
  agentMessage: {
    readonly by: string;
    /** Work numbers of those who are meant. */
    readonly agents: readonly string[];
    /** Those of this queue. */
    readonly queue: string | undefined;
    readonly text: string;
  };
  /** An agent asks for help, and what becomes of it. */
  agentHelp: {
    /** The same in all events of one. */
    readonly help: string;
    readonly agent: string;
    readonly did: 'ask' | 'come' | 'answer' | 'end';
    readonly callId: string | undefined;
    readonly queue: string | undefined;
    /** The supervisor. */
    readonly by: string | undefined;
    readonly text: string;
    readonly mode: string | undefined;
    readonly ending: string | undefined;
    readonly waitedMs: number;
  };
  /** Something was put on an agent's list of what he is to do (待办), or is otherwise there now. */
  agentTask: {
    /** The same in all events of one. */
    readonly task: string;
    readonly agent: string;
    readonly did: 'add' | 'change';
    readonly kind: string;
    readonly dueAt: number;
    readonly isDone: boolean;
    readonly revision: number;
  };
  /** A call was removed from all tables: its time was over. */
  removed: { readonly callId: string; readonly startedAt: number };
  /** All calls of the company that arrived from one time to before another were removed: their time was over. */
  monthRemoved: { readonly from: number; readonly to: number };
  /** Long work on stored data began, came further, or is over: in the stream of its company, or in that of `system`. */
  job: {
    /** The same in all events of one. */
    readonly job: string;
    /** `backup`, `retention`, `import` ... */
    readonly kind: string;
    readonly did: 'begin' | 'progress' | 'end' | 'fail' | 'cancel' | 'interrupt';
    /** Who wants it: a person and his command, or the PBX itself. */
    readonly by: string;
    /** How much is done, of how much, in rows, files or bytes; undefined: not known. */
    readonly done: number | undefined;
    readonly total: number | undefined;
    /** Counts and names, or `error`, as plain JSON; never a number of a person. */
    readonly outcome: unknown;
  };
  /** A record that an older version wrote without events. */
  imported: { readonly callId: string; readonly record: Cdr };
  /** The database was brought back from a backup: the numbers from the one to the other, both included, have no events. */
  restored: { readonly from: number; readonly to: number };
}

export type StoreFactName = keyof StoreFacts;

interface Envelope {
  readonly tenantId: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

type CallFact = {
  [Name in CallFactName]: { readonly type: Name; readonly callId: CallId } & CallFacts[Name];
}[CallFactName];
type StoreFact = { [Name in StoreFactName]: { readonly type: Name } & StoreFacts[Name] }[StoreFactName];

/** A fact of whatever kind, before it has its number. */
export type Fact = Envelope & (CallFact | Omit<AgentEvent, keyof Envelope> | StoreFact);

/** What is told of long work. */
export type JobFact = Extract<Fact, { readonly type: 'job' }>;

/** What is told of limits of calls outside. */
export type OutsideLimitFact = Extract<Fact, { readonly type: 'outsideLimit' }>;

/** What supervisors tell agents. */
export type AgentMessageFact = Extract<Fact, { readonly type: 'agentMessage' }>;

/** What is told of agents who ask for help. */
export type AgentHelpFact = Extract<Fact, { readonly type: 'agentHelp' }>;

/** What is told by who changes no table. */
export type ToldFact = JobFact | OutsideLimitFact | AgentMessageFact | AgentHelpFact;

/** `seq` counts from 1 within the company. */
export type StreamEvent = Fact & { readonly seq: number };

/** What readers of a stream are told. */
export interface StreamGrowth {
  /** Some node, perhaps this one, has added events to a company's stream. It may come for nothing, and not at all while a database is away. */
  grown: { readonly tenantId: string };
}

export interface EventStore {
  readonly growth: TypedEvents<StreamGrowth>;
  /** Up to `limit` events after the number `afterSeq`, the oldest first. */
  read(tenantId: string, afterSeq: number, limit: number): Promise<readonly StreamEvent[]>;
  /** The last number that was given; 0: none yet. It stays when the events themselves are dropped. */
  head(tenantId: string): Promise<number>;
  /** Adds what no other store's change tells; durable when it resolves. */
  tell(fact: ToldFact): Promise<void>;
  /**
   * Drops events that are older than a time, milliseconds since 1970; those that came in one batch go together, with the
   * latest. Returns how many.
   */
  drop(tenantId: string, before: number): Promise<number>;
}
