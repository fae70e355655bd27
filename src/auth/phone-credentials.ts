import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import { AuthError } from './auth-error.ts';
import type { Session } from './auth-store.ts';
import type { Companies } from './companies.ts';
import { ownAccountOf, type Principal } from './principal.ts';
import type { Sessions } from './sessions.ts';
import { newToken } from './tokens.ts';

/** Each lasts so long, unless it is renewed. */
const LASTS_MS = 15 * 60_000;
/** Sessions may end on another node, or by themselves: they are looked at so often while a phone has something of them. */
const CHECK_MS = 5000;
/** Pages that somebody has open with one session; one more ends the oldest. */
const MOST = 5;

/** Where phones are let in: port of the registrar. */
export interface PhoneSecrets {
  /** Returns the domain that the phone is to name. */
  lend(
    lent: {
      readonly id: string;
      readonly username: string;
      readonly place: { readonly tenant: string; readonly extension: string };
      readonly endsAt: number;
    },
    password: string,
  ): string;
  extend(id: string, endsAt: number): void;
  /** What registered with it is gone, too. */
  end(id: string): void;
}

/** For who commands the machine: no phone registers with him. */
export const NO_PHONES: PhoneSecrets = { lend: () => '', extend: () => {}, end: () => {} };

/** What a browser phone registers and calls with. */
export interface PhoneCredential {
  readonly id: string;
  readonly extension: string;
  readonly domain: string;
  readonly username: string;
  /** Told once. */
  readonly password: string;
  readonly endsAt: number;
}

interface Given {
  readonly id: string;
  readonly session: Session;
  readonly extension: string;
  endsAt: number;
}

export interface PhoneCredentialsParts {
  readonly sessions: Sessions;
  readonly phones: PhoneSecrets;
  readonly companies: Companies;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'token'>;
  readonly log: Logger;
}

/**
 * SIP credentials for browser phones (浏览器话机): of the extension of the agent whom a session is of, never its password. They end with the
 * session, when its user is no such agent any more or lacks the right to his desk, and in any case soon.
 */
export class PhoneCredentials {
  readonly #parts: PhoneCredentialsParts;
  /** In the order in which they were given. */
  readonly #given = new Map<string, Given>();
  #timer: Timer | undefined;
  #checking: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: PhoneCredentialsParts) {
    this.#parts = parts;
    parts.sessions.events.on('changed', ({ userId }) => void this.check(userId));
  }

  /** Throws AuthError `forbidden` to who is no agent with an extension, or has no right to his desk; `must-change-password`. */
  give(by: Principal): PhoneCredential {
    const { phones, clock, ids } = this.#parts;
    const { session, user } = ownAccountOf(by);
    const extension = this.#requireExtension(by);
    if (this.#isClosed) throw new AuthError('closed', 'the PBX stops');
    const id = ids.token();
    const username = `web-${ids.token()}`;
    const password = newToken(ids);
    const endsAt = Math.min(clock.now() + LASTS_MS, session.endsAt);
    const lent = { id, username, place: { tenant: user.tenantId, extension }, endsAt };
    const domain = phones.lend(lent, password);
    this.#given.set(id, { id, session, extension, endsAt });
    const ofSession = [...this.#given.values()].filter((each) => each.session.id === session.id);
    for (const oldest of ofSession.slice(0, -MOST)) this.#end(oldest);
    this.#timer ??= clock.every(CHECK_MS, () => void this.check());
    return { id, extension, domain, username, password, endsAt };
  }

  /** It lasts anew from now on; user name and password stay. Throws as {@link give}, and AuthError `not-found`. */
  renew(by: Principal, id: string): number {
    const { phones, clock } = this.#parts;
    const given = this.#own(by, id);
    if (this.#requireExtension(by) !== given.extension) throw noSuch(id);
    given.endsAt = Math.min(clock.now() + LASTS_MS, given.session.endsAt);
    phones.extend(id, given.endsAt);
    return given.endsAt;
  }

  /** The phone is put away. Throws AuthError `not-found`. */
  end(by: Principal, id: string): void {
    this.#end(this.#own(by, id));
  }

  /** Ends those whose sessions are no more, of one user or of all; one look after the other. */
  check(userId?: string): Promise<void> {
    this.#checking = this.#checking
      .then(() => this.#look(userId))
      .catch((error: unknown) => {
        this.#parts.log.warn(
          { error: asError(error).message },
          'sessions of browser phones cannot be checked',
        );
      });
    return this.#checking;
  }

  /** Ends them all. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const given of [...this.#given.values()]) this.#end(given);
  }

  async #look(userId: string | undefined): Promise<void> {
    const { clock, sessions } = this.#parts;
    const all = [...this.#given.values()].filter(
      ({ session }) => userId === undefined || session.userId === userId,
    );
    for (const ofSession of Map.groupBy(all, ({ session }) => session.id).values()) {
      const principal = await sessions.still(ofSession[0]!.session);
      const extension = principal && this.#extensionOf(principal);
      for (const given of ofSession)
        if (given.extension !== extension || given.endsAt <= clock.now()) this.#end(given);
    }
  }

  /** Of this session: another one of the same user has its own. */
  #own(by: Principal, id: string): Given {
    const given = this.#given.get(id);
    const { session } = ownAccountOf(by);
    if (given?.session.id !== session.id || given.endsAt <= this.#parts.clock.now()) throw noSuch(id);
    return given;
  }

  #end({ id }: Given): void {
    this.#given.delete(id);
    this.#parts.phones.end(id);
    if (this.#given.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #requireExtension(by: Principal): string {
    if (ownAccountOf(by).user.mustChange)
      throw new AuthError('must-change-password', 'POST /api/v1/me/password first');
    const extension = this.#extensionOf(by);
    if (extension === undefined)
      throw new AuthError('forbidden', `${by.name} is no agent with an extension, and the right to his desk`);
    return extension;
  }

  #extensionOf({ person, rights }: Principal): string | undefined {
    const agent = person?.user.agent;
    if (!person || agent === undefined || !rights.has('desk:update', 'own')) return undefined;
    return this.#parts.companies.extensionOf(person.user.tenantId, agent);
  }
}

const noSuch = (id: string) => new AuthError('not-found', `there is no credential ${id} of this session`);
