/** How many deliveries are under way, in all and of each company: one company's slow receivers do not hold up another's. */
export class Slots {
  readonly #most: number;
  readonly #mostEach: number;
  readonly #taken = new Map<string, number>();
  #total = 0;
  /** In the order in which they came; each is asked for its turn whenever a slot is free. */
  readonly #waiting = new Set<{ readonly tenantId: string; readonly take: () => void }>();

  constructor(most: number, mostEach: number) {
    this.#most = most;
    this.#mostEach = mostEach;
  }

  /** Runs `work` when there is a slot. */
  async in<Result>(tenantId: string, work: () => Promise<Result>): Promise<Result> {
    if (!this.#isFree(tenantId)) {
      await new Promise<void>((resolve) => this.#waiting.add({ tenantId, take: resolve }));
    } else this.#take(tenantId);
    try {
      return await work();
    } finally {
      this.#release(tenantId);
    }
  }

  #isFree(tenantId: string): boolean {
    return this.#total < this.#most && (this.#taken.get(tenantId) ?? 0) < this.#mostEach;
  }

  #take(tenantId: string): void {
    this.#total++;
    this.#taken.set(tenantId, (this.#taken.get(tenantId) ?? 0) + 1);
  }

  #release(tenantId: string): void {
    this.#total--;
    const left = this.#taken.get(tenantId)! - 1;
    if (left === 0) this.#taken.delete(tenantId);
    else this.#taken.set(tenantId, left);
    for (const next of this.#waiting) {
      if (!this.#isFree(next.tenantId)) continue;
      this.#waiting.delete(next);
      this.#take(next.tenantId);
      next.take();
      return;
    }
  }
}
