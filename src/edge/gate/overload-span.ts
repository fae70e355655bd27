/** When there was too much to do: what peers sent then may be lost, in the buffer of our own socket. */
export class OverloadSpan {
  readonly #now: () => number;
  #lasts = false;
  #endedMs = -1;

  /** `now` in milliseconds, monotonic. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** It begins, or ends. */
  note(overloaded: boolean): void {
    if (this.#lasts && !overloaded) this.#endedMs = this.#now();
    this.#lasts = overloaded;
  }

  /** Whether there has been any since then. */
  touches(sinceMs: number): boolean {
    return this.#lasts || this.#endedMs >= sinceMs;
  }
}
