import type { Cdr, CdrRecording } from '../cdr/cdr.ts';
import { type CdrFilter, type CdrReader, cursorOf, within } from '../cdr/cdr-query.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import { Listenings } from '../shared/listenings.ts';
import { Scope } from '../shared/scope.ts';
import type { AuditEntry, Store } from '../store/store.ts';
import type { Peaks } from './peak-folder.ts';
import type { RecordingArchive } from './recording-archive.ts';
import type { RecordingShare, ShareStore } from './share-store.ts';
import type { StoredAudio } from './stored-audio.ts';

/** A recording with the record of its call. */
export interface CallRecording {
  /** `CALL.NO` */
  readonly id: string;
  readonly call: Cdr;
  /** Which of the call's, from 0. */
  readonly no: number;
  readonly recording: CdrRecording;
}

/** Where a recording stands in the list. */
export type RecordingPlace = readonly [startedAt: string, callId: string, no: string];

/** Who asks, for the audit trail. */
export interface Asker {
  readonly name: string;
  readonly address?: string;
}

export interface RecordingsParts {
  readonly store: Pick<Store, 'recordings' | 'audit' | 'upkeep'> & {
    readonly cdrs: CdrReader;
    readonly shares: ShareStore;
  };
  readonly archive: Pick<RecordingArchive, 'audio' | 'delete' | 'peaks' | 'uses'>;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'token'>;
  /** Makes a token that nobody guesses, and what is stored of one. */
  readonly tokens: { readonly make: () => string; readonly hashOf: (token: string) => string };
}

/** What was done with a call's recordings, of what the audit trail has. */
export interface RecordingUse {
  readonly recording: string;
  readonly at: number;
  readonly action: UseAction;
  /** Who did it; of `use-share` the link. */
  readonly by: string;
  readonly address: string | undefined;
  /** Link that was made, ended or used. */
  readonly share: string | undefined;
}

export const USE_ACTIONS = [
  'listen',
  'download',
  'share',
  'unshare',
  'use-share',
  'delete-recording',
] as const;
export type UseAction = (typeof USE_ACTIONS)[number];

/** Uses that are told of one call. */
const USES_TOLD = 200;

/** Links that are over are listed for so long. */
const SHARES_KEPT_MS = 90 * 24 * 3_600_000;

/** Recordings as people have them: heard, fetched, shared, deleted; the audit trail knows each time. */
export class Recordings {
  readonly #parts: RecordingsParts;
  readonly #listenings = new Listenings();

  constructor(parts: RecordingsParts) {
    this.#parts = parts;
  }

  /** The newest first; of calls with `filter`. */
  async list(
    filter: CdrFilter,
    scope: Scope,
    limit: number,
    after?: RecordingPlace,
  ): Promise<readonly CallRecording[]> {
    const query = within({ ...filter, recorded: true }, scope);
    const found: CallRecording[] = [];
    let before: string | undefined;
    if (after) {
      const [startedAt, callId, no] = [Number(after[0]), after[1], Number(after[2])];
      const call = await this.#call(callId, scope);
      if (call) found.push(...recordingsOf(call).filter((each) => each.no > no));
      before = cursorOf(query, { value: startedAt, startedAt, callId });
    }
    while (found.length < limit) {
      const page = await this.#parts.store.cdrs.query({ ...query, limit, ...(before && { before }) });
      found.push(...page.cdrs.flatMap(recordingsOf));
      before = page.next;
      if (before === undefined) break;
    }
    return found.slice(0, limit);
  }

  /** Throws PbxError `not-found`, also for another company's. */
  async get(id: string, scope: Scope): Promise<CallRecording> {
    const dot = id.lastIndexOf('.');
    const call = dot > 0 ? await this.#call(id.slice(0, dot), scope) : undefined;
    const found = call && recordingsOf(call).find((each) => each.id === id);
    if (!found) throw notFound(id);
    return found;
  }

