/** What is said of calls (通话小结, 批注, 标记): by the agents of a call, and by who watches over it. */
import type { CallFacts } from '../call/call-events.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Scope } from '../shared/scope.ts';
import type { CallComment, CallNoteStore } from './call-note-store.ts';
import type { Cdr } from './cdr.ts';
import { isWanted, queueOf } from './cdr-filter.ts';
import { type CdrReader, within } from './cdr-query.ts';
import { dispositionOf, type Noted, noteOf, tookPart } from './noted.ts';

/** Comments of one call; more is a conversation. */
export const COMMENTS_LIMIT = 200;

/** Who speaks, and what he may. */
export interface Speaker {
  readonly name: string;
  readonly address?: string | undefined;
}

/** What is said; what is left out stays, null takes away. */
export interface CallWords {
  readonly disposition?: string | null | undefined;
  readonly resolved?: boolean | null | undefined;
  readonly note?: string | null | undefined;
}

/** Calls whose records are not stored yet. */
export interface UnstoredCalls {
  /** The record that it has so far; undefined: its record is stored, or there is none. */
  record(id: string): Cdr | undefined;
  /** Notes it of a call that goes on; durable when it resolves. False: it has ended. */
  note(id: string, fact: CallFacts['flagged']): Promise<boolean>;
  /** Resolves when the record of a call that has ended can be read. */
  kept(id: string): Promise<void>;
}

export interface CallNotesParts {
  readonly unstored: UnstoredCalls;
  readonly cdrs: Pick<CdrReader, 'query'>;
  readonly store: CallNoteStore;
  /** Throws PbxError `no-such-disposition` where the queue has a tree without that code. */
  readonly checkDisposition: (tenant: string, queue: string | undefined, code: string) => void;
  /** The audit trail; durable when it resolves. */
  readonly tell: (
    tenantId: string,
    at: number,
    by: Speaker,
    details: Readonly<Record<string, unknown>>,
  ) => Promise<void>;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** Holds nothing; what is not there, or another's, is PbxError `not-found`. */
export class CallNotes {
  readonly #parts: CallNotesParts;

  constructor(parts: CallNotesParts) {
    this.#parts = parts;
  }

