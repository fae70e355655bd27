/** Port FaultStore: fault reports (故障报告) of companies. Times in ms since 1970. */
export interface FaultHead {
  readonly id: string;
  readonly tenantId: string;
  readonly at: number;
  /** Who reports it, as the audit trail has him. */
  readonly by: string;
  /** Work number (工号); undefined: he is no agent. */
  readonly agent: string | undefined;
  readonly callId: string | undefined;
  /** His words; '': none. */
  readonly text: string;
  readonly closed: { readonly at: number; readonly by: string; readonly note: string } | undefined;
}

/** What was measured where it happened: plain JSON without secrets and numbers. */
export type FaultFacts = Readonly<Record<string, unknown>>;

export interface FaultStore {
  /** Durable when it resolves. */
  add(head: FaultHead, facts: FaultFacts): Promise<void>;
  /** All of a company, in no order. */
  heads(tenantId: string): Promise<readonly FaultHead[]>;
  /** Undefined: there is none. */
  facts(tenantId: string, id: string): Promise<FaultFacts | undefined>;
  /** In place of the head that there is. */
  change(head: FaultHead): Promise<void>;
  remove(tenantId: string, id: string): Promise<void>;
}
