/** The last events that this page has heard: for who reports a fault (报障). */
import type { PublicEvent } from './types.ts';

const KEPT = 200;
let events: readonly PublicEvent[] = [];

export function rememberEvent(event: PublicEvent): void {
  events = [...events.slice(1 - KEPT), event];
}

/** The oldest first. */
export const recentEvents = (): readonly PublicEvent[] => events;

/** Somebody else is signed in. */
export function forgetEvents(): void {
  events = [];
}
