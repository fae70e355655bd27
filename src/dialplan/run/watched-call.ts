import { levelOf } from '../../call/priority.ts';
import type { Timer } from '../../shared/clock.ts';
import { ClosedError, DeadlineError } from '../../shared/errors.ts';
import type { NodeRun, Passage } from '../node/node-kind.ts';
import type { DialOutcome, FlowCall, QueueOptions, QueueOutcome } from './flow-call.ts';
import type { ScriptCall } from './script-call.ts';

/** Time that a function may take between two verbs of the call when nothing else is said. */
export const SCRIPT_TIMEOUT_MS = 10_000;

/** How a verb is done for a function: the plan's rules go with it. */
type Verb<Name extends keyof FlowCall> = FlowCall[Name] extends (
  ...args: infer Args
) => Promise<infer Outcome>
  ? (watched: WatchedCall, ...args: Args) => Promise<Outcome>
  : never;
type Verbs = {
  readonly [Name in keyof FlowCall as FlowCall[Name] extends (...args: never[]) => Promise<unknown>
    ? Name
    : never]: Verb<Name>;
};

/** Every verb that takes time; all else of the call is given through as it is. */
const VERBS: Verbs = {
  earlyMedia: ({ call, hears }, options) => {
    hears.early = true;
    return call.earlyMedia(options);
  },
  answer: ({ call }) => call.answer(),
  // Prompts before the answer are early media when the function asked for that; else they answer.
  play: async ({ call, hears }, ...args) => {
    if (!hears.early) await call.answer();
    return call.play(...args);
  },
  gather: async ({ call }, options) => {
    await call.answer();
    return call.gather(options);
  },
  queue: (watched, name, options) => watched.queue(name, options),
  dial: async (watched, options) => watched.served(await watched.call.dial(options)),
  group: async (watched, number) => watched.served(await watched.call.group(number)),
  conference: async (watched, number) => {
    const outcome = await watched.call.conference(number);
    return outcome.reason === 'attended' ? watched.settled(outcome) : outcome;
  },
  record: async ({ call }, options) => {
    await call.answer();
    return call.record(options);
  },
  voicemail: async (watched, box, options) => {
    await watched.call.answer();
    return watched.settled(await watched.call.voicemail(box, options));
  },
  survey: async (watched, name) => {
    await watched.call.answer();
    return watched.settled(await watched.call.survey(name));
  },
  speak: ({ call }, skill, options) => call.speak(skill, options),
  spokenBefore: ({ call }) => call.spokenBefore(),
  forgetLanguage: ({ call }) => call.forgetLanguage(),
  callback: async (watched, queue) => {
    const isPromised = await watched.call.callback(queue);
    return isPromised ? watched.settled(isPromised) : isPromised;
  },
  transfer: async (watched, target) => {
    const outcome = await watched.call.transfer(target);
    return outcome.reason === 'served' ? watched.settled(outcome) : outcome;
  },
  hangup: async (watched, cause) => watched.settled(await watched.call.hangup(cause)),
};

/**
 * The call as a function of the plan sees it. Watches that the caller never waits in silence: a function that
 * neither returns nor calls a verb for `limitMs` is given up, and its verbs fail from then on.
 */
export class WatchedCall {
  readonly call: FlowCall;
  /** Whether the function asked for early media. */
  readonly hears = { early: false };
  readonly #run: NodeRun;
  readonly #name: string;
  readonly #limitMs: number;
  #verbs = 0;
  #timer: Timer | undefined;
  #giveUp: (error: Error) => void = () => {};
  #open = true;
  /** What the function's verbs have achieved: the caller was served, or all is done. */
  passage: Passage = 'next';

  constructor(run: NodeRun, name: string, limitMs: number) {
    this.call = run.call;
    this.#run = run;
    this.#name = name;
    this.#limitMs = limitMs;
  }

  /** The result of `work`. Throws DeadlineError when it takes too long, CallEndedError when the call ended. */
  async run<Result>(work: (call: ScriptCall) => Promise<Result> | Result): Promise<Result> {
    const givenUp = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    this.#watch();
    try {
      return await Promise.race([(async () => work(this.#face()))(), givenUp]);
    } finally {
      this.#open = false;
      this.#timer?.cancel();
    }
  }

  async queue(name: string, options?: QueueOptions): Promise<QueueOutcome> {
    await this.call.answer();
    const priority = levelOf(options?.priority) + this.#run.priority;
    this.#run.queueSurvey = this.#run.plan.surveyOf(name);
    return this.served(await this.call.queue(name, { ...options, priority }));
  }

  served<Outcome extends QueueOutcome | DialOutcome>(outcome: Outcome): Outcome {
    if (outcome.reason === 'served') this.passage = 'served';
    else if (outcome.reason === 'callback' || outcome.reason === 'voicemail') this.passage = 'settled';
    else if (outcome.reason !== 'key') this.#run.unserved = 'no-agent';
    return outcome;
  }

  settled<Outcome>(outcome: Outcome): Outcome {
    this.passage = 'settled';
    return outcome;
  }

  /** What the function is given: the live call with its verbs watched, and `set`. */
  #face(): ScriptCall {
    const { call } = this;
    const set: ScriptCall['set'] = (name, value) => {
      call.variables.set(name, value);
      call.step(`set ${name}`, value);
    };
    return new Proxy(call as ScriptCall, {
      get: (_, name) => {
        if (name === 'set') return set;
        if (Object.hasOwn(VERBS, name)) {
          const verb = VERBS[name as keyof Verbs] as (
            watched: WatchedCall,
            ...args: unknown[]
          ) => Promise<unknown>;
          return (...args: unknown[]) => this.#verb(() => verb(this, ...args));
        }
        const value: unknown = Reflect.get(call, name, call);
        return typeof value === 'function' ? value.bind(call) : value;
      },
    });
  }

  async #verb<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    if (!this.#open) throw new ClosedError(`call of ${this.#name}`);
    this.#verbs++;
    this.#timer?.cancel();
    try {
      return await work();
    } finally {
      this.#verbs--;
      if (this.#verbs === 0 && this.#open) this.#watch();
    }
  }

  #watch(): void {
    this.#timer = this.#run.clock.after(this.#limitMs, () => {
      this.#open = false;
      this.#giveUp(new DeadlineError(`${this.#name} of hotline ${this.#run.plan.number}`, this.#limitMs));
    });
  }
}
