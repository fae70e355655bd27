/** What is said of calls that are over (通话小结与批注): by the agents of a call, and by who watches over it. */
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Scope } from '../shared/scope.ts';
import type { CallComment, CallNoteStore } from './call-note-store.ts';
import type { Cdr } from './cdr.ts';
import { queueOf } from './cdr-filter.ts';
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

export interface CallNotesParts {
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

  /** A call of which who asks may say something. */
  async #written(id: string, scope: Scope): Promise<Cdr> {
    const call = await this.#find(id, scope);
    if (scope.reached && !tookPart(call, scope.reached.agents))
      throw new PbxError('forbidden', `no agent whom this right reaches had a part in call ${id}`);
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
