import type { StreamMessage } from '../stream/messages.ts';

/** What a stream asks for. */
export interface Wanted {
  readonly after: number | undefined;
  readonly topics: readonly string[] | undefined;
  readonly tenant: string | undefined;
}

/** Messages of one connection; it ends, or throws, when that is lost. */
export interface StreamSource extends AsyncIterable<StreamMessage> {
  /** Asks for what comes after a number, anew. */
  resume(after: number): void;
}
