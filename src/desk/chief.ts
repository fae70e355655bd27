import type { Call } from '../call/call.ts';
import type { Agent } from '../provisioning/kind/agent.ts';
import type { TenantId } from '../shared/ids.ts';
import { ALL, type AtDesk, atDesk, callIn } from './at-desk.ts';
import { DeskError } from './desk-error.ts';
import type { DeskParts } from './desk-parts.ts';

/** Who supervises (班长席): an agent at his desk, or somebody who has the right to it and no desk. */
export interface Chief {
  readonly parts: DeskParts;
  readonly tenant: TenantId;
  /** Work number (工号), or the name of who has none: for records. */
  readonly id: string;
  /** For the audit trail: `agent 8009`, `li@demo`. */
  readonly name: string;
  /** Whom; undefined: nobody. */
  readonly supervises: Agent['supervises'];
  /** An agent of his company. Throws DeskError `no-such-agent`. */
  colleague(id: string): AtDesk;
  /** A call of his company. Throws DeskError `not-found`. */
  callOf(id: string): Call;
  /** Where his phone is. Throws DeskError `wrong-state` where he has none. */
  seated(): AtDesk;
}

/** Somebody who may supervise the agents of a company and is none himself: nothing rings for him. */
export class DesklessChief implements Chief {
  readonly parts: DeskParts;
  readonly tenant: TenantId;
  readonly id: string;
  readonly name: string;
  readonly supervises = ALL;

  constructor(parts: DeskParts, tenant: string, name: string) {
    this.parts = parts;
    this.tenant = tenant as TenantId;
    this.id = name;
    this.name = name;
  }

  colleague(id: string): AtDesk {
    return atDesk(this.parts, this.tenant, id);
  }

  callOf(id: string): Call {
    return callIn(this.parts, this.tenant, id);
  }

  seated(): never {
    throw new DeskError('wrong-state', `${this.id} is no agent: there is no phone to ring`);
  }
}
