import type { Wiring } from '../call/talk-state.ts';

/** Somebody in a room, as far as it decides who hears whom. */
export interface Seated {
  readonly isHost: boolean;
  /** By himself. */
  readonly isMuted: boolean;
  /** His phone holds: he says and hears nothing. */
  readonly held: boolean;
}

/** Two and more hear each other; who is alone, or waits for a host, hears music. */
export function wiringOf<Seat extends Seated>(seats: readonly Seat[], waitsForHost: boolean): Wiring<Seat> {
  const active = seats.filter(({ held }) => !held);
  const hasHost = !waitsForHost || seats.some(({ isHost }) => isHost);
  if (hasHost && active.length > 1) return { talkers: active, waiting: [] };
  return { talkers: [], waiting: active.map((seat) => [seat, 'music'] as const) };
}

/** Whether what he says reaches nobody. `isQuiet`: a host has muted all members. */
export function isSilent({ isHost, isMuted }: Seated, isQuiet: boolean): boolean {
  return isMuted || (isQuiet && !isHost);
}
