import type { Monitoring } from '../call/monitoring.ts';

/** How a supervisor takes part (监听, 密语, 强插). */
export type SupervisionMode = Monitoring['mode'];

/** What boards and screens are told. */
export interface DeskEvents {
  /** A supervisor takes part in an agent's talks from now on, or otherwise; `mode` undefined: no longer. */
  supervisionChanged: {
    readonly tenant: string;
    readonly agent: string;
    readonly supervisor: string;
    readonly mode: SupervisionMode | undefined;
    /** The agent's screen may show it. */
    readonly isShown: boolean;
  };
  /** An agent has ended a call because its caller is a nuisance (骚扰): an alarm to those who supervise him. */
  nuisanceReported: {
    readonly tenant: string;
    readonly agent: string;
    readonly callId: string;
    /** The queue that the caller came from; undefined: none. */
    readonly queue: string | undefined;
    /** Empty when withheld. */
    readonly number: string;
    readonly reason: string | undefined;
    /** Work numbers (工号) of his supervisors. */
    readonly supervisors: readonly string[];
  };
}
