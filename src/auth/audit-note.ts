/** What the audit trail is told. */
export interface AuditNote {
  /** Whose data. */
  readonly tenantId: string;
  readonly at: number;
  readonly action:
    | 'sign-in'
    | 'sign-out'
    | 'act-as'
    | 'user'
    | 'role'
    | 'password'
    | 'second-factor'
    | 'api-key'
    | 'reveal'
    | 'note-call'
    | 'webhook'
    | 'share'
    | 'unshare'
    | 'fault';
  readonly by: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Adds a note; durable when it resolves. */
export type TellAudit = (note: AuditNote) => Promise<void>;
