import { isDeepStrictEqual } from 'node:util';
import { profileOf, type User, type UserProfile } from '../auth/auth-store.ts';
import type { ManyUsers, UserWish } from '../auth/many-users.ts';
import type { Principal } from '../auth/principal.ts';
import { PbxError } from '../shared/errors.ts';
import { Slices } from '../shared/slices.ts';
import type { BulkChange, BulkChangeItem, NewBulkChange } from '../store/bulk-change.ts';

const SLICE = 100;

/** Takes changes of many users back (撤销), by the word of who wants it. */
export class UserUndo {
  readonly #users: ManyUsers;
  readonly #by: Principal;

  constructor(users: ManyUsers, by: Principal) {
    this.#users = users;
    this.#by = by;
  }

  /** Throws PbxError `bad-request` where users were removed, by an earlier undo: without a password nobody comes back. */
  requireWayBack({ removed, updated }: BulkChange, isPartial: boolean): void {
    if (removed === 0 || (isPartial && updated > 0)) return;
    const text = 'users that were removed do not come back, since their passwords are not kept';
    throw new PbxError('bad-request', `${text}: import them again`);
  }

  /**
   * Whether nobody has changed what an item did. A new user is as he was made, and has not taken his account by a password of his own; of a changed one
   * the profile counts.
   */
  async untouched(tenantId: string): Promise<(item: BulkChangeItem) => boolean> {
    const known = await this.#byId(tenantId);
    return ({ entityId, before, after, revision }) => {
      const user = known.get(entityId);
      if (!user || after === undefined) return false;
      if (before === undefined) return user.revision === revision;
      return isDeepStrictEqual(profileIn(after), profileOf(user));
    };
  }

  /** All of it or nothing. Throws PbxError `forbidden`, `changed-meanwhile`, `changed-since` for what cannot be again. */
  async take(items: readonly BulkChangeItem[], bulk: NewBulkChange): Promise<void> {
    const { id, tenantId, source, file, undoes } = bulk;
    const known = await this.#byId(tenantId);
    const slices = new Slices(SLICE);
    const removed: User[] = [];
    const wishes: UserWish[] = [];
    for (const { entityId, name: login, before } of items) {
      await slices.step();
      const user = known.get(entityId);
      if (!user) throw new PbxError('changed-meanwhile', `${login} is not there any more: nothing was done`);
      if (before !== undefined) {
        wishes.push({ login, fields: profileIn(before) });
        continue;
      }
      const lacked = await this.#users.powerFlaw(this.#by, user);
      if (lacked) throw new PbxError('forbidden', lacked.detail);
      removed.push(user);
    }
    const leaving = new Set(removed.map((user) => user.id));
    const judged = await this.#users.judge(this.#by, tenantId, wishes, leaving);
    const wrong = judged.find(({ flaws }) => flaws.length > 0);
    if (wrong) {
      const { code, detail } = wrong.flaws[0]!;
      const why = code === 'forbidden' ? code : 'changed-since';
      throw new PbxError(why, `${wrong.login} cannot be what he was: ${detail}`);
    }
    await this.#users.take(this.#by, tenantId, { judged, removed }, { id, source, file, undoes });
  }

  async #byId(tenantId: string): Promise<ReadonlyMap<string, User>> {
    const all = await this.#users.all(tenantId);
    return new Map(Array.from(all.values(), (user) => [user.id, user]));
  }
}

const profileIn = (body: string): UserProfile => profileOf(JSON.parse(body) as UserProfile);
