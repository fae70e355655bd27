/** Traffic and what it needs. Pure. */

/** Share of the calls that find all channels busy (Erlang B), of 1. */
export function erlangB(erlangs: number, channels: number): number {
  let blocked = 1;
  for (let channel = 1; channel <= channels; channel++)
    blocked = (erlangs * blocked) / (channel + erlangs * blocked);
  return blocked;
}

/** Channels that were in use on average. */
export const erlangsOf = (occupiedMs: number, ofMs: number): number => (ofMs > 0 ? occupiedMs / ofMs : 0);
