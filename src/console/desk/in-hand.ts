import type { CallInHand } from '../../http/routes/desks.ts';

/** Rung before all; of the others the one in which he speaks. */
const RANKS: Readonly<Record<CallInHand['phase'], number>> = {
  talking: 0,
  consulting: 0,
  alternated: 0,
  conference: 0,
  asked: 0,
  reconnecting: 1,
  connecting: 1,
  dialling: 1,
  ringing: 2,
  held: 3,
};

/** The call that an act is about: of several the one in which he speaks, as the engine takes it. */
export function inHand(calls: readonly CallInHand[]): CallInHand | undefined {
  return calls.toSorted((one, other) => RANKS[one.phase] - RANKS[other.phase])[0];
}
