/** Called with an error that a listener threw, so that it never reaches the engine. */
export type ListenerErrorHandler = (error: unknown, event: string) => void;

let onListenerError: ListenerErrorHandler = () => {};

/** Sets where errors of listeners go (the logger); called once by the composition root. */
export function setListenerErrorHandler(handler: ListenerErrorHandler): void {
  onListenerError = handler;
}

type Listener<Payload> = (payload: Payload) => void;

/** A listener that was added. */
export interface Subscription {
  /** Removes the listener. Idempotent. */
  off(): void;
}

class Entry<Name> implements Subscription {
  readonly name: Name;
  readonly once: boolean;
  /** Undefined once removed. */
  listener: Listener<never> | undefined;
  next: Entry<Name> | undefined;

  constructor(name: Name, listener: Listener<never>, once: boolean) {
    this.name = name;
    this.listener = listener;
    this.once = once;
    this.next = undefined;
  }

  off(): void {
    this.listener = undefined;
  }
}

/**
 * Typed events for facts (past tense). One payload an event. A listener that throws harms neither the
 * emitter nor the other listeners. `Events` maps the event's name to its payload.
 *
 * Every call makes several of these, each with a handful of listeners: one chain of them is all that they keep. Who was
 * removed leaves the chain with the next emission or listener.
 */
export class TypedEvents<Events extends object> {
  #first: Entry<keyof Events> | undefined;
  #last: Entry<keyof Events> | undefined;
  /** Emissions under way: nobody leaves the chain meanwhile. */
  #emitting = 0;

  /** Adds a listener. One added while its event is emitted hears the next one. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): Subscription {
    return this.#add(name, listener as Listener<never>, false);
  }

  /** Like {@link on}, for the next event only. */
  once<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): Subscription {
    return this.#add(name, listener as Listener<never>, true);
  }

  /** Tells all listeners, in the order of their registration. */
  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    const last = this.#last;
    if (!last) return;
    this.#emitting += 1;
    for (let entry = this.#first; entry; entry = entry === last ? undefined : entry.next) {
      const { listener } = entry;
      if (entry.name !== name || !listener) continue;
      if (entry.once) entry.off();
      try {
        (listener as Listener<Events[Name]>)(payload);
      } catch (error) {
        onListenerError(error, String(name));
      }
    }
    this.#emitting -= 1;
    this.#compact();
  }

  /** Number of listeners, of one event or of all. */
  count(name?: keyof Events): number {
    let sum = 0;
    for (let entry = this.#first; entry; entry = entry.next) {
      if (entry.listener && (name === undefined || entry.name === name)) sum += 1;
    }
    return sum;
  }

  /** Removes all listeners: the owner has ended. An event that is being emitted still reaches its listeners. */
  clear(): void {
    this.#first = undefined;
    this.#last = undefined;
  }

  #add(name: keyof Events, listener: Listener<never>, once: boolean): Subscription {
    this.#compact();
    const entry = new Entry(name, listener, once);
    if (this.#last) this.#last.next = entry;
    else this.#first = entry;
    this.#last = entry;
    return entry;
  }

  /** Takes those out who were removed. */
  #compact(): void {
    if (this.#emitting > 0) return;
    let last: Entry<keyof Events> | undefined;
    for (let entry = this.#first; entry; entry = entry.next) {
      if (!entry.listener) continue;
      if (!last) this.#first = entry;
      else if (last.next !== entry) last.next = entry;
      last = entry;
    }
    if (last) last.next = undefined;
    else this.#first = undefined;
    this.#last = last;
  }
}
