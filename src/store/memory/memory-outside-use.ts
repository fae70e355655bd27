import type { OutsideUseStore, StoredOutsideUse } from '../store.ts';

export class MemoryOutsideUse implements OutsideUseStore {
  #all: readonly StoredOutsideUse[] = [];

  async since(from: number): Promise<readonly StoredOutsideUse[]> {
    return this.#all.filter(({ hour }) => hour >= from);
  }

  async add(use: readonly StoredOutsideUse[]): Promise<void> {
    for (const { tenant, extension, hour, ...more } of use) {
      const isSame = (one: StoredOutsideUse) =>
        one.tenant === tenant && one.extension === extension && one.hour === hour;
      const { calls, ms, spend } = this.#all.find(isSame) ?? { calls: 0, ms: 0, spend: 0 };
      const sum = { calls: calls + more.calls, ms: ms + more.ms, spend: spend + more.spend };
      this.#all = [...this.#all.filter((one) => !isSame(one)), { tenant, extension, hour, ...sum }];
    }
  }

  async forget(tenant: string, extension: string): Promise<void> {
    this.#all = this.#all.filter((one) => one.tenant !== tenant || one.extension !== extension);
  }

  async drop(before: number): Promise<void> {
    this.#all = this.#all.filter(({ hour }) => hour >= before);
  }
}
