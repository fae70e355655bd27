/** Agents of one company, by their work numbers, and the extensions that are theirs alone: whose calls and states are seen. */
export interface Reached {
  readonly agents: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
}

/**
 * Whose data a query may see (数据范围): of one company, or of all; of all its agents, or of some. It is made from who asks, never from
 * what he asks for; what a principal may see of others' has none.
 */
export class Scope {
  /** The whole installation: its operators, and the PBX itself. */
  static readonly all = new Scope(undefined, undefined, true);

  /** Undefined: of all companies. */
  readonly tenantId: string | undefined;
  /** Undefined: of all agents, and what is no agent's. */
  readonly reached: Reached | undefined;
  /** Whether numbers of callers and callees are whole in what is seen; else they are masked, and found by nobody digit by digit. */
  readonly seesNumbers: boolean;

  private constructor(tenantId: string | undefined, reached: Reached | undefined, seesNumbers: boolean) {
    this.tenantId = tenantId;
    this.reached = reached;
    this.seesNumbers = seesNumbers;
  }

  static of(tenantId: string): Scope {
    return new Scope(tenantId, undefined, true);
  }

  /** The same, of these agents alone. */
  narrowedTo(reached: Reached): Scope {
    return new Scope(this.tenantId, reached, this.seesNumbers);
  }

  /** The same, with numbers masked (号码防火墙). */
  withoutNumbers(): Scope {
    return new Scope(this.tenantId, this.reached, false);
  }

  includes(tenantId: string): boolean {
    return this.tenantId === undefined || this.tenantId === tenantId;
  }

  includesAgent(tenantId: string, agent: string): boolean {
    return this.includes(tenantId) && (this.reached?.agents.has(agent) ?? true);
  }
}
