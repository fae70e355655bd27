import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import type { TellAudit } from './audit-note.ts';
import { AuthError } from './auth-error.ts';
import type { AuthStore, User } from './auth-store.ts';
import type { Principal } from './principal.ts';
import { type Permission, type Right, RightSet, ROLES } from './rights.ts';
import type { Roles } from './roles.ts';
import type { Opened, Origin, Sessions } from './sessions.ts';
import { hashOf, newToken } from './tokens.ts';

/** What the token of an embedded phone bar begins with: it opens nothing as a cookie. */
export const EMBED_START = 'pbxe_';
/** A page is to hand a ticket on at once. */
const GOOD_MS = 60_000;
const MOST = 10_000;

const DESK: ReadonlySet<Permission> = new Set(ROLES.agent.rights.map(({ permission }) => permission));

export interface EmbeddingParts {
  readonly store: AuthStore;
  readonly sessions: Pick<Sessions, 'open' | 'principalOf'>;
  readonly roles: Pick<Roles, 'rightsOf'>;
  readonly tell: TellAudit;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
}

/**
 * Phone bars (话务条) in pages of others: their server is given a ticket for an agent, good once, for a minute, on the node that gave it; with
 * it the bar opens a session of who is that agent, which reaches his desk and nothing else, whatever he may do besides.
 */
export class Embedding {
  readonly #parts: EmbeddingParts;
  /** In the order in which they end. */
  readonly #made = new Map<string, { readonly user: User; readonly by: string; readonly endsAt: number }>();

  constructor(parts: EmbeddingParts) {
    this.#parts = parts;
  }

  /** Throws AuthError `not-found` where nobody who may sign in is that agent, `must-change-password`, `forbidden` to who would see more by it than he may. */
  async make(by: Principal, tenantId: string, agent: string): Promise<{ ticket: string; endsAt: number }> {
    const { store, roles, clock, ids } = this.#parts;
    const user = await store.users.withAgent(tenantId, agent);
    if (!user?.isActive) throw new AuthError('not-found', `nobody who may sign in is agent ${agent}`);
    if (user.mustChange) throw new AuthError('must-change-password', `${user.login} signs in once first`);
    if (seesNumbers(await roles.rightsOf(user)) && !seesNumbers(by.rights))
      throw new AuthError('forbidden', `agent ${agent} sees whole numbers: it takes the right number:read`);
    const now = clock.now();
    for (const [hash, { endsAt }] of this.#made) {
      if (endsAt > now && this.#made.size < MOST) break;
      this.#made.delete(hash);
    }
    const ticket = newToken(ids);
    const endsAt = now + GOOD_MS;
    this.#made.set(hashOf(ticket), { user, by: by.name, endsAt });
    return { ticket, endsAt };
  }

  /** Signs the agent in. Throws AuthError `unauthorized` for a ticket that is none, or not any more. */
  async open(ticket: string, origin: Origin): Promise<Opened> {
    const { sessions, tell, clock } = this.#parts;
    const hash = hashOf(ticket);
    const made = this.#made.get(hash);
    this.#made.delete(hash);
    const now = clock.now();
    if (!made || made.endsAt <= now) throw new AuthError('unauthorized', 'the ticket is over, or was used');
    const { user, by } = made;
    const opened = await sessions.open(user, origin, EMBED_START);
    const details = { session: opened.session.id, embeddedBy: by, address: origin.address };
    await tell({ tenantId: user.tenantId, at: now, action: 'sign-in', by: user.login, details });
    return opened;
  }

  /** Who asks with the token of a phone bar: he has of his rights those of an agent, at his own desk. */
  async principalOf(token: string): Promise<Principal | undefined> {
    if (!token.startsWith(EMBED_START)) return undefined;
    const principal = await this.#parts.sessions.principalOf(token);
    return principal && { ...principal, rights: deskRights(principal.rights), isEmbedded: true };
  }
}

const seesNumbers = (rights: RightSet) => rights.has('number:read', 'own');

/** `number:read` is kept: whoever sees numbers elsewhere sees who calls. */
function deskRights(rights: RightSet): RightSet {
  const kept = rights.list().flatMap((right): readonly Right[] => {
    if (right.permission === 'number:read') return [right];
    return DESK.has(right.permission) ? [{ permission: right.permission, reach: 'own' }] : [];
  });
  return new RightSet(kept);
}
