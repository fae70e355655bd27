import { answer, earlyMedia } from '../../call/answer.ts';
import type { Origin } from '../../call/arrival.ts';
import type { Call } from '../../call/call.ts';
import type { Bar } from '../../call/call-events.ts';
import type { DialRequest, DialStep } from '../../call/dial.ts';
import { gather, play } from '../../call/gather.ts';
import type { PlayItem } from '../../media/media.ts';
import type { Speech } from '../../prompt/prompt.ts';
import type { CauseSlug } from '../../shared/cause.ts';
import { ClosedError } from '../../shared/errors.ts';
import {
  CallEndedError,
  type ConferenceOutcome,
  type DialOptions,
  type DialOutcome,
  type DialTarget,
  type EarlyMediaOptions,
  type FlowCall,
  type FlowCaller,
  type GatherOptions,
  type GatherOutcome,
  type MessageOptions,
  type PlayOutcome,
  type Prompts,
  type QueueOptions,
  type QueueOutcome,
  type RecordOptions,
  type RecordOutcome,
  type SurveyOutcome,
  type VoicemailOutcome,
} from './flow-call.ts';

/** The features that flows use; given by the composition root. */
export interface FlowFeatures {
  /** Those of a company come before those that all have. */
  promptItems(tenant: string, prompts: Prompts, speech?: Speech): readonly PlayItem[];
  queue(call: Call, name: string, options: QueueOptions): Promise<QueueOutcome>;
  dial(
    call: Call,
    steps: readonly DialStep[],
    options: Pick<DialOptions, 'together' | 'onConnected'> & Pick<DialRequest, 'reason'>,
  ): Promise<DialOutcome>;
  group(call: Call, number: string): Promise<DialOutcome>;
  conference(call: Call, number: string): Promise<ConferenceOutcome>;
  record(call: Call, options: Required<RecordOptions>): Promise<RecordOutcome>;
  voicemail(call: Call, box: string, options?: MessageOptions): Promise<VoicemailOutcome>;
  survey(call: Call, name: string): Promise<SurveyOutcome>;
  speak(call: Call, skill: string, remember: boolean): Promise<void>;
  spokenBefore(call: Call): Promise<string | undefined>;
  forgetLanguage(call: Call): Promise<void>;
  /** Promises to call the caller back. False: his number is none that is called back. */
  callback(call: Call, queue: string): Promise<boolean>;
}

/** One for all calls: half of them end by the caller, and a stack would tell nothing. */
const CALL_ENDED = new CallEndedError();

const DEFAULT_RING_MS = 30_000;

/** FlowCall on a real call. */
export class LiveCall implements FlowCall {
  #variables: Map<string, string> | undefined;
  readonly #call: Call;
  readonly #features: FlowFeatures;

  constructor(call: Call, features: FlowFeatures) {
    this.#call = call;
    this.#features = features;
    const [forwarded] = call.arrival.diversions;
    if (!forwarded) return;
    this.variables.set('forwardedFrom', forwarded.number);
    if (forwarded.reason !== undefined) this.variables.set('forwardReason', forwarded.reason);
  }

  get variables(): Map<string, string> {
    this.#variables ??= new Map();
    return this.#variables;
  }
  get id(): string {
    return this.#call.id;
  }
  get tenant(): string {
    return this.#call.arrival.tenantId;
  }
  get caller(): FlowCaller {
    const { caller, callerName } = this.#call.arrival;
    return { number: caller, displayName: callerName };
  }
  get called(): string {
    return this.#call.arrival.called;
  }
  get origin(): Origin {
    return this.#call.arrival.origin;
  }
  get trunk(): string | undefined {
    const { origin } = this;
    return 'trunk' in origin ? origin.trunk : undefined;
  }
  get forwardedFrom(): string | undefined {
    return this.#call.arrival.diversions[0]?.number;
  }
  get arrivedAt(): number {
    return this.#call.arrivedAt;
  }
  get signal(): AbortSignal {
    return this.#call.signal;
  }
  get answered(): boolean {
    return this.#call.state === 'answered';
  }

  get ended(): boolean {
    return this.#call.outcome !== undefined;
  }

  step(step: string, why: string): void {
    this.#call.note('step', { step, why });
  }

  routed(hotline: string, version?: number): void {
    this.#call.hotline ??= hotline;
    this.#call.note('routed', { hotline, version });
  }

  barred(rule: Bar): void {
    this.#call.note('barred', { rule });
  }

  located(area: string, carrier: string | undefined): void {
    this.#call.note('located', { area, carrier });
  }

  ring(): void {
    this.#call.ring();
  }

