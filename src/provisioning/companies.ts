import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ConfigErrors } from '../config/config-errors.ts';
import type { Clock } from '../shared/clock.ts';
import { asError, ConfigError, PbxError, type Place } from '../shared/errors.ts';
import type { FolderWatch } from '../shared/folder-watch.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import { type Sliced, Slices } from '../shared/slices.ts';
import { type EntityRevision, type EntityStore, OutdatedError } from '../store/store.ts';
import { type ChangeSet, type EntityName, keyOf, type PlannedChange, type ProposedEntity } from './change.ts';
import { checkBody } from './check/check-body.ts';
import { ChangeRefused, type Mistake, mistakeText } from './check/mistake.ts';
import { keepSecrets } from './check/secrets.ts';
import { asStillUsed } from './check/still-used.ts';
import { type User, usersOf } from './check/used-by.ts';
import type { EntitySources } from './file/entity-sources.ts';
import { placed, unchanged } from './file/read-again.ts';
import type { EntityFiles, FileEntity } from './file/read-entities.ts';
import { kindOf } from './kinds.ts';
import { LastChanges } from './last-changes.ts';
import { planning } from './plan-changes.ts';
import { type EntityChange, type Proposal, Provisioning, type ProvisioningChecks } from './provisioning.ts';
import type { Named } from './snapshot.ts';
import { StoredEntities } from './stored/stored-entities.ts';

/** Who owns an entity; a file has no revisions. */
export type Owner =
  | { readonly owner: 'file'; readonly place: Place; readonly revision: 0 }
  | { readonly owner: 'database'; readonly id: string; readonly revision: number };

/** Why a file cannot be what an entity names, and what to do. */
export type FileMistake = Pick<Mistake, 'reason' | 'fix'>;

export interface CompaniesParts {
  readonly sources: Pick<EntitySources, 'read' | 'watch'>;
  readonly store: EntityStore;
  /** Taken into a database that was never written to. */
  readonly seed?: () => EntityFiles;
  readonly prompts?: ReadonlySet<string>;
  /** What is wrong with the file that an entity names (`file`); left out: not looked at. */
  readonly fileMistake?: (entity: Named) => Promise<FileMistake | undefined>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Logger;
  /** Has the loop take its turn; a tool for tests. */
  readonly turn?: () => Promise<unknown>;
}

/** Looks at an entity that are taken in a turn of the loop: a millisecond or two of them. */
const LOOKS = 1000;
/** What it is to check the body of an entity, in looks. */
const BODY = 50;

/**
 * The entities of all companies and who owns each: files, which are watched, or the database. A change of either is
 * proved as a whole, then taken or refused; a name in both is a mistake of the file.
 */
export class Companies {
  readonly provisioning: Provisioning;
  readonly #parts: CompaniesParts;
  readonly #stored: StoredEntities;
  readonly #lastChanges: LastChanges;
  /** Proves the hotlines that a change touches; undefined until they are read. */
  #proveHotlines: ProvisioningChecks['hotlines'];
  #inFiles: readonly FileEntity[];
  #filesByKey:
    | { readonly of: readonly FileEntity[]; readonly byKey: ReadonlyMap<string, FileEntity> }
    | undefined;
  #digest: { readonly of: readonly FileEntity[]; readonly text: string } | undefined;
  #watch: FolderWatch | undefined;
  /** What was said of the files last: a mistake is told once. */
  #refused = '';
  /** One change after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #slices: Slices;

  private constructor(parts: CompaniesParts, stored: StoredEntities, inFiles: readonly FileEntity[]) {
    this.#parts = parts;
    this.#stored = stored;
    this.#lastChanges = new LastChanges(parts.store);
    this.#inFiles = inFiles;
    this.#slices = slicesOf(parts);
    this.provisioning = new Provisioning([]);
  }

  /** Reads files and database. Throws ConfigErrors with every mistake, PbxError for a database that cannot be read. */
  static async open(parts: CompaniesParts): Promise<Companies> {
    const { entities, mistakes } = parts.sources.read();
    if (mistakes.length > 0) throw new ConfigErrors('the configuration', mistakes);
    const companies = new Companies(
      parts,
      await StoredEntities.load(parts.store, parts.ids, slicesOf(parts)),
      entities,
    );
    const proposal = await companies.#proposeFiles(entities);
    const wrong = placed(entities, proposal.mistakes);
    if (wrong.length > 0) throw new ConfigErrors('the configuration', wrong);
    companies.provisioning.take(proposal);
    return companies;
  }