  /**
   * Says what a call came to; the record afterwards. `check` is given the revision that there is, and throws when another one was meant.
   * Throws PbxError `forbidden` for an agent who had no part in it.
   */
  async say(
    id: string,
    scope: Scope,
    by: Speaker,
    words: CallWords,
    check: (said: { readonly revision: number }) => void,
  ): Promise<Cdr> {
    const { store, clock, checkDisposition } = this.#parts;
    const call = await this.#written(id, scope);
    if (words.disposition) checkDisposition(call.tenantId, queueOf(call) ?? undefined, words.disposition);
    const at = clock.now();
    let before: Cdr = call;
    const said = await store.say(call, at, (cdr) => {
      check({ revision: cdr.noted?.revision ?? 0 });
      before = cdr;
      return sayingOf(cdr, words, by.name);
    });
    if (!said) throw noCall(id);
    await this.#tell(said, by, {
      did: 'say',
      before: { disposition: dispositionOf(before), resolved: before.noted?.resolved ?? null },
      after: { disposition: dispositionOf(said), resolved: said.noted?.resolved ?? null },
      // Not its words: nothing erases them there.
      note: noteOf(before) !== noteOf(said),
    });
    return said;
  }

  /** Those of a call, the first one first. */
  async comments(id: string, scope: Scope): Promise<readonly CallComment[]> {
    return await this.#parts.store.comments(scope, await this.#find(id, scope));
  }

  async comment(
    id: string,
    scope: Scope,
    by: Speaker,
    { text, atMs }: Pick<CallComment, 'text' | 'atMs'>,
  ): Promise<CallComment> {
    const { store, clock, ids } = this.#parts;
    const { callId, startedAt, tenantId, noted } = await this.#written(id, scope);
    if ((noted?.comments ?? 0) >= COMMENTS_LIMIT)
      throw new PbxError('too-many-comments', `call ${id} has ${COMMENTS_LIMIT} comments`);
    const comment = {
      ...{ id: ids.token(), tenantId, callId, startedAt, at: clock.now(), by: by.name, atMs, text },
    };
    if (!(await store.comment(comment))) throw noCall(id);
    await this.#tell(comment, by, { did: 'comment', comment: comment.id });
    return comment;
  }

  /** Takes back one that he wrote himself. Throws PbxError `forbidden` for another's. */
  async uncomment(id: string, commentId: string, scope: Scope, by: Speaker): Promise<void> {
    const { store, clock } = this.#parts;
    const call = await this.#find(id, scope);
    const comment = (await store.comments(scope, call)).find((each) => each.id === commentId);
    if (!comment) throw new PbxError('not-found', `call ${id} has no comment ${commentId}`);
    if (comment.by !== by.name)
      throw new PbxError('forbidden', `comment ${commentId} is ${comment.by}'s: who wrote it takes it back`);
    if (!(await store.uncomment(comment, clock.now(), by.name)))
      throw new PbxError('not-found', `call ${id} has no comment ${commentId}`);
    await this.#tell(comment, by, { did: 'uncomment', comment: commentId });
  }

  /**
   * Marks a call, while it runs or afterwards, so that it is found again (标记); once more gives another reason. The record afterwards.
   * Throws PbxError `forbidden` for an agent who had no part in it.
   */
  async flag(id: string, scope: Scope, by: Speaker, reason: string | undefined): Promise<Cdr> {
    const marked = await this.#mark(id, scope, { did: 'flag', by: by.name, reason });
    await this.#tell(marked, by, { did: 'flag', reason: reason !== undefined });
    return marked;
  }

  /** Takes the mark off again. */
  async unflag(id: string, scope: Scope, by: Speaker): Promise<void> {
    await this.#tell(
      await this.#mark(id, scope, { did: 'unflag', by: by.name, reason: undefined }),
      ...([by, { did: 'unflag' }] as const),
    );
  }

  async #mark(id: string, scope: Scope, fact: CallFacts['flagged']): Promise<Cdr> {
    const { unstored, store, clock } = this.#parts;
    const running = unstored.record(id);
    if (running && isWanted(running, within({}, scope))) {
      mayWrite(running, scope);
      if (await unstored.note(id, fact)) return unstored.record(id) ?? running;
      await unstored.kept(id);
    }
    const { callId, startedAt } = await this.#written(id, scope);
    const { did, by, reason: note } = fact;
    const said = { did, by, disposition: undefined, resolved: undefined, note };
    const marked = await store.say({ callId, startedAt }, clock.now(), () => ({
      callId,
      startedAt,
      ...said,
    }));
    if (!marked) throw noCall(id);
    return marked;
  }

  /** A call of which who asks may say something. */
  async #written(id: string, scope: Scope): Promise<Cdr> {
    const call = await this.#find(id, scope);
    mayWrite(call, scope);
    return call;
  }

  async #find(id: string, scope: Scope): Promise<Cdr> {
    const { cdrs } = await this.#parts.cdrs.query({ ...within({ search: id }, scope), limit: 50 });
    const call = cdrs.find(({ callId }) => callId === id);
    if (!call) throw noCall(id);
    return call;
  }

  async #tell(
    { tenantId, callId }: Pick<Cdr, 'tenantId' | 'callId'>,
    by: Speaker,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { tell, clock } = this.#parts;
    await tell(tenantId, clock.now(), by, { call: callId, ...details });
  }
}

function mayWrite(call: Cdr, { reached }: Scope): void {
  if (reached && !tookPart(call, reached.agents))
    throw new PbxError('forbidden', `no agent whom this right reaches had a part in call ${call.callId}`);
}

const noCall = (id: string) => new PbxError('not-found', `there is no call ${id} that has ended`);

/** What holds from then on: an empty text where what the agents noted is to count no more. */
function sayingOf({ callId, startedAt, noted }: Cdr, words: CallWords, by: string): Noted {
  const textOf = (said: string | null | undefined, before: string | null | undefined) =>
    said === undefined ? (before ?? undefined) : (said ?? '');
  const { disposition, resolved, note } = words;
  return {
    ...{ callId, startedAt, did: 'say', by },
    disposition: textOf(disposition, noted?.disposition),
    resolved: (resolved === undefined ? noted?.resolved : resolved) ?? undefined,
    note: textOf(note, noted?.note),
  };
}
