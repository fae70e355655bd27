import type { CallerMemoryStore, RememberedOfCaller } from '../store.ts';

export class MemoryCallerMemory implements CallerMemoryStore {
  #all: readonly RememberedOfCaller[] = [];

  async get(
    tenant: string,
    number: string,
    what: RememberedOfCaller['what'],
  ): Promise<RememberedOfCaller | undefined> {
    return this.#all.find((one) => isSame(one, { tenant, number, what }));
  }

  async put(remembered: RememberedOfCaller): Promise<void> {
    this.#all = [...this.#all.filter((one) => !isSame(one, remembered)), remembered];
  }

  async forget(tenant: string, number: string, what: RememberedOfCaller['what']): Promise<void> {
    this.#all = this.#all.filter((one) => !isSame(one, { tenant, number, what }));
  }

  async drop(tenant: string, before: number): Promise<number> {
    const kept = this.#all.filter((one) => one.tenant !== tenant || one.at >= before);
    const dropped = this.#all.length - kept.length;
    this.#all = kept;
    return dropped;
  }
}

type Key = Pick<RememberedOfCaller, 'tenant' | 'number' | 'what'>;

function isSame(one: Key, other: Key): boolean {
  return one.tenant === other.tenant && one.number === other.number && one.what === other.what;
}
