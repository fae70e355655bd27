import type { CallComment, CallNoteStore, CallPlace } from '../../cdr/call-note-store.ts';
import type { Cdr } from '../../cdr/cdr.ts';
import { type Noted, withNoted } from '../../cdr/noted.ts';
import type { Scope } from '../../shared/scope.ts';
import { factOf } from '../call-note-repository.ts';
import type { MemoryEvents } from './memory-events.ts';

export class MemoryCallNotes implements CallNoteStore {
  readonly #cdrs: Cdr[];
  readonly #events: MemoryEvents;
  #comments: readonly CallComment[] = [];

  constructor(cdrs: Cdr[], events: MemoryEvents) {
    this.#cdrs = cdrs;
    this.#events = events;
  }

  async say({ callId }: CallPlace, at: number, decide: (cdr: Cdr) => Noted): Promise<Cdr | undefined> {
    const index = this.#cdrs.findIndex((cdr) => cdr.callId === callId);
    const cdr = this.#cdrs[index];
    if (!cdr) return undefined;
    const noted = decide(cdr);
    const changed = withNoted(cdr, noted, at);
    this.#cdrs[index] = changed;
    this.#events.append({ type: 'noted', tenantId: cdr.tenantId, at, ...noted });
    return changed;
  }

  async comment(comment: CallComment): Promise<boolean> {
    const { at, by } = comment;
    const changed = await this.say(comment, at, () => factOf(comment, 'comment', by));
    if (changed) this.#comments = [...this.#comments, comment];
    return changed !== undefined;
  }

  async uncomment(comment: CallComment, at: number, by: string): Promise<boolean> {
    if (!this.#comments.some(({ id }) => id === comment.id)) return false;
    this.#comments = this.#comments.filter(({ id }) => id !== comment.id);
    return (await this.say(comment, at, () => factOf(comment, 'uncomment', by))) !== undefined;
  }

  async comments(scope: Scope, { callId }: CallPlace): Promise<readonly CallComment[]> {
    return this.#comments.filter((each) => each.callId === callId && scope.includes(each.tenantId));
  }
}
