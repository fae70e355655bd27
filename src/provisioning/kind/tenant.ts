/** A company (租户): every other entity belongs to one. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
}
