import type { Origin } from '../../src/call/arrival.ts';
import { promptText } from '../../src/dialplan/node/prompt-text.ts';
import {
  CallEndedError,
  type ConferenceOutcome,
  type DialOptions,
  type DialOutcome,
  type FlowCall,
  type GatherOptions,
  type MessageOptions,
  type Prompts,
  type QueueOptions,
  type QueueOutcome,
} from '../../src/dialplan/run/flow-call.ts';
import type { CauseSlug } from '../../src/shared/cause.ts';

/** Outcomes of a scripted call's verbs; each list is used up from the front, then the default holds. */
export interface Script {
  readonly from?: string;
  readonly called?: string;
  readonly origin?: Origin;
  readonly tenant?: string;
  /** One for each gather; '' times out. */
  readonly keys?: string[];
  /** He leaves no message. */
  readonly saysNothing?: boolean;
  readonly spokenBefore?: string;
  readonly queues?: QueueOutcome[];
  readonly rooms?: ConferenceOutcome[];
  /** By the targets' names joined with '+'. */
  readonly dial?: (options: DialOptions, names: string) => Promise<DialOutcome> | DialOutcome;
}

/** FlowCall that does nothing but note what was asked of it, in order. */
export class ScriptedCall implements FlowCall {
  readonly id = 'call-1';
  readonly tenant: string;
  readonly caller: { number: string; displayName: undefined };
  readonly called: string;
  readonly origin: Origin;
  readonly forwardedFrom = undefined;
  readonly arrivedAt = 0;
  readonly variables = new Map<string, string>();
  /** `play welcome`, `answer`, `queue sales 0` ... */
  readonly did: string[] = [];
  readonly steps: string[] = [];
  readonly area: string[] = [];
  hotline: string | undefined;
  version: number | undefined;
  bar: string | undefined;
  answered = false;
  cause: CauseSlug | undefined;
  readonly #script: Script;
  readonly #ending = new AbortController();

  constructor(script: Script = {}) {
    this.#script = script;
    this.caller = { number: script.from ?? '13800138000', displayName: undefined };
    this.called = script.called ?? '4001234567';
    this.origin = script.origin ?? { trunk: 'carrier' };
    this.tenant = script.tenant ?? 'demo';
  }

  get trunk(): string | undefined {
    return 'trunk' in this.origin ? this.origin.trunk : undefined;
  }
  get ended(): boolean {
    return this.signal.aborted;
  }
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** The caller hangs up. */
  endByCaller(): void {
    this.cause ??= 'cancelled';
    this.#ending.abort(new CallEndedError());
  }

  step(step: string, why: string): void {
    this.steps.push(`${step}: ${why}`);
  }
  routed(hotline: string, version?: number): void {
    this.hotline = hotline;
    this.version = version;
  }
  barred(rule: string): void {
    this.bar = rule;
  }
  located(area: string, carrier: string | undefined): void {
    this.area.push(area, carrier ?? '-');
  }
  ring(): void {
    this.did.push('ring');
  }
  async earlyMedia(): Promise<void> {
    this.#verb('early');
  }
  async answer(): Promise<void> {
    if (!this.answered) this.#verb('answer');
    this.answered = true;
  }
  async play(prompts: Prompts) {
    this.#verb(`play ${promptText(prompts)}`);
    return { digit: undefined };
  }
  async gather({ prompt, purpose = '' }: GatherOptions) {
    const digits = this.#script.keys?.shift() ?? '';
    this.#verb(`gather ${purpose}${prompt === undefined ? '' : ` ${promptText(prompt)}`}`);
    return { digits, reason: digits === '' ? ('timeout' as const) : ('complete' as const) };
  }
  async queue(name: string, { priority = 0 }: QueueOptions = {}): Promise<QueueOutcome> {
    this.#verb(`queue ${name} ${priority}`);
    return this.#script.queues?.shift() ?? { reason: 'served', agent: '8001', talkMs: 1000 };
  }
  async dial(options: DialOptions): Promise<DialOutcome> {
    const names = options.targets.map((target) => target.name ?? target.number).join('+');
    this.#verb(`dial ${names}`);
    return this.#script.dial?.(options, names) ?? { reason: 'no-answer' };
  }
  async group(number: string): Promise<DialOutcome> {
    this.#verb(`group ${number}`);
    return this.#script.dial?.({ targets: [] }, number) ?? { reason: 'no-answer' };
  }
  async conference(number: string): Promise<ConferenceOutcome> {
    this.#verb(`conference ${number}`);
    return this.#script.rooms?.shift() ?? { reason: 'attended', ms: 1000 };
  }
  async record() {
    this.#verb('record');
    return { recorded: true, file: 'message.wav', durationMs: 1000 };
  }
  async voicemail(box: string, { subject, review }: MessageOptions = {}) {
    this.#verb(`voicemail ${box}${subject === undefined ? '' : ` ${subject}`}${review ? ' reviewed' : ''}`);
    if (this.#script.saysNothing) return { left: false, durationMs: 0 };
    return { left: true, durationMs: 5000 };
  }
  async survey(name: string) {
    this.#verb(`survey ${name}`);
    return { digit: '1' };
  }
  async speak(skill: string, { remember = false }: { readonly remember?: boolean } = {}): Promise<void> {
    this.#verb(`speak ${skill}${remember ? ' and remember' : ''}`);
  }
  async spokenBefore(): Promise<string | undefined> {
    return this.#script.spokenBefore;
  }
  async forgetLanguage(): Promise<void> {
    this.#verb('forget language');
  }
  async callback(queue: string): Promise<boolean> {
    this.#verb(`callback ${queue}`);
    return true;
  }
  async transfer({ number }: { number: string }): Promise<DialOutcome> {
    this.#verb(`transfer ${number}`);
    return this.#script.dial?.({ targets: [] }, number) ?? { reason: 'failed' };
  }
  async hangup(cause: CauseSlug = 'normal'): Promise<void> {
    if (this.cause) return;
    this.did.push(`hangup ${cause}`);
    this.cause = cause;
    this.#ending.abort(new CallEndedError());
  }

  #verb(what: string): void {
    if (this.signal.aborted) throw new CallEndedError();
    this.did.push(what);
  }
}
