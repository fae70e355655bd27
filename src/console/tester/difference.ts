import type { SimulationRow } from '../api/types.ts';

/** The first step at which two ways are other than each other; undefined: nowhere. */
export function differenceOf(one: SimulationRow['path'], other: SimulationRow['path']): number | undefined {
  const length = Math.max(one.length, other.length);
  for (let at = 0; at < length; at++) {
    if (one[at]?.step !== other[at]?.step || one[at]?.why !== other[at]?.why) return at;
  }
  return undefined;
}
