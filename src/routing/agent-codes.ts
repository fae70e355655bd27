import type { Party } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import type { InboundLeg } from '../edge/edge.ts';
import type { AgentFeature, SupervisorFeature } from '../provisioning/feature-codes.ts';

/** Why a code did nothing, for the record, and the prompt that says so to who dialled it. */
export interface RefusedCode {
  readonly why: string;
  readonly prompt: string;
}

/** What agents and supervisors do by feature code (功能码) at the phone of an extension; the desks are it. */
export interface AgentCodes {
  /** Does what the code stands for, says what became of it, and hangs up. `digits`: what follows the code. */
  dialled(call: Call, phone: Party, feature: AgentFeature, digits: string): Promise<void>;
  /** Takes the supervisor's phone into an agent's talks. Undefined: so it is; else the INVITE is not answered. */
  supervise(
    leg: InboundLeg,
    phone: Party,
    feature: SupervisorFeature,
    agent: string,
  ): Promise<RefusedCode | undefined>;
  /** The phone takes who has waited longest in the agent's queues. False: nobody does; the INVITE is not answered then. */
  pickUp(leg: InboundLeg, phone: Party): Promise<boolean>;
}
