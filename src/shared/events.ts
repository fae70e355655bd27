/** Called with an error that a listener threw, so that it never reaches the engine. */
export type ListenerErrorHandler = (error: unknown, event: string) => void;

let onListenerError: ListenerErrorHandler = () => {};

/** Sets where errors of listeners go (the logger); called once by the composition root. */
export function setListenerErrorHandler(handler: ListenerErrorHandler): void {
  onListenerError = handler;
}

type Listener<Payload> = (payload: Payload) => void;

interface Entry<Name> {
  readonly name: Name;
  readonly once: boolean;
  /** Undefined once removed. */
  listener: Listener<never> | undefined;
}

/**
 * Typed events for facts (past tense). One payload an event. A listener that throws harms neither the
 * emitter nor the other listeners. `Events` maps the event's name to its payload.
 *
 * Every call makes several of these, each with a handful of listeners: one flat list is all that they keep.
 */
export class TypedEvents<Events extends object> {
  #entries: Entry<keyof Events>[] | undefined;
  /** Emissions under way: the list is not shortened meanwhile. */
  #emitting = 0;

  /** Adds a listener; the function returned removes it. One added while its event is emitted hears the next one. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    return this.#add(name, listener as Listener<never>, false);
  }

  /** Like {@link on}, for the next event only. */
  once<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    return this.#add(name, listener as Listener<never>, true);
  }

  /** Tells all listeners, in the order of their registration. */
  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    const entries = this.#entries;
    if (!entries) return;
    this.#emitting += 1;
    const { length } = entries;
    for (let index = 0; index < length; index++) {
      const entry = entries[index]!;
      const { listener } = entry;
      if (entry.name !== name || !listener) continue;
      if (entry.once) this.#remove(entry);
      try {
        (listener as Listener<Events[Name]>)(payload);
      } catch (error) {
        onListenerError(error, String(name));
      }
    }
    this.#emitting -= 1;
    if (this.#emitting === 0) this.#compact();
  }

  /** Number of listeners, of one event or of all. */
  count(name?: keyof Events): number {
    let sum = 0;
    for (const entry of this.#entries ?? []) {
      if (entry.listener && (name === undefined || entry.name === name)) sum += 1;
    }
    return sum;
  }

  /** Removes all listeners: the owner has ended. An event that is being emitted still reaches its listeners. */
  clear(): void {
    this.#entries = undefined;
  }

  #add(name: keyof Events, listener: Listener<never>, once: boolean): () => void {
    const entry: Entry<keyof Events> = { name, once, listener };
    // An empty list that is pushed to makes room for 17.
    if (this.#entries) this.#entries.push(entry);
    else this.#entries = [entry];
    return () => this.#remove(entry);
  }

  #remove(entry: Entry<keyof Events>): void {
    entry.listener = undefined;
    if (this.#emitting === 0) this.#compact();
  }

  #compact(): void {
    const entries = this.#entries;
    if (!entries) return;
    let kept = 0;
    for (const entry of entries) if (entry.listener) entries[kept++] = entry;
    entries.length = kept;
  }
}