  /** Its audio, for `who` to hear or to fetch. Throws PbxError `not-found` where it is deleted, or is not here. */
  async listen(
    id: string,
    scope: Scope,
    who: Asker,
    action: 'listen' | 'download',
  ): Promise<{ readonly of: CallRecording; readonly audio: StoredAudio }> {
    const of = await this.get(id, scope);
    const audio = await this.#audioOf(of);
    await this.#tellOnce(action, of, who);
    return { of, audio };
  }

  /** The same without an entry in the audit trail: nobody hears it. */
  async look(id: string, scope: Scope): Promise<{ readonly of: CallRecording; readonly audio: StoredAudio }> {
    const of = await this.get(id, scope);
    return { of, audio: await this.#audioOf(of) };
  }

  /** Its peaks, for a player to draw. Throws PbxError: `not-found`, `in-use`, `too-many-requests`, `ffmpeg`. */
  async peaks(id: string, scope: Scope): Promise<Peaks> {
    const { recording } = await this.get(id, scope);
    if (recording.deletedAt !== null) throw notFound(id, 'is deleted');
    const peaks = await this.#parts.archive.peaks(recording.file);
    if (!peaks) throw notFound(id, 'has no file on this machine');
    return peaks;
  }

  /** Throws PbxError: `not-found`, `on-hold`, `in-use`. */
  async delete(id: string, scope: Scope, who: Asker, reason: string): Promise<void> {
    const { store, archive, clock } = this.#parts;
    const of = await this.get(id, scope);
    const { file, deletedAt } = of.recording;
    if (deletedAt !== null) throw notFound(id, 'is deleted already');
    if (archive.uses(file)) {
      throw new PbxError('in-use', `recording ${id} is being written, compressed or moved: try again later`);
    }
    const { startedAt } = of.call;
    const files = new Set([file]);
    const held = await store.upkeep?.heldFiles(files, startedAt, startedAt + 1);
    if (held?.has(file)) throw new PbxError('on-hold', `recording ${id} is on hold: pbx400 hold lists why`);
    // The file first: what is left of a crash in between is a record that can be deleted again.
    await archive.delete(file);
    await store.recordings.markDeleted({
      files,
      from: startedAt,
      to: startedAt + 1,
      deletedAt: clock.now(),
      because: reason,
      by: who.name,
    });
    await this.#tell('delete-recording', of, who, { reason });
  }

  /** Makes a link; the token is told this once. Throws PbxError `not-found`, also for a recording that is deleted. */
  async share(
    id: string,
    scope: Scope,
    who: Asker,
    lastsMs: number,
  ): Promise<{ readonly share: RecordingShare; readonly token: string }> {
    const { store, clock, ids, tokens } = this.#parts;
    const of = await this.get(id, scope);
    if (of.recording.deletedAt !== null) throw notFound(id, 'is deleted');
    const now = clock.now();
    await store.shares.drop(now - SHARES_KEPT_MS);
    const token = tokens.make();
    const share: RecordingShare = {
      id: ids.token(),
      tenantId: of.call.tenantId,
      callId: of.call.callId,
      no: of.no,
      tokenHash: tokens.hashOf(token),
      createdAt: now,
      createdBy: who.name,
      endsAt: now + lastsMs,
      revokedAt: undefined,
    };
    await store.shares.add(share);
    await this.#tell('share', of, who, { share: share.id, endsAt: new Date(share.endsAt).toISOString() });
    return { share, token };
  }

  /** Links to a recording, the newest first. Throws PbxError `not-found`. */
  async sharesOf(id: string, scope: Scope): Promise<readonly RecordingShare[]> {
    const { call, no } = await this.get(id, scope);
    return await this.#parts.store.shares.of(scope, { callId: call.callId, no });
  }

  /** Ends a link to a recording. Throws PbxError `not-found`. */
  async revoke(id: string, shareId: string, scope: Scope, who: Asker): Promise<void> {
    const { store, clock } = this.#parts;
    const of = await this.get(id, scope);
    const shares = await store.shares.of(scope, { callId: of.call.callId, no: of.no });
    const isIts = shares.some((share) => share.id === shareId);
    if (!isIts || !(await store.shares.revoke(scope, shareId, clock.now())))
      throw new PbxError('not-found', `recording ${id} has no link ${shareId} that is not over`);
    await this.#tell('unshare', of, who, { share: shareId });
  }

  /** Who heard, fetched, shared or deleted recordings of a call (谁听过), the newest first. Throws PbxError `not-found`. */
  async usesOf(callId: string, scope: Scope): Promise<readonly RecordingUse[]> {
    const call = await this.#call(callId, scope);
    if (!call) throw new PbxError('not-found', `there is no call ${callId}`);
    const ids = recordingsOf(call).map(({ id }) => id);
    const entries = await this.#parts.store.audit.ofRecordings(ids, USES_TOLD, scope);
    const textOf = (detail: unknown) => (typeof detail === 'string' ? detail : undefined);
    return entries.flatMap(({ at, action, by, details: { recording, address, share } }) =>
      isUse(action)
        ? [{ recording: String(recording), at, action, by, address: textOf(address), share: textOf(share) }]
        : [],
    );
  }

  /** What a link leads to. Throws PbxError `not-found` for one that is over as for one that never was. */
  async shared(
    token: string,
    address: string,
    isHeard: boolean,
  ): Promise<{ readonly of: CallRecording; readonly audio: StoredAudio }> {
    const { store, clock, tokens } = this.#parts;
    const share = await store.shares.withToken(tokens.hashOf(token));
    if (!share || share.revokedAt !== undefined || share.endsAt <= clock.now()) {
      throw new PbxError('not-found', 'there is no such link, or it is over');
    }
    const of = await this.get(idOf(share), Scope.of(share.tenantId));
    const audio = await this.#audioOf(of);
    if (isHeard) await this.#tellOnce('use-share', of, { name: `link ${share.id}`, address });
    return { of, audio };
  }

  async #call(callId: string, scope: Scope): Promise<Cdr | undefined> {
    const query = within({ search: callId }, scope);
    const { cdrs } = await this.#parts.store.cdrs.query(query);
    return cdrs.find((cdr) => cdr.callId === callId);
  }