  earlyMedia({ ringback }: EarlyMediaOptions = {}): Promise<void> {
    if (ringback !== undefined) this.#call.ringback = this.#items(ringback);
    return this.#verb(() => earlyMedia(this.#call));
  }

  answer(): Promise<void> {
    return this.#verb(() => answer(this.#call));
  }

  play(prompts: Prompts, options: { bargeIn?: boolean; repeat?: number } = {}): Promise<PlayOutcome> {
    return this.#verb(async () => {
      await this.#audible('play');
      return play(this.#call, this.#call.caller, this.#items(prompts), options);
    });
  }

  gather(options: GatherOptions): Promise<GatherOutcome> {
    return this.#verb(async () => {
      await this.#audible('gather');
      const max = options.max ?? 1;
      const gathered = await gather(this.#call, this.#call.caller, {
        items: options.prompt === undefined ? [] : this.#items(options.prompt),
        min: options.min ?? 1,
        max,
        timeoutMs: options.timeoutMs ?? 5_000,
        interDigitMs: options.interDigitMs ?? 3_000,
        terminator: options.terminator ?? (max > 1 ? '#' : undefined),
        until: options.until,
      });
      if (gathered.digits && !options.secret) {
        this.#call.note('keyed', { purpose: options.purpose ?? 'gather', digits: gathered.digits });
      }
      return gathered;
    });
  }

  queue(name: string, options: QueueOptions = {}): Promise<QueueOutcome> {
    return this.#verb(() => this.#features.queue(this.#call, name, options));
  }

  dial(options: DialOptions): Promise<DialOutcome> {
    return this.#dial(options, 'dial');
  }

  #dial(options: DialOptions, reason: 'dial' | 'transfer'): Promise<DialOutcome> {
    return this.#verb(() => {
      const steps = options.targets.map((target) => ({
        target: {
          name: target.name ?? target.number,
          destination: {
            kind: target.kind,
            number: target.number,
            ...(target.trunk === undefined ? {} : { trunk: target.trunk }),
          },
        },
        ringMs: target.ringMs ?? options.ringMs ?? DEFAULT_RING_MS,
      }));
      return this.#features.dial(this.#call, steps, { ...options, reason });
    });
  }

  group(number: string): Promise<DialOutcome> {
    return this.#verb(() => this.#features.group(this.#call, number));
  }

  conference(number: string): Promise<ConferenceOutcome> {
    return this.#verb(() => this.#features.conference(this.#call, number));
  }

  record(options: RecordOptions = {}): Promise<RecordOutcome> {
    const { purpose = 'message', maxMs = 120_000, maxSilenceMs = 5_000 } = options;
    return this.#verb(() => this.#features.record(this.#call, { purpose, maxMs, maxSilenceMs }));
  }

  voicemail(box: string, options: MessageOptions = {}): Promise<VoicemailOutcome> {
    return this.#verb(() => this.#features.voicemail(this.#call, box, options));
  }

  survey(name: string): Promise<SurveyOutcome> {
    return this.#verb(() => this.#features.survey(this.#call, name));
  }

  speak(skill: string, { remember = false }: { readonly remember?: boolean } = {}): Promise<void> {
    return this.#verb(() => this.#features.speak(this.#call, skill, remember));
  }

  spokenBefore(): Promise<string | undefined> {
    return this.#verb(() => this.#features.spokenBefore(this.#call));
  }

  forgetLanguage(): Promise<void> {
    return this.#verb(() => this.#features.forgetLanguage(this.#call));
  }

  callback(queue: string): Promise<boolean> {
    return this.#verb(() => this.#features.callback(this.#call, queue));
  }

  transfer(target: DialTarget): Promise<DialOutcome> {
    return this.#dial({ targets: [target] }, 'transfer');
  }

  async hangup(cause: CauseSlug = 'normal'): Promise<void> {
    this.#call.end(cause, 'engine');
  }

  #items(prompts: Prompts): readonly PlayItem[] {
    return this.#features.promptItems(this.tenant, prompts, this.#call.speech);
  }

  /** Audio needs early media or an answer; a flow that has asked for neither gets the answer. */
  async #audible(segment: 'play' | 'gather'): Promise<void> {
    if (!this.#call.opening.audible) await answer(this.#call);
    this.#call.segment('ivr', segment === 'play' ? 'play' : 'menu');
  }

  async #verb<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    if (this.#call.outcome) throw CALL_ENDED;
    try {
      return await work();
    } catch (error) {
      if (error instanceof ClosedError && this.#call.outcome) throw CALL_ENDED;
      throw error;
    }
  }
}
