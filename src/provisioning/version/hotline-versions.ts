import type { Clock } from '../../shared/clock.ts';
import { PbxError } from '../../shared/errors.ts';
import {
  type Canary,
  type HotlineVersion,
  type HotlineVersionStore,
  type HotlineVersionWithBody,
  publishedOf,
} from '../../store/hotline-version.ts';
import type { AuditEntry } from '../../store/store.ts';
import { keyOf, type ProposedEntity } from '../change.ts';
import { checkBody } from '../check/check-body.ts';
import { ChangeRefused, type Mistake } from '../check/mistake.ts';
import type { Companies } from '../companies.ts';
import type { StoredHotline } from '../kind/hotline.ts';
import type { Named } from '../snapshot.ts';
import {
  canaryOf,
  checked,
  draftOf,
  dropped,
  ended,
  publishable,
  type SavedDraft,
  saved,
  tried,
  VersionStateError,
} from './version-rules.ts';

export type { Canary, HotlineVersion, HotlineVersionWithBody } from '../../store/hotline-version.ts';

/** A stored hotline, by its company and main number. */
export interface HotlineName {
  readonly tenant: string;
  readonly hotline: string;
}

/** A version that takes a part of the calls, ready to be made a plan. */
export interface TriedVersion {
  readonly version: number;
  readonly value: StoredHotline;
  readonly canary: Canary;
}

export interface HotlineVersionsParts {
  readonly companies: Pick<Companies, 'apply' | 'plan' | 'provisioning' | 'placeOf'>;
  readonly store: HotlineVersionStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly audit: (entry: AuditEntry) => Promise<void>;
  /** Told of all versions that take a part of the calls, whenever that changes. */
  readonly onTried: (versions: readonly TriedVersion[]) => void;
}

/** Who does something to a version, and what he says of it. */
export interface Act {
  readonly by: string;
  readonly comment?: string | undefined;
}

/**
 * The versions of hotlines whose flow is data (热线版本): one draft each, which may be wrong; versions that are tried on a part of the
 * calls (灰度); the published one, which is the entity; those of the past. A version counts for the calls that begin after it was
 * published. What a file owns is changed there, and has none.
 */
export class HotlineVersions {
  readonly #parts: HotlineVersionsParts;

  constructor(parts: HotlineVersionsParts) {
    this.#parts = parts;
  }

  /** The newest first. Throws PbxError when there is no such hotline. */
  async list(name: HotlineName): Promise<readonly HotlineVersion[]> {
    this.#expectStored(name);
    return await this.#parts.store.of(name.tenant, name.hotline);
  }

  async get(name: HotlineName, version: number): Promise<HotlineVersionWithBody> {
    this.#expectStored(name);
    const found = await this.#parts.store.get(name.tenant, name.hotline, version);
    if (found) return found;
    throw new PbxError('not-found', `the hotline ${name.hotline} has no version ${version}`);
  }

  /** What a version holds, as it would be taken. Throws ChangeRefused for a draft that is none. */
  async value(name: HotlineName, version: number): Promise<StoredHotline> {
    const entity = checkBody(entityOf(await this.get(name, version)));
    if (Array.isArray(entity)) throw new ChangeRefused(entity as readonly Mistake[]);
    return (entity as Named<'hotline'>).value;
  }

  /** A version, by default the draft, that could be published now. Throws ChangeRefused for what is wrong with it. */
  async proved(name: HotlineName, version?: number): Promise<{ version: number; entity: Named<'hotline'> }> {
    const found = version === undefined ? await this.draft(name) : await this.get(name, version);
    if (!found) throw new VersionStateError(`the hotline ${name.hotline} has no draft`);
    const mistakes = await this.#mistakesOf(found);
    if (mistakes.length > 0) throw new ChangeRefused(mistakes);
    return { version: found.version, entity: checkBody(entityOf(found)) as Named<'hotline'> };
  }

  /** The version that is edited; undefined: none is. */
  async draft(name: HotlineName): Promise<HotlineVersionWithBody | undefined> {
    const draft = draftOf(await this.list(name));
    return draft && (await this.get(name, draft.version));
  }

  /** Begins or changes the draft, right or wrong. Throws DraftChangedError, VersionStateError. */
  async save(name: HotlineName, draft: Omit<SavedDraft, 'at'>): Promise<HotlineVersionWithBody> {
    this.#expectStored(name);
    const at = this.#parts.clock.now();
    await this.#change(name, (versions) => saved(name, versions, { ...draft, at }));
    return (await this.draft(name))!;
  }

  /** Drops the draft whose revision was `read`. */
  async drop(name: HotlineName, read: number, act: Act): Promise<void> {
    this.#expectStored(name);
    await this.#change(name, (versions) => dropped(versions, read));
    await this.#tell(name, 'drop-draft', act);
  }

