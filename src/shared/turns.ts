/** Work that takes turns, such as writing and reading: what is read is not older than what was written. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the work does; a failure keeps the next one back no longer. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
