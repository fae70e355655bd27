import type { StreamMessage } from '../stream/messages.ts';

/** What a stream asks for. */
export interface Wanted {
  readonly after: number | undefined;
  readonly topics: readonly string[] | undefined;
  readonly tenant: string | undefined;
}

/** Messages of one connection; it ends, or throws, when that is lost. */
export interface StreamSource extends AsyncIterable<StreamMessage> {
  /** Asks for what comes after a number, anew; undefined: for how things are, and what comes then. */
  resume(after: number | undefined): void;
  /** With what code a WebSocket was closed (RFC 6455 7.4): 4403 when the rights of who hears are others now. */
  readonly closedWith?: number | undefined;
}