  /** Proves the draft as if it were published now; without mistakes it is a checked version. */
  async check(
    name: HotlineName,
  ): Promise<{ readonly version: number; readonly mistakes: readonly Mistake[] }> {
    const draft = await this.draft(name);
    if (!draft) throw new VersionStateError(`the hotline ${name.hotline} has no draft`);
    const mistakes = await this.#mistakesOf(draft);
    if (mistakes.length === 0 && draft.state === 'draft')
      await this.#change(name, (versions) => checked(versions, draft));
    return { version: draft.version, mistakes };
  }

  /**
   * Lets a checked version, or the one that is tried, take all calls that begin from now on. Throws VersionOutdatedError when
   * something else was published since it was begun, ChangeRefused for mistakes.
   */
  publish(name: HotlineName, version: number, act: Act): Promise<void> {
    return this.#publish(name, version, act, false);
  }

  /** Lets a version of the past take all calls again (回滚). */
  rollBack(name: HotlineName, version: number, act: Act): Promise<void> {
    return this.#publish(name, version, act, true);
  }

  /** Lets a checked version take a part of the calls. Throws ChangeRefused for mistakes. */
  async tryOut(name: HotlineName, version: number, canary: Canary, act: Act): Promise<void> {
    const found = await this.get(name, version);
    const mistakes = await this.#mistakesOf(found);
    if (mistakes.length > 0) throw new ChangeRefused(mistakes);
    await this.#change(name, (versions) => {
      const now = versions.find((one) => one.version === version);
      if (now?.revision !== found.revision)
        throw new VersionStateError(`version ${version} was changed meanwhile`);
      return tried(versions, version, canary);
    });
    await this.readTried();
    const how = 'percent' in canary ? canary : { callers: canary.callers.length };
    await this.#tell(name, 'canary', act, { version, ...how });
  }

  /** No calls go by the version that is tried any more. */
  async endTrial(name: HotlineName, act: Act): Promise<void> {
    const version = canaryOf(await this.list(name))?.version;
    await this.#change(name, ended);
    await this.readTried();
    await this.#tell(name, 'end-canary', act, { version });
  }

  /** Reads what is tried, as another node may have changed it. */
  async readTried(): Promise<void> {
    const versions = await this.#parts.store.canaries();
    this.#parts.onTried(
      versions.flatMap(({ version, canary, ...rest }) => {
        const entity = checkBody(entityOf(rest));
        if (!canary || Array.isArray(entity)) return [];
        return [{ version, canary, value: (entity as Named<'hotline'>).value }];
      }),
    );
  }

  async #publish(name: HotlineName, version: number, act: Act, again: boolean): Promise<void> {
    const versions = await this.list(name);
    const { revision, base } = publishable(versions, version, again);
    const found = await this.get(name, version);
    const entity = entityOf(found);
    const instead = again ? publishedOf(versions)?.version : base;
    const publication = { version, revision, instead, comment: act.comment };
    const publications = new Map([[keyOf(entity), publication]]);
    const change = { put: [entity], removed: [], by: act.by, publications };
    const changes = await this.#parts.companies.apply(change);
    if (changes.length === 0)
      throw new VersionStateError(`version ${version} is the same as what is published`, found.state);
    await this.readTried();
    await this.#tell(name, again ? 'roll-back' : 'publish', act, {
      version,
      instead: publishedOf(versions)?.version,
    });
  }

  async #mistakesOf(version: HotlineVersionWithBody): Promise<readonly Mistake[]> {
    const change = { put: [entityOf(version)], removed: [], by: '' };
    try {
      await this.#parts.companies.plan(change);
      return [];
    } catch (error) {
      if (error instanceof ChangeRefused) return error.mistakes;
      throw error;
    }
  }

  #change(
    { tenant, hotline }: HotlineName,
    decide: Parameters<HotlineVersionStore['change']>[2],
  ): Promise<void> {
    return this.#parts.store.change(tenant, hotline, decide);
  }

  #expectStored({ tenant, hotline }: HotlineName): void {
    const { companies } = this.#parts;
    if (!companies.provisioning.snapshot.get('hotline', tenant, hotline))
      throw new PbxError('not-found', `there is no hotline ${hotline} whose flow is data`);
    const place = companies.placeOf({ kind: 'hotline', tenant, name: hotline });
    if (!place) return;
    const where = place.line === undefined ? place.file : `${place.file}:${place.line}`;
    throw new VersionStateError(
      `the hotline ${hotline} belongs to ${where}: it is changed there, and has no versions`,
    );
  }

  #tell(
    { tenant, hotline }: HotlineName,
    act: string,
    { by, comment }: Act,
    more: object = {},
  ): Promise<void> {
    const details = { hotline, act, ...more, ...(comment !== undefined && { comment }) };
    return this.#parts.audit({
      tenantId: tenant,
      at: this.#parts.clock.now(),
      action: 'hotline-version',
      by,
      details,
    });
  }
}

/** The hotline that a version holds; of a draft whatever its author has written. */
function entityOf({ tenant, hotline, body }: HotlineName & { readonly body: string }): ProposedEntity {
  const value = JSON.parse(body) as ProposedEntity['value'];
  return { kind: 'hotline', tenant, name: hotline, value };
}
