/** Port of the registrar: accounts of phones, and where they are. */

/** Secret of one digest user. Hashes are lower-case hex of `username:realm:password` (RFC 7616 3.4.2). */
export interface Account {
  readonly tenantId: string;
  readonly username: string;
  readonly realm: string;
  readonly md5: string;
  readonly sha256: string;
}

export interface AccountStore {
  all(): Promise<readonly Account[]>;
  /** Adds accounts; one that exists (username and realm) is replaced. */
  save(accounts: readonly Account[]): Promise<void>;
  /** Saves what `make` returns for the accounts that there are; no other node adds any meanwhile. */
  add(make: (present: readonly Account[]) => readonly Account[]): Promise<void>;
}

/** A registered contact (RFC 3261 10). */
export interface StoredBinding {
  readonly tenantId: string;
  /** Address of record, canonical: `sip:8001@domain`. */
  readonly aor: string;
  /** What tells bindings of one AOR apart: the contact URI, or instance and reg-id (RFC 5626 6). */
  readonly key: string;
  readonly contact: string;
  /** Preference, 0 to 1000 for 0.000 to 1.000. */
  readonly q: number;
  readonly expiresAt: number;
  readonly callId: string;
  readonly cseq: number;
  /** Route set to the contact (RFC 3327). */
  readonly path: readonly string[];
  /** `transport:address:port` that the registration came from. */
  readonly source: string;
  readonly userAgent: string | undefined;
}

export interface BindingStore {
  all(): Promise<readonly StoredBinding[]>;
  /** What other nodes have written after `revision`; what they have removed has expired at 0. */
  since(revision: number): Promise<BindingChanges>;
  /** Writes `changed` (added or refreshed), then removes `removed`; each list all or nothing. */
  apply(changed: readonly StoredBinding[], removed: readonly BindingRemoval[]): Promise<void>;
}

export type BindingKey = Pick<StoredBinding, 'aor' | 'key'>;

/** A binding that is to go, as it is known; one that another node has refreshed meanwhile stays. */
export type BindingRemoval = Pick<StoredBinding, 'aor' | 'key' | 'expiresAt'>;

export interface BindingChanges {
  readonly bindings: readonly StoredBinding[];
  /** What to ask for next. */
  readonly revision: number;
}
