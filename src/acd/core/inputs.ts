/** What the ACD of a company is told: plain values that can be kept and played again. */
import type { Agent as AgentEntity } from '../../provisioning/kind/agent.ts';
import type { Queue as QueueEntity } from '../../provisioning/kind/queue.ts';
import type { AgentWish, OnCall } from './agent.ts';
import type { PhoneSetting, Standing } from './rest.ts';
import type { SkillNeed } from './skills.ts';

/** Of an agent as he is set up. `extension`, as everywhere in the core: the seat's text, of a phone its extension. */
export type AgentSettings = Pick<AgentEntity, 'id' | 'extension' | 'level' | 'skills' | 'signIn' | 'ringMs'>;

/** Of a queue as it is set up. */
export type QueueSettings = Pick<
  QueueEntity,
  | 'name'
  | 'strategy'
  | 'fallback'
  | 'order'
  | 'agents'
  | 'tiers'
  | 'ringMs'
  | 'ringNextMs'
  | 'maxCallers'
  | 'maxWaitMs'
  | 'noAgents'
  | 'wrapUpMs'
  | 'keepPlaceMs'
  | 'restAfterRefusalMs'
  | 'restAfterNoAnswerMs'
  | 'busyAfterMisses'
  | 'wrapUpExtensions'
  | 'dispositionRequired'
> & { readonly peak?: PeakSettings | undefined };

/** Of a reason of breaks (小休原因) as it is set up. */
export interface BreakReasonSettings {
  readonly name: string;
  /** A break that lasts longer is told of; left out: none is. */
  readonly limitMs?: number | undefined;
}

/** What peak mode (高峰应急) changes in a queue. */
export type PeakSettings = Pick<NonNullable<QueueEntity['peak']>, 'agents' | 'wrapUpMs'>;

/** How an agent who was rung missed the call. */
export type RingMiss = 'refused' | 'no-answer' | 'unreachable';

/** What an agent has noted of a call (话后小结). */
export interface CallNotes {
  /** What it came to, by the company's own list. */
  readonly disposition: string | undefined;
  readonly note: string | undefined;
}

/** A leg that is open, by the id that the shell gave to it, and the extension whose phone it leads to. */
export interface OpenLeg {
  readonly leg: string;
  /** Undefined: none, an agent talks over a line outside. */
  readonly extension: string | undefined;
  readonly callId?: string | undefined;
  /** Where its call is; talking by default. */
  readonly phase?: OnCall;
}

/**
 * One thing that happened. Agents, queues and extensions are the company's own names; ids of visits and legs are the
 * shell's, numbers of reservations the core's. One that comes late or twice changes nothing.
 */
