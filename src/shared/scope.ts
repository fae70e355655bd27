/**
 * Whose data a query may see (数据范围): of one company, or of all. It is made from who asks, never from what he asks for; what a
 * principal may see of others' has none.
 */
export class Scope {
  /** The whole installation: its operators, and the PBX itself. */
  static readonly all = new Scope(undefined);

  /** Undefined: of all companies. */
  readonly tenantId: string | undefined;

  private constructor(tenantId: string | undefined) {
    this.tenantId = tenantId;
  }

  static of(tenantId: string): Scope {
    return new Scope(tenantId);
  }

  includes(tenantId: string): boolean {
    return this.tenantId === undefined || this.tenantId === tenantId;
  }
}
