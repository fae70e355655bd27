import type { SocketAddress } from '../edge/edge.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import { TypedEvents } from '../shared/events.ts';
import type { Logger } from '../shared/logger.ts';
import type { BindingKey, BindingRemoval, BindingStore, StoredBinding } from '../store/store.ts';

/** A registered contact, with the connection that it came over (which ends with the process). */
export interface Binding extends StoredBinding {
  readonly flow: string | undefined;
  /** Since when this contact is registered, wall clock in ms; undefined: since before this process, or at another node. */
  readonly since: number | undefined;
  /** RFC 5626: reachable over `flow` and by nothing else. */
  readonly outbound: boolean;
}

export interface BindingsEvents {
  /** It has a contact, after it had none. */
  gained: { readonly aor: string };
  /** Its last contact was removed; one that expired is a little later. */
  lost: { readonly aor: string };
  /** A contact of it is new, or leads elsewhere than before. */
  located: { readonly aor: string };
}

/** Changes reach the store this long after they were made; longer when a whole town's phones register at once. */
const SAVE_MS = 1000;
/** Changes handed over at once, and how soon the next ones follow: handing over takes time of the SIP thread. */
const SAVE_COUNT = 500;
const NEXT_SAVE_MS = 20;
/** A page that is loaded anew, or whose network is another, registers again within it. */
const FLOW_GRACE_MS = 5000;
/** Expired bindings are looked for this often, among so many each time: no long stall with 100,000 of them. */
const SWEEP_MS = 1000;
const SWEEP_COUNT = 2000;

/** The address of record as it is called now; undefined: its extension is gone. */
export type Canonical = (stored: StoredBinding) => string | undefined;

/**
 * The location service (RFC 3261 10): address of record to contacts, in memory, written to the store behind. An
 * expired binding is never given out; it is removed a little later.
 */
export class Bindings {
  readonly events = new TypedEvents<BindingsEvents>();
  readonly #clock: Clock;
  readonly #store: BindingStore;
  readonly #logger: Logger;
  readonly #byAor = new Map<string, readonly Binding[]>();
  /** Contacts that live on a WebSocket and end with it (RFC 7118 5), by its flow. */
  readonly #byFlow = new Map<string, Set<Binding>>();
  /** Flows that are gone, whose contacts go soon. */
  readonly #goneFlows = new Map<string, Timer>();
  /** Number of bindings by the address that they came from. */
  readonly #addresses = new Map<string, number>();
  #count = 0;
  #sweeping = this.#byAor.entries();
  readonly #sweepTimer: Timer;
  #unsaved = new Map<string, StoredBinding | BindingRemoval>();
  /** What other nodes have written up to here is known. */
  #revision = 0;
  /** Saving and reading take turns: what is read is not older than what was saved. */
  #turn: Promise<unknown> = Promise.resolve();
  #saveTimer: Timer | undefined;
  #saving: Promise<void> | undefined;
  #closed = false;

  constructor(clock: Clock, store: BindingStore, logger: Logger) {
    this.#clock = clock;
    this.#store = store;
    this.#logger = logger;
    this.#sweepTimer = clock.every(SWEEP_MS, () => this.#sweep());
  }

  /** Bindings of all AORs, expired ones that were not removed yet included. */
  get count(): number {
    return this.#count;
  }

  /**
   * Takes over what an earlier process left, except what has expired and contacts that lived on a connection, which
   * that process took with it (WebSocket: RFC 7118 5).
   */
  async load(canonical: Canonical): Promise<void> {
    const now = this.#clock.now();
    const gone: BindingRemoval[] = [];
    for (const stored of await this.#store.all()) {
      const isConnection = isWebSocket(stored);
      const aor = canonical(stored);
      if (stored.expiresAt <= now || isConnection || aor !== stored.aor) gone.push(stored);
      if (stored.expiresAt <= now || isConnection || aor === undefined) continue;
      const binding = { ...stored, aor, flow: undefined, since: undefined, outbound: false };
      this.#put(binding);
      if (aor !== stored.aor) this.#changed(binding);
    }
    if (gone.length > 0) await this.#store.apply([], gone);
  }

