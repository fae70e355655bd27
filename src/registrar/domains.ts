import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Snapshot } from '../provisioning/snapshot.ts';

/** A phone's account in its company. */
export interface Place {
  readonly tenant: string;
  readonly extension: string;
}

/**
 * Which company a SIP domain means. Each has one of its own, `<tenant>.<base>` when it has set none. In the base domain an
 * extension is known by `8001@tenant`, or by its number where only one company has that.
 */
export class Domains {
  readonly #provisioning: Provisioned;
  readonly #base: string;
  #indexed: Snapshot | undefined;
  #tenants = new Map<string, string>();
  /** Companies that have an extension of that number. */
  #owners: ReadonlyMap<string, readonly string[]> = new Map();

  /** `base`: realm of phones that name the server itself. */
  constructor(provisioning: Provisioned, base: string) {
    this.#provisioning = provisioning;
    this.#base = base.toLowerCase();
  }

  /** The domain of a company. */
  of(tenant: string): string {
    const own = this.#provisioning.snapshot.get('tenant', tenant, tenant)?.domain;
    return (own ?? `${tenant}.${this.#base}`).toLowerCase();
  }

  /** Whether a host is the domain of a company. */
  has(host: string): boolean {
    return this.#index().has(host.toLowerCase());
  }

  /** Whether a phone that names this domain is one of ours. */
  isOurs(host: string): boolean {
    return host === this.#base || this.has(host);
  }

  /** The realm in which phones that name `host` prove who they are: a company's domain, else the base domain. */
  realmOf(host: string): string {
    return this.has(host) ? host.toLowerCase() : this.#base;
  }

  /** Companies that have the extension `number`, in the base domain. */
  ownersOf(number: string): readonly string[] {
    this.#index();
    return this.#owners.get(number) ?? [];
  }

  /** Whose account a user name is in a realm; undefined: nobody's, or, in the base domain, that of several. */
  placeOf(username: string, realm: string): Place | undefined {
    const tenant = this.#index().get(realm);
    if (tenant !== undefined) return this.#existing(tenant, username);
    const at = username.lastIndexOf('@');
    if (at >= 0) return this.#existing(username.slice(at + 1), username.slice(0, at));
    const owners = this.ownersOf(username);
    return owners.length === 1 ? { tenant: owners[0]!, extension: username } : undefined;
  }

  #existing(tenant: string, extension: string): Place | undefined {
    return this.#provisioning.snapshot.get('extension', tenant, extension) && { tenant, extension };
  }

  #index(): ReadonlyMap<string, string> {
    const { snapshot } = this.#provisioning;
    if (this.#indexed === snapshot) return this.#tenants;
    this.#indexed = snapshot;
    // What another company is called by default, and the base domain, nobody can take by setting it as his own.
    const tenants = snapshot.all('tenant');
    const byDefault = tenants.filter(({ domain }) => domain === undefined);
    this.#tenants = new Map([...tenants, ...byDefault].map(({ id }) => [this.of(id), id]));
    this.#tenants.delete(this.#base);
    const owners = new Map<string, string[]>();
    for (const { number, tenant } of snapshot.all('extension')) {
      const known = owners.get(number);
      if (known) known.push(tenant);
      else owners.set(number, [tenant]);
    }
    this.#owners = owners;
    return this.#tenants;
  }
}
