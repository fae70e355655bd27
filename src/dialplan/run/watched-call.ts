import type { Origin } from '../../call/arrival.ts';
import type { Timer } from '../../shared/clock.ts';
import { ClosedError, DeadlineError } from '../../shared/errors.ts';
import type { ScriptCall } from '../node/nodes.ts';
import type {
  DialOptions,
  DialOutcome,
  DialTarget,
  EarlyMediaOptions,
  FlowCaller,
  GatherOptions,
  GatherOutcome,
  PlayOutcome,
  Prompts,
  QueueOptions,
  QueueOutcome,
  RecordOptions,
  RecordOutcome,
  SurveyOutcome,
  VoicemailOutcome,
} from './flow-call.ts';
import type { FlowRun, Passage } from './flow-run.ts';

/**
 * The call as a function of the plan sees it. Watches that the caller never waits in silence: a function that
 * neither returns nor calls a verb for `limitMs` is given up, and its verbs fail from then on.
 */
export class WatchedCall implements ScriptCall {
  readonly #run: FlowRun;
  readonly #name: string;
  readonly #limitMs: number;
  #verbs = 0;
  #timer: Timer | undefined;
  #giveUp: (error: Error) => void = () => {};
  #open = true;
  #early = false;
  /** What the function's verbs have achieved: the caller was served, or all is done. */
  passage: Passage = 'next';

  constructor(run: FlowRun, name: string, limitMs: number) {
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
      return await Promise.race([(async () => work(this))(), givenUp]);
    } finally {
      this.#open = false;
      this.#timer?.cancel();
    }
  }

  get id(): string {
    return this.#run.call.id;
  }
  get tenant(): string {
    return this.#run.call.tenant;
  }
  get caller(): FlowCaller {
    return this.#run.call.caller;
  }
  get called(): string {
    return this.#run.call.called;
  }
  get origin(): Origin {
    return this.#run.call.origin;
  }
  get trunk(): string | undefined {
    return this.#run.call.trunk;
  }
  get forwardedFrom(): string | undefined {
    return this.#run.call.forwardedFrom;
  }
  get arrivedAt(): number {
    return this.#run.call.arrivedAt;
  }
  get variables(): Map<string, string> {
    return this.#run.call.variables;
  }
  get ended(): boolean {
    return this.#run.call.ended;
  }
  get signal(): AbortSignal {
    return this.#run.call.signal;
  }
  get answered(): boolean {
    return this.#run.call.answered;
  }

  set(name: string, value: string): void {
    this.#run.call.variables.set(name, value);
    this.#run.call.step(`set ${name}`, value);
  }
  step(step: string, why: string): void {
    this.#run.call.step(step, why);
  }
  located(area: string, carrier: string | undefined): void {
    this.#run.call.located(area, carrier);
  }
  ring(): void {
    this.#run.call.ring();
  }
  earlyMedia(options?: EarlyMediaOptions): Promise<void> {
    this.#early = true;
    return this.#verb(() => this.#run.call.earlyMedia(options));
  }
  answer(): Promise<void> {
    return this.#verb(() => this.#run.call.answer());
  }
  play(prompts: Prompts, options?: { bargeIn?: boolean; repeat?: number }): Promise<PlayOutcome> {
    return this.#verb(async () => {
      await this.#audible();
      return this.#run.call.play(prompts, options);
    });
  }
  gather(options: GatherOptions): Promise<GatherOutcome> {
    return this.#verb(async () => {
      await this.#run.call.answer();
      return this.#run.call.gather(options);
    });
  }
  queue(name: string, options?: QueueOptions): Promise<QueueOutcome> {
    return this.#verb(async () => {
      await this.#run.call.answer();
      const priority = (options?.priority ?? 0) + this.#run.priority;
      this.#run.queueSurvey = this.#run.plan.names.queues.get(name);
      return this.#served(await this.#run.call.queue(name, { ...options, priority }));
    });
  }
  dial(options: DialOptions): Promise<DialOutcome> {
    return this.#verb(async () => this.#served(await this.#run.call.dial(options)));
  }
  record(options?: RecordOptions): Promise<RecordOutcome> {
    return this.#verb(async () => {
      await this.#run.call.answer();
      return this.#run.call.record(options);
    });
  }
  voicemail(box: string): Promise<VoicemailOutcome> {
    return this.#verb(async () => {
      await this.#run.call.answer();
      return this.#settled(await this.#run.call.voicemail(box));
    });
  }
  survey(name: string): Promise<SurveyOutcome> {
    return this.#verb(async () => {
      await this.#run.call.answer();
      return this.#settled(await this.#run.call.survey(name));
    });
  }
  callback(queue: string): Promise<void> {
    return this.#verb(async () => this.#settled(await this.#run.call.callback(queue)));
  }
  transfer(target: DialTarget): Promise<DialOutcome> {
    return this.#verb(async () => {
      const outcome = await this.#run.call.transfer(target);
      return outcome.reason === 'served' ? this.#settled(outcome) : outcome;
    });
  }
  hangup(cause?: Parameters<ScriptCall['hangup']>[0]): Promise<void> {
    return this.#verb(async () => this.#settled(await this.#run.call.hangup(cause)));
  }

  /** Prompts before the answer are early media when the function asked for that; else they answer. */
  async #audible(): Promise<void> {
    if (!this.#early) await this.#run.call.answer();
  }

  #served<Outcome extends QueueOutcome | DialOutcome>(outcome: Outcome): Outcome {
    if (outcome.reason === 'served') this.passage = 'served';
    else if (outcome.reason !== 'key') this.#run.unserved = 'no-agent';
    return outcome;
  }

  #settled<Outcome>(outcome: Outcome): Outcome {
    this.passage = 'settled';
    return outcome;
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
    this.#timer = this.#run.state.clock.after(this.#limitMs, () => {
      this.#open = false;
      this.#giveUp(new DeadlineError(`${this.#name} of hotline ${this.#run.plan.number}`, this.#limitMs));
    });
  }
}
