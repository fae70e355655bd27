import type { PlayItem } from '../media/media.ts';
import type { PartyName } from './arrival.ts';
import type { Directory } from './destination.ts';
import type { TalkRecorder } from './record.ts';

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
}

/** How a talk was over for the caller, who is still there. */
export interface TalkOutcome {
  /** Who left, or was let go by us. */
  readonly by: 'target' | 'engine';
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
  | { readonly kind: 'inside'; readonly serve: () => Promise<unknown> }
  | { readonly kind: 'failed'; readonly error: unknown };
