import { basename } from 'node:path';
import type { CallEvent } from '../call/call-events.ts';
import type { Cdr } from '../cdr/cdr.ts';
import { projectCdr } from '../cdr/project-cdr.ts';
import type { FakeInboundLeg } from '../edge/fake/fake-leg.ts';
import type { VirtualPbx } from './virtual-pbx.ts';

/** Between two keys of one input. */
const KEY_GAP_MS = 200;
/** No step of a call takes longer than this virtual time. */
const PATIENCE_MS = 4 * 3600_000;

/** A caller on a virtual engine: calls, listens, presses keys, waits, hangs up. */
export class VirtualCaller {
  readonly number: string;
  readonly callId: string;
  readonly #pbx: VirtualPbx;
  readonly #leg: FakeInboundLeg;
  /** Prompts up to here have been expected already. */
  #listened = 0;

  /** @internal */
  constructor(pbx: VirtualPbx, number: string, leg: FakeInboundLeg, callId: string) {
    this.#pbx = pbx;
    this.number = number;
    this.#leg = leg;
    this.callId = callId;
  }

  /** What was heard so far, by name; what is repeated in a row (music) counts once. */
  get heard(): readonly string[] {
    const names = this.#pbx.ear(this.callId)?.heard() ?? [];
    return names.map((name) => basename(name, '.wav')).filter((name, index, all) => name !== all[index - 1]);
  }

  /** SIP statuses that the caller got: 180, 183, 200, 603 ... */
  get statuses(): readonly number[] {
    return this.#leg.statuses;
  }

  get hasEnded(): boolean {
    return this.#leg.state === 'ended';
  }

  /** Agents and lines that were rung, in order, each with how that went. */
  get rung(): readonly { readonly target: string; readonly outcome: string; readonly ringMs: number }[] {
    return this.#facts('rung').map(({ target, outcome, ringMs }) => ({ target, outcome, ringMs }));
  }

  /** Steps through the dialplan with their why: `menu → 1: the caller pressed 1 ...`. */
  get path(): readonly string[] {
    return this.#facts('step').map(({ step, why }) => `${step}: ${why}`);
  }

  /** The call record; undefined until the call has ended. */
  get cdr(): Cdr | undefined {
    return projectCdr(this.#pbx.eventsOf(this.callId));
  }

  /** Waits until these prompts have been heard, in this order, after those of the last `hears`. */
  async hears(...prompts: readonly string[]): Promise<this> {
    for (const prompt of prompts) {
      const index = () => this.heard.indexOf(prompt, this.#listened);
      await this.#until(() => index() >= 0, `heard '${prompt}'`);
      this.#listened = index() + 1;
    }
    return this;
  }

  /** Presses keys, one after the other: `1`, `123456#`. */
  async presses(keys: string): Promise<this> {
    for (const key of keys) {
      const ear = this.#pbx.ear(this.callId);
      if (!ear || this.hasEnded) throw new Error(`${this.#name} cannot press ${key}: ${this.#where()}`);
      ear.press(key);
      await this.#pbx.clock.advance(KEY_GAP_MS);
    }
    return this;
  }

  /** Lets virtual time pass: milliseconds, or `15s`, `2m`. */
  async waits(time: number | `${number}s` | `${number}m`): Promise<this> {
    await this.#pbx.clock.advance(typeof time === 'number' ? time : msOf(time));
    return this;
  }

  /** Waits until the caller talks with this agent or line. */
  async talksTo(target: string): Promise<this> {
    const connected = () => this.#facts('connected').some((fact) => fact.target === target);
    await this.#until(connected, `talked to ${target}`);
    return this;
  }

  /** Hangs up; the record of the call. */
  async hangsUp(): Promise<Cdr> {
    if (!this.hasEnded) this.#leg.remoteEnd('normal');
    await this.#pbx.clock.settle();
    return this.ends();
  }

  /** Waits until the call has ended; its record. */
  async ends(): Promise<Cdr> {
    await this.#until(() => this.hasEnded && this.cdr !== undefined, 'came to an end');
    return this.cdr!;
  }

  get #name(): string {
    return this.number === '' ? 'the caller' : `caller ${this.number}`;
  }

  async #until(done: () => boolean, what: string): Promise<void> {
    const over = () => done() || (this.hasEnded && this.cdr !== undefined);
    await this.#pbx.clock.runUntil(over, PATIENCE_MS);
    if (!done()) throw new Error(`${this.#name} never ${what}: ${this.#where()}`);
  }

  /** For messages: all that helps to see why a test fails. */
  #where(): string {
    const state = this.hasEnded ? `the call ended (${this.cdr?.cause ?? '?'})` : 'the call goes on';
    return `${state}\n  heard: ${this.heard.join(', ') || 'nothing'}\n  path:\n    ${this.path.join('\n    ')}`;
  }

  #facts<Type extends CallEvent['type']>(type: Type): Extract<CallEvent, { type: Type }>[] {
    return this.#pbx.eventsOf(this.callId).filter((event) => event.type === type) as never;
  }
}

function msOf(time: string): number {
  return Number.parseFloat(time) * (time.endsWith('m') ? 60_000 : 1000);
}
