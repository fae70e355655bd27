import type { CdrMessageHandling } from './cdr.ts';

/** How a message stands (留言状态): nobody heard it, somebody did, it is kept (保存), it is gone. */
export const MESSAGE_STATES = ['new', 'heard', 'saved', 'deleted'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** Of a message with which nobody has done anything. */
export const NOT_HANDLED: CdrMessageHandling = {
  heardAt: null,
  heardBy: null,
  savedAt: null,
  note: '',
  doneAt: null,
  doneBy: null,
  deletedBecause: null,
};

/** Times, ms since 1970; null or undefined: not yet. */
export interface MessageTimes {
  readonly heardAt?: number | null | undefined;
  readonly savedAt?: number | null | undefined;
  readonly deletedAt?: number | null | undefined;
}

/** The state that follows from them. */
export function messageState({ heardAt, savedAt, deletedAt }: MessageTimes): MessageState {
  if (isTime(deletedAt)) return 'deleted';
  if (isTime(savedAt)) return 'saved';
  return isTime(heardAt) ? 'heard' : 'new';
}

const isTime = (at: number | null | undefined): boolean => at !== null && at !== undefined;

/** The state of a record's message. */
export const stateOfMessage = ({
  deletedAt,
  handling,
}: {
  readonly deletedAt: number | null;
  readonly handling?: MessageTimes | undefined;
}): MessageState => messageState({ ...handling, deletedAt });
