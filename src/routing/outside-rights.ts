import type { Party } from '../call/arrival.ts';
import type { AreaTable } from '../numbering/area-table.ts';
import { CALL_CLASSES, type CallClass, callClassOf } from '../numbering/call-class.ts';
import { OUTSIDE_RIGHTS, type OutsideRight } from '../provisioning/outside-right.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Trunks } from '../trunk/trunks.ts';
import { isEmergency } from './emergency.ts';

export interface OutsideRightsParts {
  readonly provisioning: Provisioned;
  readonly trunks: Pick<Trunks, 'sentForms'>;
  /** Where mobiles are at home. */
  readonly areas: Pick<AreaTable, 'areaOf'>;
}

/** Whose phone may call which number outside (外呼权限). */
export class OutsideRights {
  readonly #parts: OutsideRightsParts;

  constructor(parts: OutsideRightsParts) {
    this.#parts = parts;
  }

  /** Why a phone with that right may not call a number, in words for the record; undefined: it may. Emergency numbers always pass. */
  refusal({ tenant, number: extension }: Party, right: OutsideRight, number: string): string | undefined {
    if (right === 'international' || isEmergency(this.#parts.provisioning, tenant, number)) return undefined;
    const callClass = this.#classOf(tenant, number);
    if (OUTSIDE_RIGHTS.indexOf(right) >= OUTSIDE_RIGHTS.indexOf(callClass)) return undefined;
    const may = right === 'none' ? 'no outside calls' : `no more than ${right} calls`;
    return `${extension} may make ${may} (\`outside\`), and ${number} is ${callClass}`;
  }

  /** That of the farthest of the forms in which trunks would send it: their rules may put a prefix on it, or take one off. */
  #classOf(tenant: string, number: string): CallClass {
    const { provisioning, trunks, areas } = this.#parts;
    const home = {
      areaCode: provisioning.snapshot.get('tenant', tenant, tenant)?.areaCode,
      areaOf: (mobile: string) => areas.areaOf(mobile),
    };
    const ranks = trunks
      .sentForms(number, tenant)
      .map((form) => CALL_CLASSES.indexOf(callClassOf(form, home)));
    return CALL_CLASSES[Math.max(...ranks)]!;
  }
}
