import type { Clock, Timer } from '../../shared/clock.ts';

/** Gets the ticks of a {@link WheelTimer}; an object, so that no closure is made for each timer. */
export interface WheelTimerOwner {
  onTimer(timer: WheelTimer): void;
}

/**
 * A timer of the wheel: made once by its owner, started and stopped as often as needed. Not started, it
 * costs nothing and hangs on nothing.
 */
export class WheelTimer {
  readonly owner: WheelTimerOwner;
  /** Ring of the slot that the timer waits in; undefined while it does not run. */
  next: WheelTimer | undefined;
  previous: WheelTimer | undefined;
  dueTick = 0;

  constructor(owner: WheelTimerOwner) {
    this.owner = owner;
  }

  get running(): boolean {
    return this.next !== undefined;
  }
}

const NOBODY: WheelTimerOwner = { onTimer: () => {} };
const SLOTS = 2048;
const MASK = SLOTS - 1;

/**
 * Hashed timer wheel (Varghese and Lauck 1987, scheme 6): starting and stopping one of hundreds of thousands
 * of timers takes a few pointer writes, and the system's clock sees one timer, and only while something waits.
 * A timer fires up to one tick late, never early.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #originMs: number;
  /** Each slot is a ring around its own sentinel. */
  readonly #slots: WheelTimer[] = [];
  readonly #due = newRing();
  #tick = 0;
  #running = 0;
  #driver: Timer | undefined;
  readonly #onTick = () => this.#advance();

  /** `tickMs` is the wheel's grain. */
  constructor(clock: Clock, tickMs = 20) {
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#originMs = clock.monotonic();
    for (let slot = 0; slot < SLOTS; slot++) this.#slots.push(newRing());
  }

  /** Timers that run; 0 when nothing is left open. */
  get running(): number {
    return this.#running;
  }

  /** Starts `timer`, or starts it anew, to fire once after `delayMs`. */
  start(timer: WheelTimer, delayMs: number): void {
    this.stop(timer);
    const sinceOriginMs = this.#clock.monotonic() - this.#originMs;
    if (this.#running === 0) this.#tick = Math.floor(sinceOriginMs / this.#tickMs);
    const due = Math.ceil((sinceOriginMs + delayMs) / this.#tickMs);
    timer.dueTick = Math.max(due, this.#tick + 1);
    append(this.#slots[timer.dueTick & MASK]!, timer);
    this.#running++;
    this.#driver ??= this.#clock.every(this.#tickMs, this.#onTick);
  }

  /** Stops `timer`; does nothing when it does not run. */
  stop(timer: WheelTimer): void {
    if (timer.next === undefined) return;
    unlink(timer);
    this.#running--;
    if (this.#running === 0) this.#rest();
  }

  /** Stops all timers without firing them. */
  clear(): void {
    for (const sentinel of [this.#due, ...this.#slots]) {
      while (sentinel.next !== sentinel) this.stop(sentinel.next!);
    }
    this.#rest();
  }

  #rest(): void {
    this.#driver?.cancel();
    this.#driver = undefined;
  }

  #advance(): void {
    const now = Math.floor((this.#clock.monotonic() - this.#originMs) / this.#tickMs);
    while (this.#tick < now && this.#running > 0) {
      this.#tick++;
      this.#fireSlot(this.#slots[this.#tick & MASK]!);
    }
  }

  /** Fires what is due in one slot; timers of later rounds stay. Owners may start and stop any timer meanwhile. */
  #fireSlot(sentinel: WheelTimer): void {
    const due = this.#due;
    let timer = sentinel.next!;
    while (timer !== sentinel) {
      const next = timer.next!;
      if (timer.dueTick <= this.#tick) {
        unlink(timer);
        append(due, timer);
      }
      timer = next;
    }
    // A timer that an owner stops now leaves the ring of due ones like any other ring.
    for (let first = due.next!; first !== due; first = due.next!) {
      this.stop(first);
      first.owner.onTimer(first);
    }
  }
}

function newRing(): WheelTimer {
  const sentinel = new WheelTimer(NOBODY);
  sentinel.next = sentinel;
  sentinel.previous = sentinel;
  return sentinel;
}

function append(sentinel: WheelTimer, timer: WheelTimer): void {
  const last = sentinel.previous!;
  timer.previous = last;
  timer.next = sentinel;
  last.next = timer;
  sentinel.previous = timer;
}

function unlink(timer: WheelTimer): void {
  timer.previous!.next = timer.next;
  timer.next!.previous = timer.previous;
  timer.next = undefined;
  timer.previous = undefined;
}
