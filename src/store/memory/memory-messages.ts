import type { Cdr } from '../../cdr/cdr.ts';
import { stateOfMessage } from '../../cdr/message-state.ts';
import type { Scope } from '../../shared/scope.ts';
import type {
  MessageCounts,
  MessageFilter,
  MessagePlace,
  MessageStore,
} from '../../voicemail/message-store.ts';
import { messageFact } from '../changed-files.ts';
import { editedMessage } from '../message-repository.ts';
import type { MemoryEvents } from './memory-events.ts';

/** Messages in the records that memory holds. */
export class MemoryMessages implements MessageStore {
  readonly #cdrs: Cdr[];
  readonly #events: Pick<MemoryEvents, 'append'>;

  constructor(cdrs: Cdr[], events: Pick<MemoryEvents, 'append'>) {
    this.#cdrs = cdrs;
    this.#events = events;
  }

  async list(
    filter: MessageFilter,
    scope: Scope,
    limit: number,
    after?: MessagePlace,
  ): Promise<readonly Cdr[]> {
    return this.#of(scope)
      .filter((cdr) => isWanted(cdr, filter) && (!after || compare(cdr, after) < 0))
      .sort((one, other) => compare(other, one))
      .slice(0, limit);
  }

  async get(callId: string, scope: Scope): Promise<Cdr | undefined> {
    return this.#of(scope).find((cdr) => cdr.callId === callId);
  }

  async count(tenantId: string, boxes: readonly string[]): Promise<MessageCounts> {
    const counts = { fresh: 0, old: 0 };
    for (const cdr of this.#cdrs) {
      if (cdr.tenantId !== tenantId || !cdr.voicemail || !boxes.includes(cdr.voicemail.box)) continue;
      const state = stateOfMessage(cdr.voicemail);
      if (state !== 'deleted') counts[state === 'new' ? 'fresh' : 'old']++;
    }
    return counts;
  }

  async change(
    { callId }: MessagePlace,
    edit: Parameters<MessageStore['change']>[1],
    by: string,
    at: number,
  ): Promise<Cdr | undefined> {
    const index = this.#cdrs.findIndex((cdr) => cdr.callId === callId);
    const cdr = this.#cdrs[index];
    const edited = cdr && editedMessage(cdr, edit);
    if (!edited || edited === cdr) return edited;
    this.#cdrs[index] = edited;
    this.#events.append(messageFact(edited, by, at));
    return edited;
  }

  #of(scope: Scope): Cdr[] {
    return this.#cdrs.filter(({ tenantId, voicemail }) => voicemail && scope.includes(tenantId));
  }
}

function isWanted(
  { startedAt, voicemail }: Cdr,
  { boxes, states, isDone, from, to }: MessageFilter,
): boolean {
  const { box, handling } = voicemail!;
  if (boxes && !boxes.includes(box)) return false;
  if (states && !states.includes(stateOfMessage(voicemail!))) return false;
  if (isDone !== undefined && isDone !== ((handling?.doneAt ?? null) !== null)) return false;
  return startedAt >= (from ?? Number.NEGATIVE_INFINITY) && startedAt < (to ?? Number.POSITIVE_INFINITY);
}

const compare = (one: MessagePlace, other: MessagePlace): number =>
  one.startedAt - other.startedAt || (one.callId < other.callId ? -1 : one.callId > other.callId ? 1 : 0);
