import type { Leg } from '../call/leg.ts';

/** Who answered. `isAgent`: an agent, who was rung or picked the call up (抢接); else a phone at which none sits. */
export interface Winner {
  readonly isAgent: boolean;
  readonly leg: Leg;
  /** He took the call by key, and has heard what agents hear before the talk. */
  readonly hasHeard?: boolean;
}
