import { normaliseCalled } from '../numbering/number.ts';
import type { Extension } from '../provisioning/kind/extension.ts';
import type { Trunk } from '../provisioning/kind/trunk.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Snapshot } from '../provisioning/snapshot.ts';

/** Numbers outside that are extensions' own (直线): who calls one over its trunk rings that extension. */
export class DirectLines {
  readonly #provisioning: Provisioned;
  /** By number, as of `#indexed`. */
  #extensions: ReadonlyMap<string, Extension> = new Map();
  #indexed: Snapshot | undefined;

  constructor(provisioning: Provisioned) {
    this.#provisioning = provisioning;
  }

  /** Whose number that is; undefined: nobody's, or that trunk does not bring his calls. */
  at(called: string, trunk: Trunk): Extension | undefined {
    const { snapshot } = this.#provisioning;
    if (this.#indexed !== snapshot) {
      this.#indexed = snapshot;
      const own = snapshot.all('extension').filter(({ ownNumber }) => ownNumber !== undefined);
      this.#extensions = new Map(own.map((one) => [normaliseCalled(one.ownNumber!, undefined), one]));
    }
    const extension = this.#extensions.get(called);
    return extension && brings(trunk, extension) ? extension : undefined;
  }
}

/** A line of the company's own that has the number, or one that companies share, where it is the company's. */
function brings({ tenant: owner, numbers, callerId, tenants }: Trunk, extension: Extension): boolean {
  const { tenant, ownNumber = '' } = extension;
  if (owner === tenant) return ownNumber === callerId || numbers.includes(ownNumber);
  return tenants[tenant]?.numbers.includes(ownNumber) ?? false;
}
