/** What may become of a version of a hotline (热线版本) in its state. Pure: versions in, the newest first; what is to be written out. */
import { PbxError } from '../../shared/errors.ts';
import {
  type Canary,
  type ChangedVersion,
  type HotlineVersion,
  nextVersion,
  publishedOf,
  retire,
  type VersionChange,
  type VersionState,
} from '../../store/hotline-version.ts';

/** A version in its state cannot do what was asked for. */
export class VersionStateError extends PbxError {
  /** The state it is in; undefined: there is no such version. */
  readonly state: VersionState | undefined;

  constructor(message: string, state?: VersionState) {
    super('version-state', message);
    this.state = state;
  }
}

/** The draft was changed by somebody else since it was read. */
export class DraftChangedError extends PbxError {
  constructor({ changedBy, changedAt }: HotlineVersion) {
    const at = new Date(changedAt).toISOString();
    super('changed-meanwhile', `${changedBy} has changed the draft at ${at}: read it again`);
  }
}

export interface SavedDraft {
  /** JSON. */
  readonly body: string;
  readonly comment: string | undefined;
  /** The published version that it was brought in line with; left out: as it was, of a new one the one that is published. */
  readonly base: number | undefined;
  readonly at: number;
  readonly by: string;
  /** Revision of the draft that was read; undefined: there was none. */
  readonly read: number | undefined;
}

/** The version that is edited: there is one at most. */
export const draftOf = (versions: readonly HotlineVersion[]): HotlineVersion | undefined =>
  versions.find(({ state }) => state === 'draft' || state === 'checked');

export const canaryOf = (versions: readonly HotlineVersion[]): HotlineVersion | undefined =>
  versions.find(({ state }) => state === 'canary');

/** Begins a draft, or changes the one that there is. Throws DraftChangedError when that is not the one that was read. */
export function saved(
  hotline: Pick<HotlineVersion, 'tenant' | 'hotline'>,
  versions: readonly HotlineVersion[],
  { body, comment, base, at, by, read }: SavedDraft,
): VersionChange {
  const before = draftOf(versions);
  if (before && before.revision !== read) throw new DraftChangedError(before);
  if (!before && read !== undefined)
    throw new VersionStateError('the draft was published or dropped meanwhile');
  const published = publishedOf(versions)?.version;
  if (base !== undefined && base !== published)
    throw new VersionStateError(`version ${base} is not the published one, which is ${published}`);
  const draft: ChangedVersion = {
    ...hotline,
    version: before?.version ?? nextVersion(versions),
    state: 'draft',
    base: base ?? (before ? before.base : published),
    comment: comment ?? before?.comment ?? '',
    changedBy: by,
    changedAt: at,
    publishedBy: undefined,
    publishedAt: undefined,
    canary: undefined,
    revision: (before?.revision ?? 0) + 1,
    body,
  };
  return { put: [draft], dropped: [] };
}

/** The draft goes. */
export function dropped(versions: readonly HotlineVersion[], read: number): VersionChange {
  const draft = draftOf(versions);
  if (!draft) throw new VersionStateError('the hotline has no draft');
  if (draft.revision !== read) throw new DraftChangedError(draft);
  return { put: [], dropped: [draft] };
}

/** What a check of the draft has found: it is right, as long as nobody changed it meanwhile. */
export function checked(
  versions: readonly HotlineVersion[],
  { version, revision }: HotlineVersion,
): VersionChange {
  const draft = draftOf(versions);
  if (draft?.version !== version || draft.revision !== revision)
    throw new VersionStateError('the draft was changed while it was checked');
  // Nothing of it has changed: who has read it may still save it.
  return { put: [{ ...draft, state: 'checked' }], dropped: [] };
}

/** A checked version begins to take a part of the calls, or the one that does takes another part. */
export function tried(versions: readonly HotlineVersion[], version: number, canary: Canary): VersionChange {
  const wanted = versionIn(versions, version);
  const running = canaryOf(versions);
  if (running && running !== wanted) {
    const text = `version ${running.version} is tried already: publish it or end it first`;
    throw new VersionStateError(text, running.state);
  }
  if (wanted.state === 'draft') throw new VersionStateError('check the draft first', 'draft');
  if (wanted.state !== 'checked' && wanted.state !== 'canary')
    throw new VersionStateError(
      `version ${version} is ${wanted.state}: only a checked one is tried`,
      wanted.state,
    );
  return { put: [{ ...wanted, state: 'canary', canary, revision: wanted.revision + 1 }], dropped: [] };
}

/** It takes no calls any more; records may name it, so nobody changes it either. */
export function ended(versions: readonly HotlineVersion[]): VersionChange {
  const running = canaryOf(versions);
  if (!running) throw new VersionStateError('no version of the hotline is tried');
  return { put: [retire(running)], dropped: [] };
}

/** The version, when it may be published; `again`: one of the past (回滚). Throws VersionStateError. */
export function publishable(
  versions: readonly HotlineVersion[],
  version: number,
  again: boolean,
): HotlineVersion {
  const wanted = versionIn(versions, version);
  const { state } = wanted;
  if (state === 'published') throw new VersionStateError(`version ${version} is the published one`, state);
  if (state === 'draft') throw new VersionStateError(`version ${version} is a draft: check it first`, state);
  if (again !== (state === 'retired')) {
    const text = again
      ? `version ${version} was not published yet: publish it`
      : `version ${version} is one of the past: roll back to it`;
    throw new VersionStateError(text, state);
  }
  return wanted;
}

function versionIn(versions: readonly HotlineVersion[], version: number): HotlineVersion {
  const found = versions.find((one) => one.version === version);
  if (found) return found;
  throw new PbxError('not-found', `the hotline has no version ${version}`);
}