  /** Takes over what other nodes have changed since the last time. */
  refresh(canonical: Canonical): Promise<void> {
    return this.#inTurn(async () => {
      const { bindings, revision } = await this.#store.since(this.#revision);
      const now = this.#clock.now();
      for (const stored of bindings) {
        // What a phone has told this node meanwhile is newer.
        if (this.#unsaved.has(idOf(stored))) continue;
        const aor = canonical(stored);
        const isReachable = stored.expiresAt > now && !isWebSocket(stored);
        if (aor !== undefined && isReachable)
          this.#put({ ...stored, aor, flow: undefined, since: undefined, outbound: false });
        else this.#drop(stored);
      }
      this.#revision = revision;
    });
  }

  /** Contacts of `aor` that have not expired: highest q first, then the one refreshed last. */
  of(aor: string): readonly Binding[] {
    const bindings = this.#byAor.get(aor);
    if (!bindings) return [];
    const now = this.#clock.now();
    return bindings.every(({ expiresAt }) => expiresAt > now)
      ? bindings
      : bindings.filter(({ expiresAt }) => expiresAt > now);
  }

  /** True while something is registered from this address. */
  hasAddress(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** A connection is gone: contacts that live on it go a little later, so that a network that is away for a moment is no news. */
  flowClosed(flow: string): void {
    if (!this.#byFlow.has(flow) || this.#closed) return;
    const timer = this.#clock.after(FLOW_GRACE_MS, () => {
      this.#goneFlows.delete(flow);
      for (const binding of this.#byFlow.get(flow) ?? []) this.remove(binding);
    });
    this.#goneFlows.set(flow, timer);
  }

  /** Adds a binding, or replaces the one with the same key. */
  put(binding: Binding): void {
    this.#put(binding);
    this.#changed(binding);
  }

  remove(gone: BindingKey): void {
    const old = this.#drop(gone);
    if (old) this.#changed({ aor: old.aor, key: old.key, expiresAt: old.expiresAt });
  }

  #drop({ aor, key }: BindingKey): Binding | undefined {
    const bindings = this.#byAor.get(aor);
    const old = bindings?.find((other) => other.key === key);
    if (!bindings || !old) return undefined;
    this.#forget(old);
    const rest = bindings.filter((other) => other !== old);
    if (rest.length > 0) this.#byAor.set(aor, rest);
    else {
      this.#byAor.delete(aor);
      this.events.emit('lost', { aor });
    }
    return old;
  }

  /** Writes what is unsaved and stops. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#sweepTimer.cancel();
    for (const timer of this.#goneFlows.values()) timer.cancel();
    this.#goneFlows.clear();
    this.#saveTimer?.cancel();
    await this.#saving;
    await this.#turn;
    for (let left = this.#unsaved.size; left > 0; left = this.#unsaved.size) {
      await this.#save();
      // A store that takes nothing any more must not hold up the end.
      if (this.#unsaved.size >= left) break;
    }
  }

  #put(binding: Binding): void {
    const before = this.#byAor.get(binding.aor) ?? [];
    const old = before.find(({ key }) => key === binding.key);
    if (old) this.#forget(old);
    const rest = old ? before.filter((other) => other !== old) : before;
    const behind = rest.findIndex(({ q }) => q <= binding.q);
    this.#byAor.set(binding.aor, rest.toSpliced(behind < 0 ? rest.length : behind, 0, binding));
    this.#count++;
    const address = addressOf(binding.source);
    this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + 1);
    if (binding.flow !== undefined && isWebSocket(binding)) {
      const onFlow = this.#byFlow.get(binding.flow) ?? new Set();
      this.#byFlow.set(binding.flow, onFlow.add(binding));
    }
    const { aor } = binding;
    if (before.length === 0) this.events.emit('gained', { aor });
    if (!old || leadsElsewhere(old, binding)) this.events.emit('located', { aor });
  }

  #forget(binding: Binding): void {
    this.#count--;
    const onFlow = binding.flow === undefined ? undefined : this.#byFlow.get(binding.flow);
    if (onFlow?.delete(binding) && onFlow.size === 0) this.#byFlow.delete(binding.flow!);
    const address = addressOf(binding.source);
    const left = (this.#addresses.get(address) ?? 1) - 1;
    if (left > 0) this.#addresses.set(address, left);
    else this.#addresses.delete(address);
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (let looked = 0; looked < SWEEP_COUNT; looked++) {
      const { value, done } = this.#sweeping.next();
      if (done) {
        this.#sweeping = this.#byAor.entries();
        return;
      }
      for (const binding of value[1]) if (binding.expiresAt <= now) this.remove(binding);
    }
  }

  #changed(change: StoredBinding | BindingRemoval): void {
    this.#unsaved.set(idOf(change), change);
    if (this.#saveTimer || this.#saving || this.#closed) return;
    this.#saveAfter(SAVE_MS);
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }

  #saveAfter(delayMs: number): void {
    this.#saveTimer = this.#clock.after(delayMs, () => {
      this.#saveTimer = undefined;
      this.#saving = this.#inTurn(() => this.#save()).then((isSaved) => {
        this.#saving = undefined;
        if (this.#unsaved.size === 0 || this.#closed) return;
        this.#saveAfter(isSaved && this.#unsaved.size >= SAVE_COUNT ? NEXT_SAVE_MS : SAVE_MS);
      });
    });
  }

  /** Writes the oldest changes; false when the store refused them, which are then kept for the next time. */
  async #save(): Promise<boolean> {
    const batch = new Map<string, StoredBinding | BindingRemoval>();
    for (const [id, change] of this.#unsaved) {
      if (batch.size === SAVE_COUNT) break;
      batch.set(id, change);
    }
    for (const id of batch.keys()) this.#unsaved.delete(id);
    const changed: StoredBinding[] = [];
    const removed: BindingRemoval[] = [];
    for (const change of batch.values()) {
      if ('contact' in change) changed.push(change);
      else removed.push(change);
    }
    try {
      await this.#store.apply(changed, removed);
      return true;
    } catch (error) {
      // Something newer may have come meanwhile.
      this.#unsaved = new Map([...batch, ...this.#unsaved]);
      this.#logger.error(
        { error: asError(error).message, count: batch.size },
        'registrations cannot be saved',
      );
      return false;
    }
  }
}

const isWebSocket = ({ source }: Pick<StoredBinding, 'source'>): boolean => source.startsWith('ws');

const idOf = ({ aor, key }: BindingKey): string => `${aor}\n${key}`;

/** `10.0.0.1` of `udp:10.0.0.1:5060`. */
/** Where a binding came from, as it is kept. */
export function sourceOf({ transport, address, port }: SocketAddress): string {
  return `${transport}:${address}:${port}`;
}

function addressOf(source: string): string {
  return source.slice(source.indexOf(':') + 1, source.lastIndexOf(':'));
}

/** Also a phone that was started again and has the same address (RFC 3261 10.2.4: it keeps its Call-ID while it runs). */
function leadsElsewhere(old: Binding, binding: Binding): boolean {
  const { contact, source, flow, callId } = binding;
  return old.contact !== contact || old.source !== source || old.flow !== flow || old.callId !== callId;
}
