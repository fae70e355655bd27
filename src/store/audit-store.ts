import type { Scope } from '../shared/scope.ts';

/** Something that was done to the installation's data. */
export interface AuditEntry {
  /** Whose data; `system`: of all companies. */
  readonly tenantId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly action:
    | 'backup'
    | 'restore'
    | 'retention'
    | 'erase'
    | 'hold'
    | 'unhold'
    | 'outside-limit'
    | 'supervise'
    | 'reveal'
    | 'note-call'
    | 'missed-call'
    | 'prompt'
    | 'switch'
    | 'trunk'
    | 'ban'
    | 'sign-in'
    | 'sign-out'
    | 'act-as'
    | 'user'
    | 'role'
    | 'password'
    | 'second-factor'
    | 'api-key'
    | 'webhook'
    | 'hotline-version'
    | 'test-call'
    | 'listen'
    | 'download'
    | 'delete-recording'
    | 'delete-voicemail'
    | 'share'
    | 'unshare'
    | 'fault'
    | 'use-share'
    | 'entity'
    | 'list-number'
    | 'import'
    | 'edit'
    | 'undo'
    | 'export';
  /** Who did it: a person and his command, or the PBX itself. */
  readonly by: string;
  /** Counts and names, JSON values; never a number of a person. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** An entry as it stands: `seq` counts up. */
export interface StoredAuditEntry extends AuditEntry {
  readonly seq: number;
}

export interface AuditReader {
  /** The newest entries that the scope has, the newest first. `before`: those with a smaller sequence number only. */
  newest(
    count: number,
    scope: Scope,
    before?: number,
    filter?: AuditFilter,
  ): Promise<readonly StoredAuditEntry[]>;
  /** The newest that name one of these recordings (`details.recording`), the newest first. */
  ofRecordings(
    recordings: readonly string[],
    count: number,
    scope: Scope,
  ): Promise<readonly StoredAuditEntry[]>;
}

/** Which entries; what is left out is not asked. */
export interface AuditFilter {
  readonly action?: string | undefined;
  /** Part of who did it, in lower case. */
  readonly by?: string | undefined;
  /** Part of what was done to what (`details`), in lower case. */
  readonly q?: string | undefined;
  /** Milliseconds since 1970, `to` not included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The audit trail (审计): entries are added and read, never changed. */
export interface AuditStore extends AuditReader {
  /** Durable when it resolves. */
  append(entry: AuditEntry): Promise<void>;
}
