/** Called with an error that a listener threw, so that it never reaches the engine. */
export type ListenerErrorHandler = (error: unknown, event: string) => void;

let onListenerError: ListenerErrorHandler = () => {};

/** Sets where errors of listeners go (the logger); called once by the composition root. */
export function setListenerErrorHandler(handler: ListenerErrorHandler): void {
  onListenerError = handler;
}

type Listener<Payload> = (payload: Payload) => void;

/**
 * Typed events for facts (past tense). One payload an event. A listener that throws harms neither the
 * emitter nor the other listeners. `Events` maps the event's name to its payload.
 */
export class TypedEvents<Events extends object> {
  #listeners: Map<keyof Events, Listener<never>[]> | undefined;

  /** Adds a listener; the function returned removes it. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    this.#listeners ??= new Map();
    const old = this.#listeners.get(name) ?? [];
    this.#listeners.set(name, [...old, listener as Listener<never>]);
    return () => this.#remove(name, listener as Listener<never>);
  }

  /** Like {@link on}, for the next event only. */
  once<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const off = this.on(name, (payload) => {
      off();
      listener(payload);
    });
    return off;
  }

  /** Tells all listeners, in the order of their registration. */
  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    const listeners = this.#listeners?.get(name);
    if (!listeners) return;
    for (const listener of listeners) {
      try {
        (listener as Listener<Events[Name]>)(payload);
      } catch (error) {
        onListenerError(error, String(name));
      }
    }
  }

  /** Number of listeners, of one event or of all. */
  count(name?: keyof Events): number {
    if (!this.#listeners) return 0;
    if (name !== undefined) return this.#listeners.get(name)?.length ?? 0;
    let sum = 0;
    for (const listeners of this.#listeners.values()) sum += listeners.length;
    return sum;
  }

  /** Removes all listeners: the owner has ended. */
  clear(): void {
    this.#listeners = undefined;
  }

  #remove(name: keyof Events, listener: Listener<never>): void {
    const rest = this.#listeners?.get(name)?.filter((other) => other !== listener);
    if (!rest) return;
    if (rest.length > 0) this.#listeners?.set(name, rest);
    else this.#listeners?.delete(name);
  }
}
