import { profileOf, type User, type UserBatch } from '../../auth/auth-store.ts';
import { type Callback, MemoryCallbacks } from '../../callback/callback.ts';
import type { Scope } from '../../shared/scope.ts';
import type { BulkChange, BulkChangeItem, BulkChangePage, BulkChangeStore } from '../bulk-change.ts';
import { callbackFact } from '../callback-repository.ts';
import { entityFacts, listsIn } from '../entity-repository.ts';
import { publishedOf } from '../hotline-version.ts';
import { HOTLINE_KIND, versionsMade } from '../hotlines-changed.ts';
import { phoneSettingFact } from '../phone-setting-repository.ts';
import {
  type ChangeOutcome,
  type EntityChanged,
  type EntityRevision,
  type EntityStore,
  OutdatedError,
  type PhoneSettingStore,
  type StoredChange,
  type StoredEntity,
  type StoredPhoneSetting,
  type StoredSwitch,
  type SwitchStore,
} from '../store.ts';
import { switchFact } from '../switch-repository.ts';
import { USER_KIND } from '../user-batch.ts';
import type { MemoryEvents } from './memory-events.ts';
import type { MemoryHotlineVersions } from './memory-hotline-versions.ts';
import type { MemoryListNumbers } from './memory-list-numbers.ts';

export class MemoryEntities implements EntityStore, BulkChangeStore {
  readonly #events: MemoryEvents;
  readonly #entities = new Map<string, StoredEntity>();
  readonly #history = new Map<string, EntityRevision[]>();
  readonly #versions: MemoryHotlineVersions;
  #revision = 0;
  readonly #bulk: BulkChange[] = [];
  readonly #items = new Map<string, BulkChangeItem[]>();
  #seq = 0;
  readonly #listNumbers: Pick<MemoryListNumbers, 'empty'>;

  constructor(
    events: MemoryEvents,
    versions: MemoryHotlineVersions,
    listNumbers: Pick<MemoryListNumbers, 'empty'>,
  ) {
    this.#events = events;
    this.#versions = versions;
    this.#listNumbers = listNumbers;
  }

