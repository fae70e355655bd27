import { type Place, placeOf } from './core/place.ts';
import type { Queue } from './core/state.ts';

/** A caller in line as he is now. */
export interface WaitingNow extends Place {
  readonly callId: string;
  readonly priority: number;
  /** He has hung up and is called back when it is his turn. */
  readonly standsIn: boolean;
}

/** Who waits in a queue, first in line first. */
export function lineNow({ line }: Readonly<Queue>): readonly WaitingNow[] {
  return line.map((visit) => {
    const { callId, priority, standsIn } = visit;
    return { callId, priority, standsIn, ...placeOf(visit)! };
  });
}