  /**
   * Hotlines are proved with each change from now on; takes the seed into a database that was never written to. Throws
   * ConfigErrors with every mistake of the seed.
   */
  async begin(proveHotlines: ProvisioningChecks['hotlines']): Promise<void> {
    this.#proveHotlines = proveHotlines;
    const { seed, store } = this.#parts;
    if (seed && (await store.isUntouched())) await this.#plant(seed());
  }

  /** Follows the files from now on: what is right in them is taken, a mistake is told and changes nothing. */
  watchFiles(): void {
    const { sources, clock, log } = this.#parts;
    const onLost = ({ message }: Error) =>
      log.warn({ error: message }, 'a folder of companies is not watched any more');
    this.#watch ??= sources.watch(clock, () => void this.readFiles(), onLost);
  }

  /** Reads the files again; resolves when they are taken or refused. */
  readFiles(): Promise<void> {
    return this.#inTurn(() => this.#readFiles());
  }

  /** Proves a change and takes it; returns what it changes. Throws ChangeRefused; then nothing has changed. */
  apply(change: ChangeSet): Promise<readonly PlannedChange[]> {
    return this.#inTurn(async () => await this.#slices.run(planning(await this.#take(change))));
  }

  /** The same where nobody asks what it changes: of many, telling that is much. */
  take(change: ChangeSet): Promise<void> {
    return this.#inTurn(async () => void (await this.#take(change)));
  }

