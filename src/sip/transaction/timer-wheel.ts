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
  /** Ticks that the wheel had lost when a limit began; undefined: the timer is none. */
  lostBefore: number | undefined;

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
/** The system's clock drives the wheel up to so many ticks late by itself. */
const PUNCTUAL_TICKS = 2;

/**
 * Hashed timer wheel (Varghese and Lauck 1987, scheme 6): starting and stopping one of hundreds of thousands
 * of timers takes a few pointer writes, and the system's clock sees one timer, and only while something waits.
 * A timer fires up to one tick late, never early.
 *
 * A limit counts live time: while the process stands still, or its event loop is late, nothing of a peer is read.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #originMs: number;
  /** Each slot is a ring around its own sentinel. */
  readonly #slots: WheelTimer[] = [];
  readonly #due = newRing();
  #tick = 0;
  /** In which the wheel was not driven, in all. */
  #lostTicks = 0;
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
    this.#begin(timer, delayMs);
    timer.lostBefore = undefined;
  }

  /** As {@link start}, for what somebody else has to do within `liveMs`: time in which we stood still is not his. */
  startLimit(timer: WheelTimer, liveMs: number): void {
    const now = this.#begin(timer, liveMs);
    timer.lostBefore = this.#lostTicks + lost(now - this.#tick);
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

  /** Returns the tick that it is now. */
  #begin(timer: WheelTimer, delayMs: number): number {
    this.stop(timer);
    const sinceOriginMs = this.#clock.monotonic() - this.#originMs;
    const now = Math.floor(sinceOriginMs / this.#tickMs);
    if (this.#running === 0) this.#tick = now;
    const due = Math.ceil((sinceOriginMs + delayMs) / this.#tickMs);
    timer.dueTick = Math.max(due, this.#tick + 1);
    append(this.#slots[timer.dueTick & MASK]!, timer);
    this.#running++;
    this.#driver ??= this.#clock.every(this.#tickMs, this.#onTick);
    return now;
  }

  #rest(): void {
    this.#driver?.cancel();
    this.#driver = undefined;
  }

  #advance(): void {
    const now = Math.floor((this.#clock.monotonic() - this.#originMs) / this.#tickMs);
    this.#lostTicks += lost(now - this.#tick);
    while (this.#tick < now && this.#running > 0) {
      this.#tick++;
      this.#fireSlot(this.#slots[this.#tick & MASK]!, now);
    }
  }

  /** Fires what is due in one slot; timers of later rounds stay. Owners may start and stop any timer meanwhile. */
  #fireSlot(sentinel: WheelTimer, now: number): void {
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
      const owed = this.#owed(first, now);
      if (owed > 0) this.startLimit(first, owed * this.#tickMs);
      else first.owner.onTimer(first);
    }
  }

  /** Ticks of live time that a limit has left. */
  #owed({ lostBefore, dueTick }: WheelTimer, now: number): number {
    return lostBefore === undefined ? 0 : this.#lostTicks - lostBefore - (now - dueTick);
  }
}

/** Of so many ticks that pass in one step, those in which we stood still. */
function lost(elapsed: number): number {
  return elapsed > PUNCTUAL_TICKS ? elapsed - 1 : 0;
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
