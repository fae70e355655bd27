import type { Visit } from '../acd/visit.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Timer } from '../shared/clock.ts';
import { asError, ClosedError } from '../shared/errors.ts';
import type { CallId } from '../shared/ids.ts';
import { callBack, type Task, type Tried } from './call-back.ts';
import type { Callback, CallbackState } from './callback.ts';
import type { CallbackParts } from './callback-parts.ts';

type Rules = NonNullable<Queue['callback']>;

/** Of a queue that says nothing else. */
const RULES: Rules = { tries: 3, everyMs: 600_000, withinMs: 86_400_000 };

/** So often it is looked whether the hours have begun, and whatever else may keep it back. */
const LATER_MS = 60_000;

/** One promise on its way: it stands in line, and when it is its turn an agent is rung and then who was promised. */
export class CallbackRun {
  readonly #parts: CallbackParts;
  readonly #onOver: () => void;
  #callback: Callback;
  #isOver = false;
  #timer: Timer | undefined;
  #wake: (() => void) | undefined;
  #visit: Visit | undefined;

  /** `onOver`: nothing is left to do for it, or it was stopped. */
  constructor(parts: CallbackParts, callback: Callback, onOver: () => void) {
    this.#parts = parts;
    this.#callback = callback;
    this.#onOver = onOver;
  }

  get callback(): Callback {
    return this.#callback;
  }

  start(): void {
    this.#run().catch((error: unknown) => {
      if (this.#isOver && error instanceof ClosedError) return;
      this.#parts.log.error({ err: asError(error), callback: this.#callback.id }, 'a call back failed');
      if (this.#isOver) return;
      // A database that was away, mostly: what could not be kept was not done.
      this.#callback = { ...this.#callback, state: 'waiting', nextAt: this.#now() + LATER_MS };
      this.start();
    });
  }

  /** The engine stops; the promise is taken up at the next start. */
  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#wake?.();
    this.#visit?.giveUp();
    this.#onOver();
  }

  /** It waits for its time no longer. */
  hurry(): void {
    if (this.#callback.nextAt <= this.#now()) return;
    this.#callback = { ...this.#callback, nextAt: this.#now() };
    this.#timer?.cancel();
    this.#wake?.();
  }

  /** It is over; a talk that is under way goes on. */
  async end(state: CallbackState, result: string): Promise<void> {
    if (this.#isOver) return;
    this.stop();
    await this.#change({ state, result });
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      await this.#until(this.#callback.nextAt);
      if (this.#isOver) return;
      const { tenant, queue, promisedAt } = this.#callback;
      const config = this.#parts.provisioning.snapshot.get('queue', tenant, queue);
      if (!config) return this.end('failed', 'there is no such queue any more');
      const rules = config.callback ?? RULES;
      if (this.#now() >= promisedAt + rules.withinMs) return this.end('failed', 'nobody was free in time');
      if (this.#isWithinHours(rules)) await this.#stand(config, rules);
      else this.#callback = { ...this.#callback, nextAt: this.#now() + LATER_MS };
    }
  }

  /** Stands in line until it is his turn, or too late, and takes the turn. */
  async #stand(config: Queue, rules: Rules): Promise<void> {
    const { acd, clock, ids } = this.#parts;
    const { tenant, promisedAt, number } = this.#callback;
    // What agents do in it is told by the id of the call to come.
    const callId = ids.token() as CallId;
    const visit = acd.standIn(tenant, callId, this.#callback);
    if (visit.refusal) return this.#change({ nextAt: this.#now() + LATER_MS, result: visit.refusal.why });
    this.#visit = visit;
    visit.shows = number;
    const tooLate = clock.after(promisedAt + rules.withinMs - this.#now(), () => visit.giveUp());
    try {
      const turn = await visit.next();
      if (turn && this.#isCalling())
        await this.#change({ nextAt: this.#now() + LATER_MS, result: 'is calling himself' });
      else if (turn && this.#isWithinHours(rules))
        await this.#take({ callId, visit, turn, config, callback: this.#callback }, rules);
    } finally {
      tooLate.cancel();
      visit.leave();
      this.#visit = undefined;
    }
  }

  async #take(task: Omit<Task, 'onTry'>, rules: Rules): Promise<void> {
    const { tries } = this.#callback;
    const tried = await callBack(this.#parts, {
      ...task,
      onTry: async () => {
        if (!this.#isOver)
          await this.#change({ state: 'calling', tries: tries + 1, lastCallId: task.callId });
        return !this.#isOver;
      },
    });
    if (!this.#isOver) await this.#tried(tried, tries, rules);
  }

  async #tried(tried: Tried, before: number, { tries, everyMs }: Rules): Promise<void> {
    switch (tried.outcome) {
      case 'no-agent':
        return;
      case 'agent-left':
        return this.#change({ state: 'waiting', tries: before, result: tried.why });
      case 'talked':
        return this.end('done', 'talked');
      case 'unanswered': {
        if (before + 1 >= tries) return this.end('failed', tried.why);
        return this.#change({ state: 'waiting', nextAt: this.#now() + everyMs, result: tried.why });
      }
    }
  }

  async #change(what: Partial<Callback>): Promise<void> {
    const changed = { ...this.#callback, ...what };
    const isOurs = await this.#parts.store.put(changed, this.#now());
    if (isOurs) this.#callback = changed;
    // Somebody else has ended it, or another node has it: we were taken for lost.
    else this.stop();
  }

  /** Another call of his is with us: nobody is to be kept from it by ringing him. */
  #isCalling(): boolean {
    const { tenant, number, callId } = this.#callback;
    const calls = this.#parts.calls.ofTenant(tenant);
    return calls.some(({ id, arrival }) => arrival.caller === number && id !== callId);
  }

  #isWithinHours({ hours }: Rules): boolean {
    if (!hours) return true;
    const at = this.#parts.period(hours.calendar, this.#callback.tenant);
    return at !== undefined && hours.periods.includes(at.period);
  }

  #now(): number {
    return this.#parts.clock.now();
  }

  /** Resolves then, or when the run is stopped. */
  #until(at: number): Promise<void> {
    const delayMs = at - this.#now();
    if (delayMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = this.#parts.clock.after(delayMs, resolve);
    });
  }
}
