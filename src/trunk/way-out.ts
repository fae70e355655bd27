import type { EdgeRoute, LegEnding } from '../edge/edge.ts';
import type { Trunk as TrunkConfig } from '../provisioning/kind/trunk.ts';
import type { Delivery, Health } from './health.ts';

/** One way out of the house to a number. Holds a channel of its trunk until {@link onEnded}. */
export interface WayOut {
  readonly trunk: TrunkConfig;
  readonly route: EdgeRoute;
  /** The far end has given a sign: it rings, or has answered. Idempotent. */
  readonly onHeard: () => void;
  /** The call has ended; undefined: it was not placed. Gives the channel back and notes how it went. */
  readonly onEnded: (ending: LegEnding | undefined) => void;
}

/** Stands alone: a talk must not keep the other ways with it. */
export function wayOut(
  trunk: TrunkConfig,
  route: EdgeRoute,
  release: () => void,
  health: Health | undefined,
): WayOut {
  const went = health?.callOut();
  return {
    trunk,
    route,
    onHeard: () => went?.('delivered'),
    onEnded: (ending) => {
      release();
      went?.(deliveryOf(ending));
    },
  };
}

/** What the ending of a call that nothing was heard of says about the peer. */
function deliveryOf(ending: LegEnding | undefined): Delivery {
  if (ending?.by === 'edge') return 'failed';
  // A refusal is an answer, too; 408 and 503 are those of a peer that could not pass the call on.
  const isAnswer = ending?.by === 'remote' && ending.status !== 408 && ending.status !== 503;
  return isAnswer ? 'delivered' : 'unknown';
}
