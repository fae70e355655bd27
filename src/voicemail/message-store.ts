import type { Cdr, CdrMessageHandling } from '../cdr/cdr.ts';
import type { MessageState } from '../cdr/message-state.ts';
import type { Scope } from '../shared/scope.ts';

/** Which messages; all that is left out does not matter. */
export interface MessageFilter {
  /** Names of mailboxes. */
  readonly boxes?: readonly string[];
  readonly states?: readonly MessageState[];
  readonly isDone?: boolean;
  /** Their calls arrived at or after this time and before the other, ms since 1970. */
  readonly from?: number;
  readonly to?: number;
}

/** A call is named by when it arrived, and its id. */
export type MessagePlace = Pick<Cdr, 'startedAt' | 'callId'>;

/** What is in mailboxes: not heard yet, and the rest that is there. */
export interface MessageCounts {
  readonly fresh: number;
  readonly old: number;
}

/** Port: messages (语音留言), each in the record of the call in which it was left; one that was deleted stays until its record goes. */
export interface MessageStore {
  /** Records with a message, the newest call first; those after a place. */
  list(filter: MessageFilter, scope: Scope, limit: number, after?: MessagePlace): Promise<readonly Cdr[]>;
  /** Undefined: there is no such message in the scope. */
  get(callId: string, scope: Scope): Promise<Cdr | undefined>;
  count(tenantId: string, boxes: readonly string[]): Promise<MessageCounts>;
  /**
   * Changes what people have done with a message and tells the company's stream; durable when it resolves. `edit` gives undefined for
   * what is to stay as it is. The record then; undefined: the message is deleted, or is not there.
   */
  change(
    place: MessagePlace,
    edit: (before: CdrMessageHandling) => CdrMessageHandling | undefined,
    by: string,
    at: number,
  ): Promise<Cdr | undefined>;
}
