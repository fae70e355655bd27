import type { Clock } from '../shared/clock.ts';
import { TypedEvents } from '../shared/events.ts';
import type { IdSource } from '../shared/ids.ts';
import type { ActAs } from './act-as.ts';
import type { AuthStore, Session, User } from './auth-store.ts';
import { type Companies, hasHome } from './companies.ts';
import { type Principal, personPrincipal } from './principal.ts';
import type { Roles } from './roles.ts';
import { hashOf, newToken } from './tokens.ts';

/** A session ends when so long nothing was asked with it ... */
const IDLE_MS = 60 * 60_000;
/** ... and in any case after a shift. */
const LONGEST_MS = 12 * 60 * 60_000;
/** How often a session that is used is written. */
const SEEN_EVERY_MS = 60_000;
/** Of what a browser calls itself. */
const DEVICE_LENGTH = 200;

/** Where a request comes from. */
export interface Origin {
  readonly address: string;
  readonly device: string;
}

/** Somebody signed in. */
export interface Opened {
  readonly user: User;
  /** What his browser keeps. */
  readonly token: string;
  readonly session: Session;
}

export interface SessionParts {
  readonly store: AuthStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
  readonly companies: Companies;
  readonly roles: Pick<Roles, 'rightsOf'>;
  readonly actAs: Pick<ActAs, 'principalOf'>;
}

export interface SessionEvents {
  /** Sessions of somebody ended, or what he may do changed: what he was given for a session is looked at again. */
  changed: { readonly userId: string };
}

/** Who is signed in (会话): the browser has a token, the store its hash. */
export class Sessions {
  readonly events = new TypedEvents<SessionEvents>();
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Signs somebody in, always with a new token, which begins with `start`. */
  async open(user: User, { address, device }: Origin, start = ''): Promise<Opened> {
    const { store, clock, ids } = this.#parts;
    const token = start + newToken(ids);
    const now = clock.now();
    await store.sessions.dropEnded(now, now - IDLE_MS);
    const session: Session = {
      id: ids.token(),
      userId: user.id,
      tenantId: user.tenantId,
      tokenHash: hashOf(token),
      createdAt: now,
      seenAt: now,
      endsAt: now + LONGEST_MS,
      address,
      device: device.slice(0, DEVICE_LENGTH),
    };
    await store.sessions.add(session);
    return { user, token, session };
  }

  /** Who has this token; undefined: nobody is signed in with it, or no longer. */
  async principalOf(token: string): Promise<Principal | undefined> {
    const { store, clock } = this.#parts;
    const principal = await this.still({ tokenHash: hashOf(token) });
    const session = principal?.person?.session;
    const now = clock.now();
    if (session && now >= session.seenAt + SEEN_EVERY_MS) await store.sessions.seen(session.id, now);
    return principal;
  }

  /** Who is signed in with it as of now, without a request of his: it is not used by being looked at. */
  async still({ tokenHash }: Pick<Session, 'tokenHash'>): Promise<Principal | undefined> {
    const { store, clock, companies, roles, actAs } = this.#parts;
    const found = await store.sessions.withHolder(tokenHash);
    if (!found) return undefined;
    const { session, user } = found;
    const now = clock.now();
    if (now >= session.endsAt || now >= session.seenAt + IDLE_MS) return undefined;
    if (!user.isActive || !hasHome(companies, user)) return undefined;
    const own = personPrincipal(user, session, companies, await roles.rightsOf(user));
    return session.acting ? await actAs.principalOf(own, session.acting) : own;
  }

  /** Where he is signed in now, the newest first. */
  async of(userId: string): Promise<readonly Session[]> {
    const now = this.#parts.clock.now();
    const all = await this.#parts.store.sessions.of(userId);
    return all.filter(({ seenAt, endsAt }) => now < endsAt && now < seenAt + IDLE_MS);
  }

  /** False: he has no such session. */
  async end(userId: string, id: string): Promise<boolean> {
    const ended = await this.#parts.store.sessions.end(userId, id);
    if (ended) this.tell(userId);
    return ended;
  }

  /** Signs him out everywhere but here; undefined: here, too. */
  async endOthers(userId: string, keptId?: string): Promise<void> {
    await this.#parts.store.sessions.endOthers(userId, keptId);
    this.tell(userId);
  }

  /** He may do something else than before. */
  tell(userId: string): void {
    this.events.emit('changed', { userId });
  }
}
