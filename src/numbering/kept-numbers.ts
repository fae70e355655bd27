import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { Turns } from '../shared/turns.ts';
import {
  type ListNumberChange,
  type ListNumberStep,
  type ListNumberStore,
  type ListNumbersChanged,
  type ListRef,
  placeOfRevision,
} from './list-number-store.ts';
import type { NumberLists } from './number-list.ts';
import { NumberSet } from './number-set.ts';

/** Rows that are read, and taken in, at once. */
const PAGE = 1000;
/** Between two looks for rows to delete. */
const SWEEP_MS = 3_600_000;
/** Nodes that follow have to see within this that a number went. */
const REMOVED_MS = 86_400_000;

export interface KeptNumbersParts {
  readonly store: ListNumberStore;
  /** Where calls look callers up. */
  readonly lists: NumberLists;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The numbers of lists (名单号码) that the store keeps, in memory as calls need them, and changed in both. */
export class KeptNumbers {
  readonly #parts: KeptNumbersParts;
  /** Changes of this node, and what is read of others', one after the other. */
  readonly #turns = new Turns();
  /** Up to here memory has all changes. */
  #revision = 0;
  /** Where what a list has begins, by tenant and name. */
  readonly #begins = new Map<string, number>();
  #sweeping: Timer | undefined;
  #isClosed = false;

  constructor(parts: KeptNumbersParts) {
    this.#parts = parts;
  }

  /** Reads all of them, in slices; then deletes what is gone for good, now and every hour. */
  async open(): Promise<void> {
    const { clock, log } = this.#parts;
    await this.sync();
    const sweep = () =>
      this.sweep().catch((err: unknown) => log.error({ err }, 'numbers that left lists stay in the table'));
    this.#sweeping = clock.every(SWEEP_MS, sweep);
    void sweep();
  }

  close(): void {
    this.#isClosed = true;
    this.#sweeping?.cancel();
  }

  /** Changes a list. What calls find is the same when it resolves. */
  change(change: ListNumberChange): Promise<ListNumbersChanged> {
    return this.#turns.take(async () => {
      const changed = await this.#parts.store.change(change);
      if (changed.revision === this.#revision + 1) {
        const { tenant, name, put, removed } = change;
        for (const number of removed) this.#take({ tenant, name, number, isRemoved: true });
        for (const number of put) this.#take({ tenant, name, ...number, isRemoved: false });
        this.#revision = changed.revision;
      } else {
        // Another node was between: what it changed may be the same number.
        await this.#read();
      }
      return changed;
    });
  }

  /** Takes all out of a list that stands before `place`. */
  empty(list: ListRef, place: number): Promise<void> {
    return this.#turns.take(async () => {
      await this.#parts.store.empty(list, place);
      await this.#read();
    });
  }

  /** An import is whole, see {@link ListNumberStore.settle}. */
  settle(id: string, list: ListRef, place?: number): Promise<void> {
    return this.#turns.take(async () => {
      await this.#parts.store.settle(id, list, place);
      await this.#read();
    });
  }

  /** Takes back the last part of an import that is not settled. False: nothing of it is left. */
  takeBack(id: string, by: string): Promise<boolean> {
    return this.#turns.take(async () => {
      const { store, clock } = this.#parts;
      const isTaken = await store.takeBack(id, clock.now(), by);
      if (isTaken) await this.#read();
      return isTaken;
    });
  }

  /** Reads what was changed elsewhere. */
  sync(): Promise<void> {
    return this.#turns.take(() => this.#read());
  }

  /** Deletes rows that are gone for good. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#parts;
    while (!this.#isClosed && (await store.sweep(clock.now() - REMOVED_MS)) > 0) await nextTurn();
  }

  async #read(): Promise<void> {
    const { store, lists } = this.#parts;
    const revision = await store.revision();
    if (revision === this.#revision) return;
    const from = this.#revision === 0 ? 0 : placeOfRevision(this.#revision + 1);
    for (const { place, ...list } of await store.emptied(from)) {
      this.#begins.set(keyOf(list), place);
      if (this.#revision === 0) continue;
      const left = new NumberSet();
      await this.#page(place, list, (step) => put(left, step));
      lists.keep(list.tenant, list.name, left.size > 0 ? left : undefined);
    }
    await this.#page(from, undefined, (step) => this.#take(step));
    this.#revision = revision;
  }

  async #page(from: number, of: ListRef | undefined, take: (step: ListNumberStep) => void): Promise<void> {
    for (let place = from; ; ) {
      const steps = await this.#parts.store.steps(place, PAGE, of);
      for (const step of steps) if (step.place >= (this.#begins.get(keyOf(step)) ?? 0)) take(step);
      if (steps.length < PAGE) return;
      place = steps.at(-1)!.place + 1;
      // The database may answer at once, from memory.
      await nextTurn();
    }
  }

  #take(step: Omit<ListNumberStep, 'place' | 'until' | 'reason' | 'owner'> & Partial<ListNumberStep>): void {
    const { lists } = this.#parts;
    const { tenant, name } = step;
    let numbers = lists.kept(tenant, name);
    if (!numbers) {
      if (step.isRemoved) return;
      numbers = new NumberSet();
      lists.keep(tenant, name, numbers);
    }
    put(numbers, step);
  }
}

const keyOf = ({ tenant, name }: ListRef) => `${tenant}\n${name}`;

function put(
  numbers: NumberSet,
  {
    number,
    until,
    reason,
    owner,
    isRemoved,
  }: Pick<ListNumberStep, 'number' | 'isRemoved'> & Partial<ListNumberStep>,
): void {
  if (isRemoved) numbers.remove(number);
  else numbers.add(number, { untilMs: until, reason, owner });
}
