import type { Deadline } from './deadlines.ts';
import { RecentLeavers } from './recent-leavers.ts';
import type { PhoneSetting } from './rest.ts';
import type { Agent, PhoneLeg, Queue, Reservation, Visit } from './state.ts';

/** What has its time: see the parts that they belong to. */
export type Due = Agent | Reservation | Queue | Visit;

/** All that a core knows between two inputs, as one graph of plain values: kept, another core goes on from it. */
export interface CoreState {
  /** Integer ms; never runs back. */
  now: number;
  lastReservation: number;
  lastOrder: number;
  /** Rings of agents so far. */
  lastRing: number;
  /** How long a break (小休) may last, by its reason. */
  breakLimits: ReadonlyMap<string, number>;
  readonly deadlines: Deadline<Due>[];
  readonly agents: Map<string, Agent>;
  readonly queues: Map<string, Queue>;
  /** Extensions whose phones can be reached. */
  readonly reachable: Set<string>;
  readonly settings: Map<string, PhoneSetting>;
  /** Open legs, and those of each extension. */
  readonly legs: Map<string, PhoneLeg>;
  readonly legsOf: Map<string, Set<PhoneLeg>>;
  /** Who talks on which leg. */
  readonly talks: Map<string, Agent>;
  /** Whose leg died in a talk that goes on, by that leg. */
  readonly lost: Map<string, Agent>;
  readonly reservations: Map<number, Reservation>;
  /** Those that are to ring more agents, when there are any. */
  readonly growing: Set<Reservation>;
  readonly visits: Map<string, Visit>;
}

export function emptyState(): CoreState {
  return {
    now: 0,
    lastReservation: 0,
    lastOrder: 0,
    lastRing: 0,
    breakLimits: new Map(),
    deadlines: [],
    agents: new Map(),
    queues: new Map(),
    reachable: new Set(),
    settings: new Map(),
    legs: new Map(),
    legsOf: new Map(),
    talks: new Map(),
    lost: new Map(),
    reservations: new Map(),
    growing: new Set(),
    visits: new Map(),
  };
}

/** A state that was kept by a structured clone, as it was. */
export function revived(clone: CoreState): CoreState {
  for (const queue of clone.queues.values())
    Object.assign(queue, { left: new RecentLeavers(queue.left.byNumber) });
  return clone;
}