  /** Takes over what another node has changed in the database. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#refresh());
  }

  /** What {@link apply} would change. Throws ChangeRefused. */
  plan(change: ChangeSet): Promise<readonly PlannedChange[]> {
    return this.#inTurn(async () => {
      const { proposal } = await this.#prove(change);
      return await this.#slices.run(planning(proposal.changes));
    });
  }

  /** Whether {@link take} would take it: throws ChangeRefused. */
  prove(change: ChangeSet): Promise<void> {
    return this.#inTurn(async () => void (await this.#prove(change)));
  }

  /** All entities, those of files first. */
  get entities(): readonly Named[] {
    return [...this.#inFiles, ...this.#stored.entities];
  }

  /** The entities that the database owns: those that {@link apply} may change. */
  get stored(): readonly Named[] {
    return this.#stored.entities;
  }

  /** Which of its versions a hotline's value is; undefined: a file owns it. */
  versionOf(value: object): number | undefined {
    return this.#stored.versionOf(value);
  }

  /** Where the file that owns an entity holds it; undefined: no file does. */
  placeOf(name: EntityName): Place | undefined {
    return this.#inFile(name)?.placeOf([]);
  }

  /** Undefined: there is no such entity. */
  ownerOf(name: EntityName): Owner | undefined {
    const inFile = this.#inFile(name);
    if (inFile) return { owner: 'file', place: inFile.placeOf([]), revision: 0 };
    const row = this.#stored.rowOf(name);
    return row && { owner: 'database', id: row.id, revision: row.revision };
  }

  /** The states that an entity of the database had, the oldest first. */
  async history(name: EntityName): Promise<readonly EntityRevision[]> {
    const row = this.#stored.rowOf(name);
    return row ? await this.#parts.store.history(row.id) : [];
  }

  /** When and by whom entities of the database were changed last, by their ids. */
  lastChanges(owners: readonly Extract<Owner, { owner: 'database' }>[]) {
    return this.#lastChanges.of(owners);
  }

  /** Who would miss an entity: each with the field that names it. */
  usedBy(name: EntityName): Promise<readonly User[]> {
    const proposing = (entities: Iterable<Named>) => this.provisioning.proposing(entities, this.#checks);
    return slicesOf(this.#parts).run(usersOf(name, this.entities, proposing));
  }

  /** Tells apart what the files set up: nodes that share a database compare it. */
  get digestOfFiles(): string {
    if (this.#digest?.of !== this.#inFiles) {
      const entities = this.#inFiles.map((entity) => `${keyOf(entity)}\n${JSON.stringify(entity.value)}`);
      const text = entities.toSorted().join('\n');
      this.#digest = { of: this.#inFiles, text: createHash('sha256').update(text).digest('hex') };
    }
    return this.#digest.text;
  }

  /** Stops watching. Idempotent. */
  close(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }

  #inFile(name: EntityName): FileEntity | undefined {
    if (this.#filesByKey?.of !== this.#inFiles) {
      const byKey = new Map(this.#inFiles.map((entity) => [keyOf(entity), entity]));
      this.#filesByKey = { of: this.#inFiles, byKey };
    }
    return this.#filesByKey.byKey.get(keyOf(name));
  }

  async #take(change: ChangeSet): Promise<readonly EntityChange[]> {
    for (;;) {
      const { put, removed, proposal } = await this.#prove(change);
      if (proposal.changes.length === 0) return [];
      try {
        const { by, publications, bulk } = change;
        const circumstances = { at: this.#parts.clock.now(), by, publications, bulk };
        await this.#stored.change(put, removed, circumstances);
      } catch (error) {
        if (!(error instanceof OutdatedError)) throw error;
        // It is proved anew against what another node has made of them.
        await this.#refresh();
        continue;
      }
      this.provisioning.take(proposal);
      return proposal.changes;
    }
  }

  /** Throws PbxError where somebody else was faster. */
  *#requireSeen({ seen = new Map() }: ChangeSet, named: readonly EntityName[]): Sliced<void> {
    for (const name of named) {
      yield 1;
      const wanted = seen.get(keyOf(name));
      const owner = this.ownerOf(name);
      if (wanted === undefined || wanted === (owner?.revision ?? 0)) continue;
      if (wanted === 0) throw new PbxError('exists', `${name.kind} '${name.name}' exists already`);
      const now = owner ? `it is at revision ${owner.revision} now; read it again` : 'it is gone';
      throw new PbxError('changed-meanwhile', now);
    }
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** The other node has proved it with its own files and prompts; what does not go with ours is said, and what held stays. */
  async #refresh(): Promise<void> {
    if (!(await this.#stored.refresh())) return;
    const proposal = await this.#proposeFiles(this.#inFiles);
    const [mistake] = proposal.mistakes;
    if (!mistake) return this.provisioning.take(proposal);
    const fix = 'all nodes need the same files of companies, dialplans and prompts';
    const text = 'a change of another node does not go with the files of this one; what held stays';
    this.#parts.log.error({ error: mistakeText(mistake), fix }, text);
  }

  async #plant({ entities, mistakes }: EntityFiles): Promise<void> {
    if (mistakes.length > 0) throw new ConfigErrors('the seed', mistakes);
    try {
      const changes = await this.apply({
        put: entities as readonly ProposedEntity[],
        removed: [],
        by: 'seed',
      });
      this.#parts.log.info({ entities: changes.length }, 'the new database begins with the seed');
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error;
      throw new ConfigErrors('the seed', placed(entities, error.mistakes));
    }
  }

  async #readFiles(): Promise<void> {
    const { sources, log } = this.#parts;
    try {
      const { entities, mistakes } = sources.read();
      if (mistakes.length > 0) throw new ConfigErrors('the configuration', mistakes);
      const known = new Map(this.#inFiles.map((entity) => [keyOf(entity), entity]));
      const same = entities.map((entity) => unchanged(entity, known.get(keyOf(entity))));
      const proposal = await this.#proposeFiles(same);
      const wrong = placed(same, proposal.mistakes);
      if (wrong.length > 0) throw new ConfigErrors('the configuration', wrong);
      this.#inFiles = same;
      this.#refused = '';
      this.provisioning.take(proposal);
      const { length } = proposal.changes;
      if (length > 0) log.info({ changes: length }, 'files of companies were read again');
    } catch (error) {
      const text = error instanceof ConfigError ? error.toString() : (asError(error).stack ?? '');
      if (text !== this.#refused) log.error({ error: text }, 'files of companies refused; what held stays');
      this.#refused = text;
    }
  }

  async #proposeFiles(inFiles: readonly FileEntity[]): Promise<Proposal> {
    const twice = inFiles.filter((entity) => this.#stored.get(entity));
    const all = [...inFiles, ...this.#stored.entities];
    const proposal = await this.#slices.run(this.provisioning.proposing(all, this.#checks));
    const mistakes = twice.map(({ kind, tenant, name }): Mistake => {
      const fix = 'remove it from the file, or from the database with pbx400 apply --prune';
      return { kind, tenant, name, path: [], reason: `the database has ${kind} '${name}' too`, fix };
    });
    if (twice.length > 0) return { ...proposal, mistakes };
    return { ...proposal, mistakes: [...proposal.mistakes, ...(await this.#fileMistakes(inFiles))] };
  }

  /** Entities whose files are missing, or not what they are to be. */
  async #fileMistakes(entities: readonly Named[]): Promise<readonly Mistake[]> {
    const mistakes: Mistake[] = [];
    for (const entity of entities) {
      await this.#slices.step();
      const { kind, tenant, name } = entity;
      const mistake = 'file' in entity.value && (await this.#parts.fileMistake?.(entity));
      if (!mistake) continue;
      const { reason, fix } = mistake;
      mistakes.push({ kind, tenant, name, path: ['file'], reason, fix });
    }
    return mistakes;
  }

  async #prove(change: ChangeSet) {
    const { put: proposed, removed: names } = change;
    const slices = this.#slices;
    await slices.run(this.#requireSeen(change, [...proposed, ...names]));
    const { put, mistakes } = await slices.run(this.#checkedAll(proposed));
    const removed = names.filter((name) => this.#stored.get(name));
    mistakes.push(...(await this.#fileMistakes(put)));
    if (mistakes.length > 0) throw new ChangeRefused(mistakes);
    const after = await slices.run(this.#after(put, removed));
    const proposal = await slices.run(this.provisioning.proposing(after, this.#checks));
    if (proposal.mistakes.length > 0) throw new ChangeRefused(asStillUsed(proposal.mistakes, removed));
    return { put, removed, proposal };
  }

  /** Proposed entities as they would be taken, and what is wrong with them. */
  *#checkedAll(
    proposed: readonly ProposedEntity[],
  ): Sliced<{ readonly put: Named[]; readonly mistakes: Mistake[] }> {
    const mistakes: Mistake[] = [];
    const put: Named[] = [];
    for (const each of proposed) {
      yield BODY;
      const entity = this.#checked(each);
      if (Array.isArray(entity)) mistakes.push(...(entity as readonly Mistake[]));
      else if (entity) put.push(entity as Named);
    }
    return { put, mistakes };
  }

  /** All entities after a change, those of files first. */
  *#after(put: readonly Named[], removed: readonly EntityName[]): Sliced<readonly Named[]> {
    const stored = new Map<string, Named>();
    for (const entity of this.#stored.entities) {
      yield 1;
      stored.set(keyOf(entity), entity);
    }
    for (const name of removed) stored.delete(keyOf(name));
    for (const entity of put) {
      yield 1;
      stored.set(keyOf(entity), entity);
    }
    return [...this.#inFiles, ...stored.values()];
  }

  /** A proposed entity as it would be taken; undefined when it is so already. */
  #checked(proposed: ProposedEntity): Named | readonly Mistake[] | undefined {
    const { kind, tenant, name, isWhole } = proposed;
    const inFile = this.#inFile(proposed);
    const before = inFile ?? this.#stored.get(proposed);
    const kept = isWhole ? undefined : before?.value;
    const value = keepSecrets(kindOf(kind), proposed.value, kept as never);
    const entity = checkBody({ ...proposed, value });
    if (Array.isArray(entity)) return entity as readonly Mistake[];
    if (before && isDeepStrictEqual(before.value, (entity as Named).value)) return undefined;
    if (!inFile) return entity;
    const { file, line } = inFile.placeOf([]);
    const reason = `${kind} '${name}' belongs to ${file}:${line}`;
    return [{ kind, tenant, name, path: [], reason, fix: 'change it there, or remove it there first' }];
  }

  get #checks(): ProvisioningChecks {
    return {
      ...(this.#parts.prompts && { prompts: this.#parts.prompts }),
      ...(this.#proveHotlines && { hotlines: this.#proveHotlines }),
    };
  }
}

const slicesOf = ({ turn }: Pick<CompaniesParts, 'turn'>) => new Slices(LOOKS, turn);
