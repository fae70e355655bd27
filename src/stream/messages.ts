/** What goes over the stream's WebSocket (实时推送), as JSON. */
import type { PublicEvent, QueueGauge } from './event-types.ts';

/** Of the client. It may be said again: it replaces what was said before. */
export interface Hello {
  readonly type: 'hello';
  /** The last number that it has; left out: it begins with a snapshot. */
  readonly after?: number;
  /** Left out: all to which it has a right. */
  readonly topics?: readonly string[];
  /** The company, of who may see several. */
  readonly tenant?: string;
}

/** How things are, of the topics that were asked for: as `GET /calls`, `/queues` and `/agents` have them. */
export interface Snapshot {
  readonly queues?: readonly unknown[];
  readonly agents?: readonly unknown[];
}

/** Of the server. */
export type StreamMessage =
  /** Events follow that come after `seq`. The snapshot may know of some of them already: what is older than it tells nothing new. */
  | {
      readonly type: 'ready';
      readonly seq: number;
      readonly snapshot?: Snapshot;
      readonly topics: readonly string[];
    }
  | { readonly type: 'event'; readonly event: PublicEvent }
  /** There are no events any more from the one number to the other, both included. */
  | { readonly type: 'gap'; readonly from: number; readonly to: number }
  /** The client took too long, or asked after a number that was never given: no more comes until it says `hello` again. */
  | { readonly type: 'resync'; readonly seq: number; readonly why: 'slow' | 'ahead' }
  | { readonly type: 'gauge'; readonly at: string; readonly queues: readonly QueueGauge[] }
  /** Every 20 s: all up to `seq` was sent. */
  | { readonly type: 'ping'; readonly seq: number }
  /** The socket is closed after it. */
  | { readonly type: 'error'; readonly code: string; readonly detail: string };

/** A message that goes to many: made into text once, and into a frame once. */
export interface SharedMessage {
  readonly text: string;
  /** The frame of who sends it (RFC 6455 5.2), made when it is sent first. */
  frame?: Uint8Array;
}

/** A client's connection, as the stream sees it. */
export interface StreamSocket {
  /** Bytes that it has not taken yet. */
  readonly buffered: number;
  send(message: SharedMessage): void;
  /** What is sent from now on waits for {@link release}, to leave in one write: that costs more than all the rest of a message. */
  hold(): void;
  /** Once for each {@link hold}. */
  release(): void;
  /** Ends it; codes of RFC 6455 7.4. Idempotent. */
  close(code: number, reason: string): void;
}

export const messageOf = (message: StreamMessage): SharedMessage => ({ text: JSON.stringify(message) });
