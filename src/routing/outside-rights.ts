import type { Party } from '../call/arrival.ts';
import type { OutsideRefusal } from '../call/destination.ts';
import type { AreaTable } from '../numbering/area-table.ts';
import { CALL_CLASSES, type CallClass, callClassOf } from '../numbering/call-class.ts';
import { OUTSIDE_RIGHTS, type OutsideRight } from '../provisioning/outside-right.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Trunks } from '../trunk/trunks.ts';
import { isEmergency } from './emergency.ts';
import type { Hotlines } from './hotlines.ts';

export interface OutsideRightsParts {
  readonly provisioning: Provisioned;
  readonly trunks: Pick<Trunks, 'sentForms'>;
  /** Where mobiles are at home. */
  readonly areas: Pick<AreaTable, 'areaOf'>;
  /** Where a company's calendar stands. */
  readonly period: Hotlines['period'];
}

/** Whose phone may call which number outside (外呼权限). */
export class OutsideRights {
  readonly #parts: OutsideRightsParts;

  constructor(parts: OutsideRightsParts) {
    this.#parts = parts;
  }

  /** Why a phone with that right may not call a number; undefined: it may. Emergency numbers always pass. */
  refusal(
    { tenant, number: extension }: Party,
    right: OutsideRight,
    number: string,
  ): OutsideRefusal | undefined {
    if (isEmergency(this.#parts.provisioning, tenant, number)) return undefined;
    const lock = this.#lockOf(tenant);
    if (right === 'international' && !lock) return undefined;
    const callClass = this.classOf(tenant, number);
    if (!covers(right, callClass)) {
      const why = `${extension} ${mayMake(right)} (\`outside\`), and ${number} is ${callClass}`;
      return { bar: 'outside-right', why };
    }
    if (!lock || covers(lock.right, callClass)) return undefined;
    const why = `phones ${mayMake(lock.right)} now (\`outsideLock\`, ${lock.why}), and ${number} is ${callClass}`;
    return { bar: 'outside-lock', why };
  }

  /** What the company's phones may call at most now, where that is locked (夜间锁定). */
  #lockOf(tenant: string): { readonly right: OutsideRight; readonly why: string } | undefined {
    const lock = this.#parts.provisioning.snapshot.get('tenant', tenant, tenant)?.outsideLock;
    const at = lock && this.#parts.period(lock.calendar, tenant);
    return at && lock.periods.includes(at.period) ? { right: lock.right, why: at.why } : undefined;
  }

  /** That of the farthest of the forms in which trunks would send it: their rules may put a prefix on it, or take one off. */
  classOf(tenant: string, number: string): CallClass {
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

function covers(right: OutsideRight, callClass: CallClass): boolean {
  return OUTSIDE_RIGHTS.indexOf(right) >= OUTSIDE_RIGHTS.indexOf(callClass);
}

function mayMake(right: OutsideRight): string {
  return right === 'none' ? 'may make no outside calls' : `may make no more than ${right} calls`;
}