  async #audioOf({ id, recording }: CallRecording): Promise<StoredAudio> {
    const { file, deletedAt } = recording;
    if (deletedAt !== null) throw notFound(id, 'is deleted');
    const audio = await this.#parts.archive.audio(file);
    if (!audio) throw notFound(id, 'has no file on this machine');
    return audio;
  }

  async #tellOnce(action: AuditEntry['action'], of: CallRecording, who: Asker): Promise<void> {
    const now = this.#parts.clock.now();
    const key = `${action}\n${who.name}\n${who.address}\n${of.id}`;
    if (!this.#listenings.isNew(key, now)) return;
    await this.#tell(action, of, who, {});
    this.#listenings.told(key, now);
  }

  async #tell(
    action: AuditEntry['action'],
    { id, call: { tenantId } }: CallRecording,
    who: Asker,
    details: AuditEntry['details'],
  ): Promise<void> {
    await this.#append(tenantId, action, who, { recording: id, ...details });
  }

  /** Durable before anybody hears a second. */
  async #append(
    tenantId: string,
    action: AuditEntry['action'],
    { name, address }: Asker,
    details: AuditEntry['details'],
  ): Promise<void> {
    const { store, clock } = this.#parts;
    const where = address === undefined ? {} : { address };
    await store.audit.append({
      tenantId,
      at: clock.now(),
      action,
      by: name,
      details: { ...details, ...where },
    });
  }
}

const isUse = (action: AuditEntry['action']): action is UseAction =>
  (USE_ACTIONS as readonly string[]).includes(action);

const idOf = ({ callId, no }: Pick<RecordingShare, 'callId' | 'no'>) => `${callId}.${no}`;

/** In the order of the call. */
function recordingsOf(call: Cdr): CallRecording[] {
  return call.recordings.map((recording, no) => ({
    id: idOf({ callId: call.callId, no }),
    call,
    no,
    recording,
  }));
}

const notFound = (id: string, why = 'is not there') => new PbxError('not-found', `recording ${id} ${why}`);