  async all(): Promise<readonly StoredEntity[]> {
    return [...this.#entities.values()]
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
      .map((entity) => {
        const version = publishedOf(this.#versions.all(entity.tenantId, entity.name))?.version;
        return entity.kind === HOTLINE_KIND ? { ...entity, version } : entity;
      });
  }

  async revision(): Promise<number> {
    return this.#revision;
  }

  async change(change: StoredChange, known = this.#revision): Promise<ChangeOutcome> {
    if (known !== this.#revision) throw new OutdatedError();
    const { put, removed, at, by } = change;
    const before = new Map(Array.from(this.#entities.values(), ({ id, body }) => [id, body]));
    const after = new Map(this.#entities);
    for (const { id } of removed) after.delete(id);
    for (const entity of put) after.set(entity.id, entity);
    const names = new Set(Array.from(after.values(), nameOf));
    if (names.size < after.size) throw new Error('two entities have one name');
    const { versions, changes } = versionsMade(change, ({ tenantId, name }) =>
      this.#versions.all(tenantId, name),
    );
    for (const each of changes) this.#versions.write(each);
    for (const list of listsIn(removed)) await this.#listNumbers.empty(list);
    for (const fact of entityFacts(change, before)) this.#events.append(fact);
    this.#entities.clear();
    for (const [id, entity] of after) this.#entities.set(id, entity);
    if (change.bulk) {
      const created = put.filter(({ revision }) => revision === 1).length;
      const counts = { created, updated: put.length - created, removed: removed.length };
      this.#bulk.push({ ...change.bulk, at, by, ...counts });
    }
    for (const entity of removed)
      this.#note(entity, { revision: entity.revision + 1, body: undefined, at, by }, change.bulk?.id);
    for (const entity of put)
      this.#note(entity, { revision: entity.revision, body: entity.body, at, by }, change.bulk?.id);
    return { revision: ++this.#revision, versions };
  }

  async history(id: string): Promise<readonly EntityRevision[]> {
    return this.#history.get(id) ?? [];
  }

  async lastChanges(ids: readonly string[]): Promise<ReadonlyMap<string, EntityChanged>> {
    return new Map(
      ids.flatMap((id) => {
        const last = this.#history.get(id)?.at(-1);
        return last ? [[id, { at: last.at, by: last.by }]] : [];
      }),
    );
  }

  async isUntouched(): Promise<boolean> {
    return this.#history.size === 0;
  }

  async list(scope: Scope, { limit, after }: BulkChangePage): Promise<readonly BulkChange[]> {
    const newest = this.#bulk.filter(({ tenantId }) => scope.includes(tenantId)).toSorted(byTime);
    return newest.filter((each) => !after || byTime(each, after) > 0).slice(0, limit);
  }

  async find(scope: Scope, id: string): Promise<BulkChange | undefined> {
    return this.#bulk.find((each) => each.id === id && scope.includes(each.tenantId));
  }

  async items(
    { id, tenantId }: Pick<BulkChange, 'id' | 'tenantId'>,
    limit: number,
    after = 0,
  ): Promise<readonly BulkChangeItem[]> {
    if (!this.#bulk.some((each) => each.id === id && each.tenantId === tenantId)) return [];
    return (this.#items.get(id) ?? []).filter(({ seq }) => seq > after).slice(0, limit);
  }

  /** What was done to many users, who are no entities. */
  noteUsers({ tenantId, added, changed, removed, noted }: UserBatch): void {
    const { id, source, file, undoes, at, by } = noted;
    const counts = { created: added.length, updated: changed.length, removed: removed.length };
    this.#bulk.push({ id, tenantId, source, kind: USER_KIND, file, at, by, ...counts, undoes });
    const items: Omit<BulkChangeItem, 'seq'>[] = [
      ...removed.map((user) => ({
        ...userItem(user, user.revision + 1),
        before: profileText(user),
        after: undefined,
      })),
      ...added.map((user) => ({
        ...userItem(user, user.revision),
        before: undefined,
        after: profileText(user),
      })),
      ...changed.map(({ user, profile }) => {
        const texts = { before: profileText(user), after: profileText({ ...user, ...profile }) };
        return { ...userItem(user, user.revision + 1), ...texts };
      }),
    ];
    this.#items.set(
      id,
      items.map((item) => ({ seq: ++this.#seq, ...item })),
    );
  }

  #note({ id, kind, name }: StoredEntity, state: Omit<EntityRevision, 'name'>, change?: string): void {
    const past = this.#history.get(id) ?? [];
    this.#history.set(id, [...past, { ...state, name }]);
    if (change === undefined) return;
    const { revision, body: after } = state;
    const item = { seq: ++this.#seq, entityId: id, kind, name, revision, before: past.at(-1)?.body, after };
    this.#items.set(change, [...(this.#items.get(change) ?? []), item]);
  }
}

const profileText = (user: User) => JSON.stringify(profileOf(user));
const userItem = ({ id, login }: User, revision: number) => ({
  entityId: id,
  kind: USER_KIND,
  name: login,
  revision,
});

type Placed = Pick<BulkChange, 'at' | 'id'>;
const byTime = (one: Placed, other: Placed) => other.at - one.at || (one.id < other.id ? 1 : -1);

const nameOf = ({ tenantId, kind, name }: StoredEntity) => `${tenantId}\n${kind}\n${name}`;

export class MemorySwitches implements SwitchStore {
  readonly #events: MemoryEvents;
  #on: readonly StoredSwitch[] = [];

  constructor(events: MemoryEvents) {
    this.#events = events;
  }

  async all(): Promise<readonly StoredSwitch[]> {
    return this.#on;
  }

  async replace(on: readonly StoredSwitch[]): Promise<void> {
    this.#on = [...on];
  }

  async turn(state: StoredSwitch, on: boolean, at: number): Promise<void> {
    this.#events.append(switchFact(state, on, at));
    const rest = this.#on.filter(({ tenant, name }) => tenant !== state.tenant || name !== state.name);
    this.#on = on ? [...rest, state] : rest;
  }
}

export class MemoryPhoneSettings implements PhoneSettingStore {
  readonly #events: MemoryEvents;
  #all: readonly StoredPhoneSetting[] = [];

  constructor(events: MemoryEvents) {
    this.#events = events;
  }

  async all(): Promise<readonly StoredPhoneSetting[]> {
    return this.#all;
  }

  async set(changed: StoredPhoneSetting, at: number): Promise<void> {
    const { tenant, extension, setting, value } = changed;
    this.#events.append(phoneSettingFact(changed, at));
    const rest = this.#all.filter(
      (one) => one.tenant !== tenant || one.extension !== extension || one.setting !== setting,
    );
    this.#all = value === undefined ? rest : [...rest, changed];
  }
}

export class MemoryCallbacksWithFacts extends MemoryCallbacks {
  readonly #events: MemoryEvents;

  constructor(events: MemoryEvents) {
    super();
    this.#events = events;
  }

  override async put(callback: Callback, at: number): Promise<boolean> {
    const isKept = await super.put(callback);
    if (isKept) this.#events.append(callbackFact(callback, at));
    return isKept;
  }
}
