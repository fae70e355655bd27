import { AddressList } from '../shared/address-list.ts';
import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import type { Scope } from '../shared/scope.ts';
import type { AuditNote, TellAudit } from './audit-note.ts';
import { AuthError } from './auth-error.ts';
import type { ApiKey, ApiKeyPage, AuthStore } from './auth-store.ts';
import { type Companies, isHome } from './companies.ts';
import { keyPrincipal, type Principal, rightsOfKey } from './principal.ts';
import type { Permission } from './rights.ts';
import { hashOf, newToken } from './tokens.ts';

/** What the secret of each begins with. */
export const KEY_START = 'pbx_';
/** Of a secret, to recognise it by. */
const PREFIX_LENGTH = 12;
/** How often the use of a key is written. */
const USED_EVERY_MS = 60_000;

/** What a key is to be. */
export interface ApiKeyFields {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly addresses: readonly string[];
  readonly endsAt: number | undefined;
}

export interface ApiKeysParts {
  readonly store: AuthStore;
  readonly tell: TellAudit;
  readonly companies: Companies;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<IdSource, 'token'>;
  readonly log: Logger;
}

/** Keys with which machines ask (接口密钥): the secret is told once, its hash stored. */
export class ApiKeys {
  readonly #parts: ApiKeysParts;

  constructor(parts: ApiKeysParts) {
    this.#parts = parts;
  }

  list(scope: Scope, page: ApiKeyPage): Promise<readonly ApiKey[]> {
    return this.#parts.store.apiKeys.list(scope, page);
  }

  /**
   * Makes one; `secret` is told once. Nobody gives a key rights that he lacks. Throws AuthError `not-found` for the company, `forbidden`,
   * `exists`; ConfigError for what is no address.
   */
  async add(by: Principal, tenantId: string, fields: ApiKeyFields): Promise<{ key: ApiKey; secret: string }> {
    const { store, clock, ids, companies } = this.#parts;
    if (!isHome(companies, tenantId)) throw new AuthError('not-found', `there is no company ${tenantId}`);
    if (!by.rights.covers(rightsOfKey(tenantId, fields.permissions))) {
      throw new AuthError('forbidden', `${by.name} lacks rights of this key`);
    }
    new AddressList(fields.addresses);
    const secret = KEY_START + newToken(ids);
    const key: ApiKey = {
      id: ids.token(),
      tenantId,
      ...fields,
      prefix: secret.slice(0, PREFIX_LENGTH),
      secretHash: hashOf(secret),
      createdAt: clock.now(),
      createdBy: by.name,
      usedAt: undefined,
    };
    if (!(await store.apiKeys.add(key))) {
      throw new AuthError('exists', `there is a key ${key.name} already; choose another name`);
    }
    const { name, permissions, addresses, endsAt } = fields;
    await this.#tell(by, key, { did: 'add', name, permissions, addresses, endsAt });
    return { key, secret };
  }

  /** It opens nothing any more. Throws AuthError `not-found`. */
  async remove(by: Principal, scope: Scope, id: string): Promise<void> {
    const key = await this.#parts.store.apiKeys.remove(scope, id);
    if (!key) throw new AuthError('not-found', `there is no key ${id}`);
    await this.#tell(by, key, { did: 'remove', name: key.name });
  }

  /** Who asks with this secret; undefined: no key, one that has ended, or from an address that is not its. */
  async principalOf(secret: string, address: string): Promise<Principal | undefined> {
    if (!secret.startsWith(KEY_START)) return undefined;
    const { store, clock, companies, log } = this.#parts;
    const key = await store.apiKeys.withSecret(hashOf(secret));
    if (!key || !isHome(companies, key.tenantId)) return undefined;
    const now = clock.now();
    if (key.endsAt !== undefined && now >= key.endsAt) return undefined;
    if (key.addresses.length > 0 && !new AddressList(key.addresses).has(address)) {
      log.warn(
        { key: key.name, company: key.tenantId, address },
        'a key was used from an address that is not its',
      );
      return undefined;
    }
    if (now >= (key.usedAt ?? 0) + USED_EVERY_MS) await store.apiKeys.used(key.id, now);
    return keyPrincipal(key);
  }

  async #tell(by: Principal, { id, tenantId, prefix }: ApiKey, details: AuditNote['details']): Promise<void> {
    const { tell, clock } = this.#parts;
    const all = { key: id, prefix, ...details, address: by.address };
    await tell({ tenantId, at: clock.now(), action: 'api-key', by: by.name, details: all });
  }
}
