import type { Clock } from '../shared/clock.ts';
import { digestHa1 } from '../sip/auth/digest.ts';
import type { Ha1 } from '../sip/auth/digest-guard.ts';
import type { BindingKey } from '../store/store.ts';
import type { Domains, Place } from './domains.ts';

/** A secret that is lent to a browser for a while. */
export interface Lent {
  readonly id: string;
  /** In credentials in place of the extension; nobody else has it. */
  readonly username: string;
  readonly place: Place;
  /** Nothing is let in with it from then on, and no contact lasts longer. */
  readonly endsAt: number;
}

interface Kept extends Omit<Lent, 'endsAt'> {
  endsAt: number;
  readonly realm: string;
  readonly ha1: Ha1;
  /** Contacts that were registered with it and with nothing else since, by their ids. */
  readonly contacts: Map<string, BindingKey>;
}

/**
 * Secrets of browser phones (浏览器话机临时凭证): each is good for one extension, in its company's domain, until it ends; what was registered
 * with it goes with it. They are in memory alone: a page has another one made after a restart.
 */
export class ShortLivedSecrets {
  readonly #domains: Domains;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #unregister: (contact: BindingKey) => void;
  readonly #byName = new Map<string, Kept>();
  readonly #byId = new Map<string, Kept>();
  readonly #owners = new Map<string, Kept>();

  constructor(domains: Domains, clock: Pick<Clock, 'now'>, unregister: (contact: BindingKey) => void) {
    this.#domains = domains;
    this.#clock = clock;
    this.#unregister = unregister;
  }

  /** Lends one; returns the domain that the phone is to name. */
  lend(lent: Lent, password: string): string {
    const { tenant } = lent.place;
    const realm = this.#domains.of(tenant);
    const hash = (algorithm: 'md5' | 'sha-256') => digestHa1(algorithm, lent.username, realm, password);
    const ha1 = { md5: hash('md5'), 'sha-256': hash('sha-256') };
    const kept: Kept = { ...lent, realm, ha1, contacts: new Map() };
    this.#byId.set(kept.id, kept);
    this.#byName.set(kept.username, kept);
    return realm;
  }

  /** It lasts longer. */
  extend(id: string, endsAt: number): void {
    const kept = this.#byId.get(id);
    if (kept) kept.endsAt = endsAt;
  }

  /** It opens nothing any more, and the phones that registered with it are gone. */
  end(id: string): void {
    const kept = this.#byId.get(id);
    if (!kept) return;
    this.#byId.delete(id);
    this.#byName.delete(kept.username);
    for (const [key, contact] of kept.contacts) {
      this.#owners.delete(key);
      this.#unregister(contact);
    }
  }

  /** Who has this name in a realm now. */
  find(username: string, realm: string): Kept | undefined {
    const kept = this.#byName.get(username);
    return kept?.realm === realm && kept.endsAt > this.#clock.now() ? kept : undefined;
  }

  /** A contact was registered with it; undefined: with the extension's own password. */
  registered(contact: BindingKey, lent: Lent | undefined): void {
    const key = `${contact.aor}\n${contact.key}`;
    this.#owners.get(key)?.contacts.delete(key);
    const kept = lent && this.#byId.get(lent.id);
    if (kept) this.#owners.set(key, kept);
    else this.#owners.delete(key);
    kept?.contacts.set(key, contact);
  }
}
