import type { AgentNow } from '../acd/agent-now.ts';
import type { Call } from '../call/call.ts';
import { play } from '../call/gather.ts';
import type { Timer } from '../shared/clock.ts';
import { asError, PbxError } from '../shared/errors.ts';
import type { Subscription } from '../shared/events.ts';
import { callableNumber } from './callable-number.ts';
import type { Callback, LatestCallbacks } from './callback.ts';
import type { CallbackParts } from './callback-parts.ts';
import { CallbackRun } from './callback-run.ts';
import { confirmNumber } from './confirm-number.ts';

/** What a promise is made of besides the call. */
export interface Promised {
  readonly queue: string;
  readonly number: string;
  /** His place in line is that of who joined then, ms since 1970; undefined: he joins now. */
  readonly since?: number | undefined;
  readonly priority?: number;
}

/** What somebody asks for who is not the caller. */
export interface AskedCallback {
  readonly queue: string;
  readonly number: string;
  /** Not before, ms since 1970; undefined: now. */
  readonly at?: number | undefined;
  /** Who asks. */
  readonly by: string;
}

/** So often it is looked for promises of nodes that are gone. */
const LOOK_MS = 30_000;

/** Promises to call back (预约回呼): made, kept, listed and taken back. */
export class Callbacks {
  readonly #parts: CallbackParts;
  readonly #runs = new Map<string, CallbackRun>();
  readonly #served: Subscription;
  #looks: Timer | undefined;
  #isClosed = false;

  constructor(parts: CallbackParts) {
    this.#parts = parts;
    this.#served = parts.acd.events.on('agentChanged', (agent) => this.#onAgent(agent));
  }

