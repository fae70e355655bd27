/** The phone in the page, of which a browser has one: one tab owns the audio (Web Locks), the others are remote controls (BroadcastChannel). */

import { mosOf } from '../../client/softphone/mos.ts';
import {
  type Devices,
  type PhoneCredentials,
  PhoneError,
  type PhoneErrorCode,
  type PhoneState,
  type Softphone,
  type SoftphoneCall,
  type TalkState,
  type TalkStats,
} from '../../client/softphone/softphone.ts';
import { onWake } from '../kit/wake.ts';

/** What every tab sees of the phone. */
export interface PhoneSight {
  readonly state: PhoneState;
  /** Why it cannot be used; undefined: it can, or is on its way. */
  readonly trouble: PhoneErrorCode | undefined;
  readonly calls: readonly { readonly id: string; readonly state: TalkState }[];
  /** Of the call in which one speaks, of the last seconds. */
  readonly quality: (TalkStats & { readonly mos: number }) | undefined;
  readonly devices: Devices;
}

/** `off`: no phone is wanted here. `waiting`: it is not known yet who owns it. */
export type TabRole = 'off' | 'waiting' | 'owner' | 'remote';

export interface Lent extends PhoneCredentials {
  readonly id: string;
}

export interface TabPhoneParts {
  /** Of whom: one phone each. */
  readonly name: string;
  readonly make: () => Softphone;
  readonly lend: () => Promise<Lent>;
  readonly renew: (id: string) => Promise<void>;
  readonly putAway: (id: string) => Promise<void>;
  /** Call-IDs of the legs that the engine has of this agent's phones. */
  readonly engineLegs: () => Promise<readonly string[]>;
  /** Has the engine invite the agent again, whose leg this page has lost. */
  readonly takeBack: () => Promise<unknown>;
  /** Ids of legs that the phone of this browser had, over a reload. */
  readonly legs: { get(): readonly string[]; set(ids: readonly string[]): void };
  readonly devices: Devices;
}

type Command =
  | { readonly verb: 'answer' | 'hangUp' }
  | { readonly verb: 'press'; readonly digits: string }
  | { readonly verb: 'use'; readonly devices: Devices };

type Message =
  | { readonly kind: 'sight'; readonly sight: PhoneSight }
  | { readonly kind: 'look' }
  | { readonly kind: 'do'; readonly id: string; readonly command: Command }
  | { readonly kind: 'done'; readonly id: string; readonly error?: { code: PhoneErrorCode; detail: string } };

const RENEW_MS = 10 * 60_000;
const STATS_MS = 1000;
const RETRY_MS = 2000;
/** Who owns the phone answers within it. */
const ANSWER_MS = 10_000;

const OFF: PhoneSight = { state: 'off', trouble: undefined, calls: [], quality: undefined, devices: {} };

export class TabPhone {
  readonly #parts: TabPhoneParts;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Map<string, (message: Message & { readonly kind: 'done' }) => void>();
  #channel: BroadcastChannel | undefined;
  #stop: AbortController | undefined;
  #role: TabRole = 'off';
  #sight: PhoneSight = OFF;
  #phone: Softphone | undefined;
  #lent: Lent | undefined;
  #devices: Devices;
  #trouble: PhoneErrorCode | undefined;
  #quality: PhoneSight['quality'];
  #ended: Promise<unknown> = Promise.resolve();

  constructor(parts: TabPhoneParts) {
    this.#parts = parts;
    this.#devices = parts.devices;
  }