export type AcdInput =
  /** All agents and queues of the company, as they are set up now. */
  | {
      readonly type: 'set-up';
      readonly agents: readonly AgentSettings[];
      readonly queues: readonly QueueSettings[];
      readonly breakReasons?: readonly BreakReasonSettings[];
      /** How agents who come stood when they were last seen. */
      readonly standings?: readonly (Standing & { readonly agent: string })[];
    }
  /** `reason`: the name of a break (小休原因), or why he is busy (示忙原因). `by`: who wishes it for him; left out: he himself. */
  | {
      readonly type: 'wished';
      readonly agent: string;
      readonly wish: AgentWish;
      readonly reason: string | undefined;
      readonly by?: string | undefined;
    }
  /** He sits at the phone of another extension now; undefined: at that of his own. Not while he is at work. */
  | { readonly type: 'seated'; readonly agent: string; readonly extension: string | undefined }
  /** Of the queues that list him he serves these now; undefined: all. */
  | { readonly type: 'served'; readonly agent: string; readonly queues: readonly string[] | undefined }
  /** His wrap-up is over before its time. `by`: who ends it for him; left out: he himself. */
  | { readonly type: 'wrap-up-ended'; readonly agent: string; readonly by?: string | undefined }
  /** An agent who has just come was in the wrap-up of a call when he was last seen; so much of it is left. */
  | { readonly type: 'wrap-up-left'; readonly agent: string; readonly leftMs: number }
  /** What an agent has noted of the call that he talks in or finishes the notes of: in place of what he had noted before. */
  | ({ readonly type: 'noted'; readonly agent: string } & CallNotes)
  /** What an agent has written of a call so far: noted of it when his time for it is over, unless he notes something himself. */
  | ({ readonly type: 'drafted'; readonly agent: string; readonly callId: string } & CallNotes)
  /** He asks for so much more of his wrap-up. */
  | { readonly type: 'wrap-up-extended'; readonly agent: string; readonly ms: number }
  /** A caller asks for a queue. He may come in unless he is `turned-away`. `caller`: a mask of his number; '': withheld. */
  | {
      readonly type: 'asked';
      readonly visit: string;
      readonly callId: string;
      readonly caller: string;
      readonly queue: string;
      readonly priority: number;
      /** Why the queue is closed at this hour; undefined: it is open. */
      readonly closed?: string | undefined;
      /** He waits so long at most; left out, as the queue has it. */
      readonly maxWaitMs?: number | undefined;
      /** So long he has waited elsewhere, which counts for his place. */
      readonly waitedMs?: number | undefined;
      /** Who talked with him last, within the time that the queue looks back. */
      readonly lastAgent?: string | undefined;
      /** His own agent (专属坐席). */
      readonly owner?: string | undefined;
      /** He was being served when his agent was lost: nobody goes before him. */
      readonly goesFirst?: boolean;
      /** He has left the line for a moment, to be promised a call back, and has his place there still. */
      readonly isBack?: boolean;
      /** What he needs of an agent (技能). */
      readonly needs?: readonly SkillNeed[] | undefined;
    }
  /** He was answered and takes his place in the line. `since`: that of who joined then, for he has stood there before. */
  | { readonly type: 'joined'; readonly visit: string; readonly since?: number | undefined }
  /** A promise to call somebody back takes his place in line, that of who joined at `since`, whoever serves the queue now. */
  | {
      readonly type: 'stands-in';
      readonly visit: string;
      readonly callId: string;
      readonly queue: string;
      readonly priority: number;
      readonly since: number;
    }
  /** He has nothing to do with the queue any more, for whatever reason. */
  | { readonly type: 'left'; readonly visit: string }
  /** An agent who was rung for a visit has answered, on that leg. */
  | {
      readonly type: 'answered';
      readonly visit: string;
      readonly reservation: number;
      readonly agent: string;
      readonly leg: string;
    }
  /** He is rung no longer. `miss`: by his or his phone's doing; undefined: somebody else has answered, or nobody is to. */
  | {
      readonly type: 'ring-failed';
      readonly reservation: number;
      readonly agent: string;
      readonly miss: RingMiss | undefined;
    }
  /** Somebody who was not rung for him has taken the caller (抢接): an agent, on that leg, or a phone at which none sits. */
  | {
      readonly type: 'picked-up';
      readonly visit: string;
      readonly agent?: string | undefined;
      readonly leg?: string | undefined;
    }
  /** Who waits in a line is more, or less, important from now on. */
  | { readonly type: 'prioritised'; readonly visit: string; readonly priority: number }
  /** He is to wait elsewhere: he leaves the line, and asks there. */
  | { readonly type: 'moved'; readonly visit: string }
  /** Who had answered, this agent if any, hung up before the talk: the caller has his old place again. */
  | { readonly type: 'returned'; readonly visit: string; readonly agent?: string | undefined }
  /** Peak mode (高峰应急) of a queue is on, for so long or until it is turned off; or it is off. */
  | { readonly type: 'peak'; readonly queue: string; readonly on: boolean; readonly forMs?: number }
  /** The leg that an agent talks on died, nobody hung up: he is invited again, and the talk goes on. Before its `leg-ended`. */
  | { readonly type: 'seat-lost'; readonly leg: string }
  /** He has answered again, on another leg. */
  | { readonly type: 'seat-back'; readonly lost: string; readonly leg: string }
  /** He did not come back, or would not (`refused`): his talk is over. */
  | { readonly type: 'seat-gone'; readonly lost: string; readonly refused?: boolean }
  /**
   * A leg of an extension's phone has opened, in whatever call and role. `phase`: talking by default. `isOwn` false: as long as no
   * talk has it, it is no call of who sits there, such as one to a feature code (功能码).
   */
  | {
      readonly type: 'leg-opened';
      readonly leg: string;
      readonly extension: string;
      readonly callId?: string;
      readonly phase?: OnCall;
      readonly isOwn?: boolean;
    }
  /** Where the call of a leg is now, and which it is: a transfer moves legs. */
  | { readonly type: 'leg-phase'; readonly leg: string; readonly phase: OnCall; readonly callId?: string }
  | { readonly type: 'leg-ended'; readonly leg: string }
  /** Whether the phone of an extension can be reached. */
  | {
      readonly type: 'phone';
      readonly extension: string;
      readonly reachable: boolean;
      readonly setting?: PhoneSetting | undefined;
    }
  /**
   * All legs that are open, visits that go on and extensions whose phones can be reached: what the core believes beyond
   * that was over without its being told.
   */
  | {
      readonly type: 'truth';
      readonly legs: readonly OpenLeg[];
      readonly visits: readonly string[];
      readonly reachable: readonly string[];
    }
  /** A shift (班次) lasts to the end of a day at most. */
  | { readonly type: 'day-began' }
  /** The time that was asked for has come. */
  | { readonly type: 'time' }
  /** The ACD stops: everybody is signed out. */
  | { readonly type: 'stopped' };

/** An input of one type. */
export type Told<Type extends AcdInput['type']> = Extract<AcdInput, { type: Type }>;
