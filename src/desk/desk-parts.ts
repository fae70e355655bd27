import type { Acd } from '../acd/acd.ts';
import type { Call } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import type { QueueOutcome } from '../call/outcomes.ts';
import type { MediaEngine, PlayItem } from '../media/media.ts';
import type { Prompts, Speech } from '../prompt/prompt.ts';
import type { ChangeSet } from '../provisioning/change.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock } from '../shared/clock.ts';
import type { TypedEvents } from '../shared/events.ts';
import type { TenantId } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import type { DeskEvents } from './desk-events.ts';
import type { HelpAsks } from './help-asks.ts';

/** What a supervisor did, or an agent whose act chiefs hear of (审计): who, whom, what, when, in which call. */
export interface SupervisionEntry {
  readonly tenantId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `agent 8009`; who supervises by a right that he was given: `li@demo`. */
  readonly by: string;
  readonly act: string;
  /** The agent; undefined: it was done to a caller. */
  readonly agent: string | undefined;
  readonly callId: string | undefined;
  /** What else was asked for, such as the mode of a monitor; never a number of a person. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A supervisor's words to agents (消息). */
export interface AgentMessage {
  readonly tenantId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** As in {@link SupervisionEntry}. */
  readonly by: string;
  /** Work numbers (工号) of those who are meant. */
  readonly agents: readonly string[];
  /** Those of this queue. */
  readonly queue: string | undefined;
  readonly text: string;
}

/** A call that an agent begins from his desk. */
export interface DeskCall {
  readonly tenant: TenantId;
  /** Where he sits: rung first. */
  readonly extension: string;
  readonly number: string;
  /** Work number (工号) of who calls. */
  readonly agent: string;
}

/** What the desks need of the other rooms; given by the composition root. */
export interface DeskParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly calls: Calls;
  readonly media: Pick<MediaEngine, 'capabilities'>;
  readonly directory: Directory;
  readonly acd: Acd;
  /** Agents, queues, and who supervises whom. */
  readonly provisioning: Provisioned;
  /** Resolves a prompt's name; throws UnknownPromptError. */
  readonly promptItems: (tenant: string, prompts: Prompts, speech?: Speech) => readonly PlayItem[];
  /** A caller goes through a queue of his company. */
  readonly queue: (call: Call, name: string) => Promise<QueueOutcome>;
  readonly survey: (call: Call, name: string) => Promise<unknown>;
  /** Rings the agent's phone, then the number. Throws PbxError `forbidden`. */
  readonly originate: (request: DeskCall) => Call;
  /** Told of what boards and screens show. */
  readonly events: TypedEvents<DeskEvents>;
  /** Changes what companies have set up. Rejects with ChangeRefused, and where nothing keeps it. */
  readonly changeCompanies: (change: ChangeSet) => Promise<unknown>;
  /** Local date of an instant (ms since 1970): `2026-08-01`. */
  readonly dateOf: (at: number) => string;
  /** Tells agents something by the stream; durable when it resolves. Rejects with PbxError where there is none. */
  readonly tellAgents: (message: AgentMessage) => Promise<void>;
  /** Agents who ask for help. */
  readonly help: HelpAsks;
  /** Keeps what supervisors do. Returns at once; never throws. */
  readonly audit: (entry: SupervisionEntry) => void;
}
