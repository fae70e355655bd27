import type { Queue } from '../provisioning/kind/queue.ts';
import type { Said } from './spoken-place.ts';

/** Who waits in peak mode is offered a call back after so long, where his queue offers no keys else. */
const OFFER_MS = 10_000;

/** A queue as its callers live through it in peak mode (高峰应急): a call back is offered as well. */
export function inPeak(queue: Queue): Queue {
  const { peak, offer } = queue;
  if (peak?.callback === undefined || offer?.callback !== undefined) return queue;
  return { ...queue, offer: { afterMs: OFFER_MS, ifSilent: 'wait', ...offer, callback: peak.callback } };
}

/** What is said to who joins in peak mode. */
export function spokenPeak({ peak }: Queue): Said[] {
  const { announcement } = peak ?? {};
  return announcement === undefined ? [] : [{ prompts: [announcement], why: `${announcement} (peak mode)` }];
}
