import type { PlayItem } from '../media/media.ts';
import type { CauseSlug } from '../shared/cause.ts';
import type { PartyName } from './arrival.ts';
import type { Directory } from './destination.ts';
import type { Leg } from './leg.ts';
import type { TalkRecorder } from './record.ts';
import type { RingTarget } from './rung.ts';
import type { TalkState } from './talk-state.ts';

export interface TalkOptions {
  /** What the first partner is. */
  readonly kind: PartyName['kind'];
  readonly recorder: TalkRecorder;
  /** Whether it is recorded from the beginning. */
  readonly record: boolean;
  /** Where transfers go. */
  readonly directory: Directory;
  /** What who waits hears, over and over. */
  readonly music: readonly PlayItem[];
  /** Told of each state that the talk enters. */
  readonly onState?: (state: TalkState) => void;
  /** Who is lost to a leg that dies is invited again; undefined: the end of the leg is the talk's. */
  readonly reconnection?: Reconnection;
}

/** Whom to ring, and how long to wait for him. */
export interface Invitation {
  readonly target: RingTarget;
  readonly limitMs: number;
}

/** How somebody comes back whose leg died without his hanging up (重连), and who is told. */
export interface Reconnection {
  /** How he is invited; undefined: he is not. */
  invitation(lost: Leg, who: PartyName): Invitation | undefined;
  /** The queue whose caller it is; undefined: a call of his own. */
  readonly queue?: string;
  /** He is being invited again. Told before anybody hears of the end of his leg. */
  onLost(leg: Leg): void;
  /** He has answered, on another leg. */
  onBack(lost: Leg, leg: Leg): void;
  /** He will not come; `refused`: by his own will. */
  onGone(lost: Leg, refused: boolean): void;
}

/** How a talk was over for the caller, who is still there. */
export interface TalkOutcome {
  /** Who left, or was let go by us. */
  readonly by: 'target' | 'engine';
  /** Of what the partner's leg died, who did not come back. */
  readonly lostBy?: CauseSlug;
  readonly talkMs: number;
}

/** Somebody is being rung, who shall get a place. */
export interface Expected {
  /** Who, in the record's words. */
  readonly to: string;
  abandon(): void;
}

/** How a talk is over. `inside`: the caller goes on to something of the tenant's own. */
export type TalkEnd =
  | { readonly kind: 'caller' | 'target' | 'engine' | 'given-away' }
  | { readonly kind: 'lost'; readonly cause: CauseSlug }
  | { readonly kind: 'inside'; readonly serve: () => Promise<unknown> }
  | { readonly kind: 'failed'; readonly error: unknown };