  get role(): TabRole {
    return this.#role;
  }
  get sight(): PhoneSight {
    return this.#sight;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The phone is wanted: this tab owns it, or controls the one that does. Idempotent. */
  start(): void {
    if (this.#stop) return;
    if (!globalThis.isSecureContext) {
      this.#see({ ...OFF, trouble: 'insecure' });
      return;
    }
    const stop = new AbortController();
    this.#stop = stop;
    this.#become('waiting');
    this.#channel = new BroadcastChannel(`pbx400.phone.${this.#parts.name}`);
    this.#channel.onmessage = ({ data }) => this.#heard(data as Message);
    this.#say({ kind: 'look' });
    const lock = `pbx400.phone.${this.#parts.name}`;
    const owned = this.#ended.then(() =>
      navigator.locks.request(lock, { signal: stop.signal }, () => this.#own(stop.signal)),
    );
    // Aborted while it waited for the lock.
    this.#ended = owned.catch(() => {});
  }

  /** It is wanted no more here. Idempotent. */
  stop(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#channel?.close();
    this.#channel = undefined;
    this.#become('off');
    this.#see(OFF);
  }

  /** Resolves when calls can come. Rejects with PhoneError. */
  async ready(): Promise<void> {
    this.start();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      const { state, trouble } = this.#sight;
      if (state === 'registered') resolve();
      else if (trouble) reject(new PhoneError(trouble, 'the phone in the page'));
    };
    const off = this.onChange(look);
    const late = setTimeout(() => reject(new PhoneError('unreachable', 'the PBX is not reached')), ANSWER_MS);
    look();
    try {
      await promise;
    } finally {
      off();
      clearTimeout(late);
    }
  }

  /** Answers the call that rings here. Rejects with PhoneError. */
  answer(): Promise<void> {
    return this.#do({ verb: 'answer' });
  }
  /** Ends, or refuses, by the phone itself: for when the API is not reached. */
  hangUp(): Promise<void> {
    return this.#do({ verb: 'hangUp' });
  }
  /** Keys of the phone itself, for whom it has called: where the own agent is no agent, but a caller. Rejects with PhoneError. */
  press(digits: string): Promise<void> {
    return this.#do({ verb: 'press', digits });
  }
  use(devices: Devices): Promise<void> {
    return this.#do({ verb: 'use', devices });
  }

  /** Calls the PBX, which gives back what it hears, for so long: how the way there is. Rejects with PhoneError. */
  async loop(code: string, lastsMs: number): Promise<NonNullable<PhoneSight['quality']>> {
    const phone = this.#phone;
    if (!phone) throw new PhoneError('not-now', 'another tab owns the phone');
    const call = await phone.call(code);
    try {
      await this.#answered(call);
      await new Promise((done) => setTimeout(done, lastsMs));
      if (call.state === 'over') throw new PhoneError('unreachable', 'the loop was cut');
      const stats = await call.stats();
      return { ...stats, mos: mosOf(stats) };
    } finally {
      await call.hangUp().catch(() => {});
    }
  }

  async #answered(call: SoftphoneCall): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      if (call.state === 'talking') resolve();
      if (call.state === 'over') reject(new PhoneError('refused', 'the loop was refused'));
    };
    const off = this.onChange(look);
    const late = setTimeout(
      () => reject(new PhoneError('unreachable', 'the loop is not answered')),
      ANSWER_MS,
    );
    look();
    try {
      await promise;
    } finally {
      off();
      clearTimeout(late);
    }
  }

  /** In the tab that owns it: what is heard now. */
  get heard(): MediaStream | undefined {
    return this.#phone?.calls.find(({ state }) => state === 'talking')?.heard;
  }

  async #do(command: Command): Promise<void> {
    if (this.#phone) return this.#run(this.#phone, command);
    const id = crypto.randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(() => reject(new PhoneError('unreachable', 'no tab owns the phone')), ANSWER_MS);
    this.#waiting.set(id, ({ error }) =>
      error ? reject(new PhoneError(error.code, error.detail)) : resolve(),
    );
    this.#say({ kind: 'do', id, command });
    try {
      await promise;
    } finally {
      clearTimeout(late);
      this.#waiting.delete(id);
    }
  }

  async #run(phone: Softphone, command: Command): Promise<void> {
    if (command.verb === 'use') {
      await phone.use(command.devices);
      this.#devices = command.devices;
      return this.#publish();
    }
    const call =
      command.verb === 'answer'
        ? phone.calls.find(({ state }) => state === 'rings')
        : (phone.calls.find(({ state }) => state === 'talking') ?? phone.calls[0]);
    if (!call) throw new PhoneError('not-now', 'no call is there');
    if (command.verb === 'press') return call.press(command.digits);
    await (command.verb === 'answer' ? call.answer() : call.hangUp());
  }

  #heard(message: Message): void {
    switch (message.kind) {
      case 'sight':
        if (this.#phone) return;
        this.#become('remote');
        return this.#see(message.sight);
      case 'look':
        if (this.#phone) this.#publish();
        return;
      case 'do':
        if (this.#phone) void this.#runFor(message.id, message.command);
        return;
      case 'done':
        return this.#waiting.get(message.id)?.(message);
    }
  }

  async #runFor(id: string, command: Command): Promise<void> {
    try {
      await this.#run(this.#phone!, command);
      this.#say({ kind: 'done', id });
    } catch (error) {
      const { code, message: detail } =
        error instanceof PhoneError ? error : new PhoneError('not-now', String(error));
      this.#say({ kind: 'done', id, error: { code, detail } });
    }
  }

  /** As long as this tab has the lock. */
  async #own(stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    const phone = this.#parts.make();
    this.#phone = phone;
    this.#become('owner');
    void phone.use(this.#devices).catch(() => {});
    let connecting: Promise<void> | undefined;
    const connect = () => {
      connecting ??= this.#connect(phone, stop).finally(() => {
        connecting = undefined;
      });
      return connecting;
    };
    const answered = new Set<SoftphoneCall>();
    let wasAway = false;
    const off = phone.onChange(() => {
      if (phone.state === 'reconnecting') wasAway = true;
      else if (phone.state === 'registered' && wasAway) {
        wasAway = false;
        void this.#endLost(phone);
      }
      for (const call of phone.calls)
        if (call.answersItself && call.state === 'rings' && !answered.has(call)) {
          answered.add(call);
          void call.answer().catch((error: unknown) => this.#troubled(error));
        }
      if (phone.calls.length > 0 || phone.state === 'registered')
        if (!connecting) this.#parts.legs.set(phone.calls.map(({ id }) => id));
      if (phone.state === 'refused') void connect();
      this.#publish();
    });
    const timers = [
      setInterval(() => void this.#measure(phone), STATS_MS),
      setInterval(() => void this.#renew(phone, connect), RENEW_MS),
    ];
    const awake = onWake(() => void phone.refresh());
    await connect();
    if (!stop.aborted)
      await new Promise<void>((done) => stop.addEventListener('abort', () => done(), { once: true }));
    off();
    awake();
    for (const timer of timers) clearInterval(timer);
    await phone.disconnect();
    await connecting;
    if (this.#lent) await this.#parts.putAway(this.#lent.id).catch(() => {});
    this.#lent = undefined;
    this.#phone = undefined;
    this.#parts.legs.set([]);
  }

  /** With credentials of its own; again until it is done, or the tab is to stop. */
  async #connect(phone: Softphone, stop: AbortSignal): Promise<void> {
    const before = this.#parts.legs.get();
    const old = phone.calls;
    // Asked meanwhile: after a reload a caller waits.
    const known = before.length > 0 && old.length === 0 ? this.#parts.engineLegs() : undefined;
    known?.catch(() => {});
    while (!stop.aborted) {
      try {
        this.#lent = await this.#parts.lend();
        if (stop.aborted) return;
        await phone.connect(this.#lent);
        this.#trouble = undefined;
        break;
      } catch (error) {
        this.#troubled(error);
        // It goes on trying by itself.
        if (phone.state === 'reconnecting') break;
        await pause(RETRY_MS, stop);
      }
    }
    if (!stop.aborted) await this.#agree(phone, old, before, known);
    this.#publish();
  }

  /** What the engine knows of this browser's legs and what the phone has are brought together: after a reload, or a restart of the engine. */
  async #agree(
    phone: Softphone,
    old: readonly SoftphoneCall[],
    before: readonly string[],
    known = this.#parts.engineLegs(),
  ): Promise<void> {
    const legs = await known.catch(() => this.#parts.engineLegs()).catch(() => undefined);
    if (!legs) return;
    const own = new Set(phone.calls.map(({ id }) => id));
    for (const call of old) if (!legs.includes(call.id)) await call.hangUp().catch(() => {});
    if (before.some((id) => legs.includes(id) && !own.has(id))) await this.#parts.takeBack().catch(() => {});
  }

  /** Talks that ended while the phone was away: nobody could tell it. */
  async #endLost(phone: Softphone): Promise<void> {
    const old = phone.calls.filter(({ state }) => state === 'talking' || state === 'held');
    const legs = old.length === 0 ? undefined : await this.#parts.engineLegs().catch(() => undefined);
    if (!legs) return;
    await Promise.all(
      old.map((call) => (legs.includes(call.id) ? undefined : call.hangUp().catch(() => {}))),
    );
  }

  async #renew(phone: Softphone, connect: () => Promise<void>): Promise<void> {
    if (!this.#lent) return;
    try {
      await this.#parts.renew(this.#lent.id);
    } catch {
      // They have ended: those in use are not thrown away in a talk.
      if (phone.calls.length === 0) await connect();
    }
  }

  /** All that the browser measures of the call in this tab; empty: there is none. */
  async reports(): Promise<readonly object[]> {
    const call = this.#phone?.calls.find(({ state }) => state === 'talking' || state === 'held');
    return (await call?.reports().catch(() => [])) ?? [];
  }

  async #measure(phone: Softphone): Promise<void> {
    const call = phone.calls.find(({ state }) => state === 'talking' || state === 'held');
    const stats = call && (await call.stats().catch(() => undefined));
    if (!stats && !this.#quality) return;
    this.#quality = stats && { ...stats, mos: mosOf(stats) };
    this.#publish();
  }

  #troubled(error: unknown): void {
    this.#trouble = error instanceof PhoneError ? error.code : 'unreachable';
    this.#publish();
  }

  #publish(): void {
    const phone = this.#phone;
    if (!phone) return;
    const calls = phone.calls.map(({ id, state }) => ({ id, state }));
    const trouble =
      phone.state === 'registered' && this.#trouble !== 'microphone' ? undefined : this.#trouble;
    const sight = { state: phone.state, trouble, calls, quality: this.#quality, devices: this.#devices };
    this.#say({ kind: 'sight', sight });
    this.#see(sight);
  }

  #say(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #become(role: TabRole): void {
    if (this.#role === role) return;
    this.#role = role;
    this.#tell();
  }
  #see(sight: PhoneSight): void {
    this.#sight = sight;
    this.#tell();
  }
  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Until then, or until it is to stop. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  stop.addEventListener('abort', () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}
