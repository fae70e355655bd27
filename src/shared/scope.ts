/**
 * Whose data a query may see (数据范围): of one company, or of all. It is made from who asks, never from what he asks for; what a
 * principal may see of others' has none.
 */
export class Scope {
  /** The whole installation: its operators, and the PBX itself. */
  static readonly all = new Scope(undefined, true);

  /** Undefined: of all companies. */
  readonly tenantId: string | undefined;
  /** Whether numbers of callers and callees are whole in what is seen; else they are masked, and found by nobody digit by digit. */
  readonly seesNumbers: boolean;

  private constructor(tenantId: string | undefined, seesNumbers: boolean) {
    this.tenantId = tenantId;
    this.seesNumbers = seesNumbers;
  }

  static of(tenantId: string): Scope {
    return new Scope(tenantId, true);
  }

  /** The same, with numbers masked (号码防火墙). */
  withoutNumbers(): Scope {
    return new Scope(this.tenantId, false);
  }

  includes(tenantId: string): boolean {
    return this.tenantId === undefined || this.tenantId === tenantId;
  }
}
