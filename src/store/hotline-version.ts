/**
 * Versions of hotlines whose flow is data: what the published one was before, what is to be published, and what is tried on a part
 * of the calls. The published version is the entity itself: whoever changes that publishes one, in the same transaction.
 */
import { PbxError } from '../shared/errors.ts';
import { storableText } from './storable.ts';

/**
 *     draft <-> checked -> published -> retired -> published again (rolled back)
 *                  |           ^
 *                  +-> canary -+-> retired
 */
export type VersionState = 'draft' | 'checked' | 'canary' | 'published' | 'retired';

/** Whose calls a version takes while it is tried: a share of the callers, or some that are named. */
export type Canary = { readonly percent: number } | { readonly callers: readonly string[] };

/** A version without what it holds. */
export interface HotlineVersion {
  readonly tenant: string;
  /** Main number of the hotline. */
  readonly hotline: string;
  /** Counts from 1 within the number, also when the hotline is removed and made anew: records name it. */
  readonly version: number;
  readonly state: VersionState;
  /** The version that was published when this one was begun; undefined: it was not made from one. */
  readonly base: number | undefined;
  readonly comment: string;
  /** Who changed it last, and when, ms since 1970. */
  readonly changedBy: string;
  readonly changedAt: number;
  /** When it began to take all calls last. */
  readonly publishedBy: string | undefined;
  readonly publishedAt: number | undefined;
  /** While it is one. */
  readonly canary: Canary | undefined;
  /** One more with each change. */
  readonly revision: number;
}

/** A version with what it holds. */
export interface HotlineVersionWithBody extends HotlineVersion {
  /** JSON: the entity's value; of a draft whatever its author wrote. */
  readonly body: string;
}

/** What is to be written of a version; without `body` it holds what it held. */
export type ChangedVersion = HotlineVersion & { readonly body?: string };

/** What becomes of the versions of a hotline. */
export interface VersionChange {
  readonly put: readonly ChangedVersion[];
  readonly dropped: readonly HotlineVersion[];
}

/** How a change of an entity publishes a version that is there already. */
export interface Publication {
  readonly version: number;
  /** As it was read: another one meanwhile refuses it. */
  readonly revision: number;
  /** The version that is published now, for the same reason. */
  readonly instead: number | undefined;
  readonly comment: string | undefined;
}

export interface HotlineVersionStore {
  /** Those of a hotline, the newest first. */
  of(tenant: string, hotline: string): Promise<readonly HotlineVersion[]>;
  get(tenant: string, hotline: string, version: number): Promise<HotlineVersionWithBody | undefined>;
  /** All that take a part of the calls. */
  canaries(): Promise<readonly HotlineVersionWithBody[]>;
  /**
   * Writes what `decide` makes of the versions that there are, the newest first; nobody else changes them meanwhile. Durable when it
   * resolves; rejects with what `decide` throws, and then nothing has changed.
   */
  change(
    tenant: string,
    hotline: string,
    decide: (versions: readonly HotlineVersion[]) => VersionChange,
  ): Promise<void>;
}

/** Published ones of the past that are kept; older ones go. */
const KEPT_VERSIONS = 100;

const NOTHING: VersionChange = { put: [], dropped: [] };

/** The number of the next version, of those that there are, the newest first. */
export const nextVersion = (versions: readonly HotlineVersion[]): number => (versions[0]?.version ?? 0) + 1;

/** The one that takes the calls. */
export const publishedOf = (versions: readonly HotlineVersion[]): HotlineVersion | undefined =>
  versions.find(({ state }) => state === 'published');

/** A version was to be published in place of one that is not the published one any more, or was changed while it was proved. */
export class VersionOutdatedError extends PbxError {
  /** What takes the calls now. */
  readonly published: HotlineVersion | undefined;

  constructor(version: number, published: HotlineVersion | undefined) {
    super('version-outdated', `version ${version} cannot be published: ${whatIsThere(published)}`);
    this.published = published;
  }
}

function whatIsThere(published: HotlineVersion | undefined): string {
  if (published?.publishedAt === undefined) return 'the hotline or the version was changed meanwhile';
  const at = new Date(published.publishedAt).toISOString();
  return `version ${published.version} was published meanwhile, by ${published.publishedBy} at ${at}`;
}

/**
 * What an entity's change makes of its versions. `as`: one that was there; left out: a new one. Throws VersionOutdatedError when
 * that, or the published one, is not what it was taken for.
 */
export function publish(
  versions: readonly HotlineVersion[],
  entity: { readonly tenantId: string; readonly name: string; readonly body: string },
  { at, by, as }: { readonly at: number; readonly by: string; readonly as?: Publication | undefined },
): { readonly version: number; readonly change: VersionChange } {
  const before = publishedOf(versions);
  const known = as && versions.find(({ version }) => version === as.version);
  if (as && (known?.revision !== as.revision || before?.version !== as.instead))
    throw new VersionOutdatedError(as.version, before);
  const version = known?.version ?? nextVersion(versions);
  const published: ChangedVersion = {
    tenant: entity.tenantId,
    hotline: entity.name,
    version,
    base: known ? known.base : before?.version,
    comment: storableText(as?.comment ?? known?.comment ?? ''),
    changedBy: known?.changedBy ?? storableText(by),
    changedAt: known?.changedAt ?? at,
    revision: (known?.revision ?? 0) + 1,
    state: 'published',
    publishedBy: storableText(by),
    publishedAt: at,
    canary: undefined,
    body: entity.body,
  };
  const retired = before && before.version !== version ? [retire(before)] : [];
  const past = versions.filter((one) => one.version !== version && one.state === 'retired');
  return {
    version,
    change: { put: [...retired, published], dropped: past.slice(KEPT_VERSIONS - retired.length) },
  };
}

/** What an entity's removal makes of its versions: what took calls stays readable for the records that name it. */
export function retireAll(versions: readonly HotlineVersion[]): VersionChange {
  if (versions.length === 0) return NOTHING;
  const hasServed = ({ state }: HotlineVersion) => state === 'published' || state === 'canary';
  const isDraft = ({ state }: HotlineVersion) => state === 'draft' || state === 'checked';
  return { put: versions.filter(hasServed).map(retire), dropped: versions.filter(isDraft) };
}

/** A version that takes no calls any more. */
export const retire = (version: HotlineVersion): HotlineVersion => ({
  ...version,
  state: 'retired',
  canary: undefined,
  revision: version.revision + 1,
});