  /** Takes up the promises that were made before the last stop, and from now on those of nodes that are gone. */
  async start(): Promise<void> {
    const { store, clock } = this.#parts;
    this.#takeUp(await store.open());
    if (!this.#isClosed) this.#looks = clock.every(LOOK_MS, () => void this.#look());
  }

  /** The latest, the newest first. */
  list(tenant: string, limit = 100, which: LatestCallbacks = {}): Promise<readonly Callback[]> {
    return this.#parts.store.latest(tenant, limit, which);
  }

  /** Has its turn come now, unless it is in line already. False: there is none by that id, or it is over. */
  hurry(tenant: string, id: string): boolean {
    const run = this.#runs.get(id);
    if (run?.callback.tenant !== tenant) return false;
    run.hurry();
    return true;
  }

  /** Takes a promise back. False: there is none by that id, or it is over. */
  async withdraw(tenant: string, id: string, by: string): Promise<boolean> {
    const run = this.#runs.get(id);
    if (run?.callback.tenant !== tenant) return false;
    await run.end('withdrawn', `taken back by ${by}`);
    return true;
  }

  /** Asks the caller of a queue for the number, and promises. False: he named none, and waits on. */
  async offer(call: Call, promised: Omit<Promised, 'number'>): Promise<boolean> {
    const { tenantId } = call.arrival;
    const callable = (number: string) => this.#callable(tenantId, number);
    const number = await confirmNumber(call, callable, this.#parts);
    if (number === undefined) return false;
    await this.promise(call, { ...promised, number });
    await play(call, call.caller, this.#parts.promptItems(tenantId, ['callback-promised']));
    return true;
  }

  /** Promises the caller to call him back; he keeps the place in the queue's line that he has just left. */
  promiseCaller(call: Call, queue: string): Promise<boolean> {
    const { tenantId, caller: number } = call.arrival;
    return this.promise(call, { queue, number, since: this.#parts.acd.placeLeft(tenantId, queue, number) });
  }

  /** Promises to call that number back, once it is kept where no crash can reach it. False: it is none that is called back. */
  async promise(call: Call, { queue, number: asked, since, priority = 0 }: Promised): Promise<boolean> {
    const { tenantId: tenant } = call.arrival;
    const number = this.#callable(tenant, asked);
    if (number === undefined) {
      call.note('step', {
        step: `callback ${queue}`,
        why: `${asked || 'a withheld number'} cannot be called back`,
      });
      return false;
    }
    const now = this.#parts.clock.now();
    const made = { tenant, queue, number, priority, callId: call.id, since: since ?? now, nextAt: now };
    const callback = await this.#make({ ...made, result: '' });
    call.note('callbackPromised', { queue, number });
    this.#keep(callback);
    return true;
  }

  /**
   * Somebody asks that a number be called back by the agents of a queue, not before `at`, ms since 1970; it joins the line then. Resolves once it is kept. Rejects with PbxError
   * `no-such-queue`, and `bad-request` for a number that is none to call back.
   */
  async promiseNumber(tenant: string, { queue, number: asked, at, by }: AskedCallback): Promise<Callback> {
    if (!this.#parts.provisioning.snapshot.get('queue', tenant, queue))
      throw new PbxError('no-such-queue', `${tenant} has no queue ${queue}`);
    const number = this.#callable(tenant, asked);
    if (number === undefined) throw new PbxError('bad-request', `${asked} is no number that is called back`);
    const nextAt = Math.max(at ?? 0, this.#parts.clock.now());
    const made = { tenant, queue, number, priority: 0, callId: '', since: nextAt, nextAt };
    const callback = await this.#make({ ...made, result: `asked for by ${by}` });
    this.#keep(callback);
    return callback;
  }

  async #make(
    promised: Omit<Callback, 'id' | 'promisedAt' | 'state' | 'tries' | 'lastCallId'>,
  ): Promise<Callback> {
    const now = this.#parts.clock.now();
    const begun = { state: 'waiting', tries: 0, lastCallId: '', promisedAt: now } as const;
    const callback: Callback = { id: this.#parts.ids.token(), ...promised, ...begun };
    await this.#parts.store.put(callback, now);
    return callback;
  }

  /** The promises stay; they are taken up at the next start. */
  close(): void {
    this.#isClosed = true;
    this.#served.off();
    this.#looks?.cancel();
    for (const run of [...this.#runs.values()]) run.stop();
  }

  /** Whoever was being called when the engine stopped is called anew. */
  #takeUp(callbacks: readonly Callback[]): void {
    for (const callback of callbacks) this.#keep({ ...callback, state: 'waiting' });
  }

  /**
   * Promises of nodes that are gone are taken over where agents of their companies are signed in. Those that were ended beside us are
   * let go, such as one to a person who was erased.
   */
  async #look(): Promise<void> {
    const { store, acd, log } = this.#parts;
    const here = acd.agents().filter(({ state }) => state !== 'signed-out');
    const before = [...this.#runs.values()];
    try {
      const taken = await store.takeOver([...new Set(here.map(({ tenant }) => tenant))]);
      if (taken.length > 0)
        log.warn({ callbacks: taken.length }, 'call backs of a node that is gone were taken over');
      this.#takeUp(taken);
      const open = new Set((await store.open()).map(({ id }) => id));
      for (const run of before) if (!open.has(run.callback.id)) run.stop();
    } catch (error) {
      log.error({ err: asError(error) }, 'call backs of other nodes cannot be looked for');
    }
  }

  /** Who was promised talks with an agent: he need not be called back any more. */
  #onAgent({ tenant, agent, state, callId }: AgentNow): void {
    if (state !== 'talking' || callId === undefined) return;
    const call = this.#parts.calls.get(callId);
    // The call that keeps a promise ends it by itself.
    if (!call || 'callback' in call.arrival.origin) return;
    const { direction, caller, called } = call.arrival;
    const number = direction === 'outbound' ? called : caller;
    const why = `talks with agent ${agent}`;
    for (const run of [...this.#runs.values()]) {
      const { callback } = run;
      if (callback.tenant !== tenant || callback.number !== number) continue;
      call.note('step', { step: `callback ${callback.queue} taken back`, why });
      run.end('withdrawn', why).catch((error: unknown) => {
        this.#parts.log.error(
          { err: asError(error), callback: callback.id },
          'a call back was not taken back',
        );
      });
    }
  }

  #keep(callback: Callback): void {
    if (this.#isClosed) return;
    const run = new CallbackRun(this.#parts, callback, () => this.#runs.delete(callback.id));
    this.#runs.set(callback.id, run);
    run.start();
  }

  #callable(tenant: string, number: string): string | undefined {
    const { directory, provisioning } = this.#parts;
    if (directory.find(number, tenant).kind === 'extension') return number;
    const outside = callableNumber(number, provisioning.snapshot.get('tenant', tenant, tenant)?.areaCode);
    return outside === undefined || directory.inside(outside, tenant) ? undefined : outside;
  }
}
