import type { Call } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import type { TalkRecorder } from '../call/record.ts';
import type { PlayItem } from '../media/media.ts';
import type { Prompts, Speech } from '../prompt/prompt.ts';
import type { AgentOrderFunction } from '../provisioning/kind/queue.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock } from '../shared/clock.ts';
import type { TypedEvents } from '../shared/events.ts';
import type { IdSource } from '../shared/ids.ts';
import type { AgentJournal } from './agent-events.ts';
import type { InputLog } from './input-log.ts';
import type { StandingKeeping } from './kept-standings.ts';
import type { LastAgents } from './last-agents.ts';
import type { ShiftDay } from './shift-days.ts';

/** What the ACD needs of the other rooms; given by the composition root. */
export interface AcdParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly directory: Directory;
  readonly recorder: TalkRecorder;
  /** Resolves a prompt's name; digits are read one by one. */
  readonly promptItems: (tenant: string, prompts: Prompts, speech?: Speech) => readonly PlayItem[];
  /** The prompt that says where a caller is at home (归属地); undefined: nobody knows. */
  readonly areaPrompt: (caller: string) => string | undefined;
  /** Tell of every leg of an agent's phone: who is on a call of his own is not rung. */
  readonly calls: Pick<Calls, 'events'>;
  /** Agents and queues. */
  readonly provisioning: Provisioned;
  /** Takes a message of the caller into a mailbox (语音留言). */
  readonly takeMessage: (call: Call, mailbox: string) => Promise<unknown>;
  /** Promises the caller of a queue a call back. `since`: his place. False: he waits on. */
  readonly promiseCallback: (
    call: Call,
    promised: { readonly queue: string; readonly since: number; readonly priority: number },
  ) => Promise<boolean>;
  /** Tells a caller that his talk will be recorded, by that prompt or the company's; left out, nobody is told. */
  readonly tellOfRecording?: ((call: Call, prompt: string | undefined) => Promise<void>) | undefined;
  /** Gets each change of an agent's state. */
  readonly journal: AgentJournal;
  /** Where a company's calendar stands now, and why; undefined: it has none of that name. */
  readonly period: (
    calendar: string,
    tenant: string,
  ) => { readonly period: string; readonly why: string } | undefined;
  /** Where what a company's core is told is kept; left out: nowhere. */
  readonly inputLog?: ((tenant: string) => InputLog) | undefined;
  /** How agents stood when the engine ended, and where that is kept; left out, everybody begins anew. */
  readonly standings?: StandingKeeping | undefined;
  /** The day that a time lies in, by which shifts begin. */
  readonly dayAt: (at: number) => ShiftDay;
  /** Functions of companies' own that order agents, by name; left out, there are none. */
  readonly agentOrder?: ((tenant: string, name: string) => AgentOrderFunction | undefined) | undefined;
  /** Of peak mode (高峰应急); left out, nobody turns any. */
  readonly switches?: PeakSwitches | undefined;
  /** Work number of the agent whom the table of a list has for a caller (专属坐席); left out, lists have none. */
  readonly listOwner?: ((tenant: string, list: string, caller: string) => string | undefined) | undefined;
  /** For queues by `last-agent`; left out, nobody has been here before. */
  readonly lastAgents?: LastAgents | undefined;
}

/** Switches that turn peak mode (高峰应急) on. */
export interface PeakSwitches {
  /** How long a switch is on, Infinity until it is turned off; 0: it is off. */
  leftMs(tenant: string, name: string): number;
  /** One was turned, or its time was set. */
  readonly events: Pick<TypedEvents<{ turned: { readonly tenant: string; readonly name: string } }>, 'on'>;
}
