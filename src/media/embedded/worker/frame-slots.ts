import type { Conference } from './conference.ts';
import { FRAME_SLOTS, type FrameRhythm } from './frame-clock.ts';
import type { WorkerLeg } from './worker-leg.ts';

/** RFC 3550 6.2: reports every five seconds, spread over the legs. */
const REPORT_FRAMES = 250;
const ALIVE_FRAMES = 10;

/** Who is served together. */
interface Slot {
  readonly legs: Set<WorkerLeg>;
  readonly conferences: Set<Conference>;
  frame: number;
}

/**
 * When each leg has its turn within the 20 ms: new ones where there are fewest, the members of a conference together, as
 * all must have listened before it mixes, and speak afterwards. Who stays in a slot has 20 ms between its turns, and half-way
 * a short one for packets of 10, 30 or 50 ms.
 */
export class FrameSlots implements FrameRhythm {
  readonly #slots: readonly Slot[] = Array.from({ length: FRAME_SLOTS }, () => ({
    legs: new Set(),
    conferences: new Set(),
    frame: 0,
  }));
  readonly #slotOf = new Map<WorkerLeg, Slot>();

  add(leg: WorkerLeg): void {
    let emptiest = this.#slots[0]!;
    for (const slot of this.#slots) if (slot.legs.size < emptiest.legs.size) emptiest = slot;
    this.#move(leg, emptiest);
  }

  remove(leg: WorkerLeg): void {
    this.#slotOf.get(leg)?.legs.delete(leg);
    this.#slotOf.delete(leg);
  }

  /** A leg joins a conference: that of the first member is the slot of all. */
  gather(leg: WorkerLeg, conference: Conference): void {
    const slot = this.#slots.find(({ conferences }) => conferences.has(conference));
    if (slot) this.#move(leg, slot);
    else this.#slotOf.get(leg)?.conferences.add(conference);
  }

  /** A conference ended. */
  drop(conference: Conference): void {
    for (const { conferences } of this.#slots) conferences.delete(conference);
  }

  uses(slot: number): boolean {
    return this.#slots[slot]!.legs.size > 0 || this.#opposite(slot).legs.size > 0;
  }

  onSlot(slot: number, nowMs: number): void {
    const turn = this.#slots[slot]!;
    const frame = turn.frame++;
    for (const leg of turn.legs) leg.listen(nowMs);
    for (const conference of turn.conferences) conference.mix();
    for (const leg of turn.legs) {
      leg.speak(nowMs);
      if ((frame + leg.handle) % ALIVE_FRAMES === 0) leg.checkAlive(nowMs);
      if ((frame + leg.handle) % REPORT_FRAMES === 0) leg.report();
    }
    for (const leg of this.#opposite(slot).legs) leg.halfway(nowMs);
  }

  /** Those whose turn was half a frame before. */
  #opposite(slot: number): Slot {
    return this.#slots[(slot + FRAME_SLOTS / 2) % FRAME_SLOTS]!;
  }

  #move(leg: WorkerLeg, slot: Slot): void {
    this.#slotOf.get(leg)?.legs.delete(leg);
    this.#slotOf.set(leg, slot);
    slot.legs.add(leg);
  }
}
