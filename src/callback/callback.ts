/**
 * What has become of a promise. `waiting`: for its turn; `calling`: somebody is being rung; `done`: the two have talked, or he
 * took up and hung up; `failed`: all tries are used up, or it is too late; `withdrawn`: somebody took it back.
 */
export type CallbackState = 'waiting' | 'calling' | 'done' | 'failed' | 'withdrawn';

/** A promise to call somebody back (预约回呼), who keeps his place in a queue. Times in ms since 1970. */
export interface Callback {
  readonly id: string;
  readonly tenant: string;
  readonly queue: string;
  /** Whom to call. */
  readonly number: string;
  /** The call in which it was promised; '': somebody asked for it. */
  readonly callId: string;
  readonly promisedAt: number;
  /** His place in line: that of who joined then. */
  readonly since: number;
  /** Higher goes first. */
  readonly priority: number;
  readonly state: CallbackState;
  /** How often he was called. */
  readonly tries: number;
  /** Not before. */
  readonly nextAt: number;
  /** How the last try went, or why it is over, in words; '': nothing has been tried. */
  readonly result: string;
  /** The call in which he was called last; ''. */
  readonly lastCallId: string;
}

/** States in which something is still to be done. */
export const OPEN_STATES: readonly CallbackState[] = ['waiting', 'calling'];

export function isOpen({ state }: Callback): boolean {
  return OPEN_STATES.includes(state);
}

/** Which of a company's promises are listed. */
export interface LatestCallbacks {
  /** Those behind this one. */
  readonly before?: Pick<Callback, 'promisedAt' | 'id'> | undefined;
  /** Those of which something is still to be done. */
  readonly isOpen?: boolean;
}

/** Where promises are kept. */
export interface CallbackStore {
  /** Those of which something is still to be done by this node, of all companies. */
  open(): Promise<readonly Callback[]>;
  /** The latest of a company, the newest first. */
  latest(tenant: string, limit: number, which?: LatestCallbacks): Promise<readonly Callback[]>;
  /**
   * Keeps one, in place of what was kept of it; durable when it resolves. False: it is over, or another node has it now. `at`: when
   * it changed.
   */
  put(callback: Callback, at: number): Promise<boolean>;
  /** Takes over those of these companies whose nodes are gone. */
  takeOver(tenants: readonly string[]): Promise<readonly Callback[]>;
  /** Removes those of a company that are over and were promised before; resolves with how many those were. */
  drop(tenant: string, before: number): Promise<number>;
}

type Promised = Pick<Callback, 'promisedAt' | 'id'>;

function newestFirst(one: Promised, other: Promised): number {
  return other.promisedAt - one.promisedAt || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);
}

/** Keeps them as long as the process lives. */
export class MemoryCallbacks implements CallbackStore {
  readonly #all = new Map<string, Callback>();

  async open(): Promise<readonly Callback[]> {
    return [...this.#all.values()].filter(isOpen);
  }

  async latest(
    tenant: string,
    limit: number,
    { before, isOpen: onlyOpen = false }: LatestCallbacks = {},
  ): Promise<readonly Callback[]> {
    const own = [...this.#all.values()].filter((one) => one.tenant === tenant && (isOpen(one) || !onlyOpen));
    const behind = own.filter((one) => !before || newestFirst(before, one) < 0);
    return behind.sort(newestFirst).slice(0, limit);
  }

  async put(callback: Callback, _at = 0): Promise<boolean> {
    const before = this.#all.get(callback.id);
    if (before && !isOpen(before)) return false;
    this.#all.set(callback.id, callback);
    return true;
  }

  async takeOver(_tenants: readonly string[]): Promise<readonly Callback[]> {
    return [];
  }

  async drop(tenant: string, before: number): Promise<number> {
    const old = [...this.#all.values()].filter(
      (one) => one.tenant === tenant && one.promisedAt < before && !isOpen(one),
    );
    for (const { id } of old) this.#all.delete(id);
    return old.length;
  }
}
