/** A phone on somebody's desk: baresip, told by its control port what to do, with a tone for a voice and an ear for those of others. */
import { Baresip, type BaresipOptions } from './baresip.ts';
import { BaresipControl, type BaresipEvent } from './baresip-control.ts';
import { Ear, tonesAnywhere, tonesAtEnd } from './ear.ts';
import { freeTcpPort } from './free-port.ts';
import { until } from './until.ts';

/** What each says, Hz, and what is played to who waits: no sum or difference of two or three is another. */
export const HZ = { music: 330, alice: 440, bob: 620, carol: 850, dave: 1130, eve: 1470 } as const;

export type Sound = keyof typeof HZ;

/** So long something is heard before it counts, and is not heard before that counts. */
const STEADY_MS = 400;
const LIMIT_MS = 10_000;

export interface SoftphoneOptions extends Omit<BaresipOptions, 'toneHz' | 'control' | 'srtp' | 'dial'> {
  /** Whose voice it has. */
  readonly voice: Sound;
}

type CallState = 'rings' | 'established' | 'over';

export class Softphone {
  readonly voice: Sound;
  readonly calls: SoftphoneCall[] = [];
  readonly #baresip: Baresip;
  readonly #ear: Ear;
  #control!: BaresipControl;

  private constructor(baresip: Baresip, voice: Sound) {
    this.#baresip = baresip;
    this.#ear = new Ear(baresip.folder);
    this.voice = voice;
  }

  /** Resolves when it can be used: it has registered, where it does that. */
  static async start(options: SoftphoneOptions): Promise<Softphone> {
    const control = await freeTcpPort();
    const baresip = new Baresip({ ...options, toneHz: HZ[options.voice], control });
    const phone = new Softphone(baresip, options.voice);
    try {
      phone.#control = await BaresipControl.connect(control, (event) => phone.#take(event));
      await phone.#control.tell('uanew', baresip.account);
      if (options.registers !== false) await baresip.says(/200 OK/);
    } catch (error) {
      await baresip.close();
      throw error;
    }
    return phone;
  }

  /** All that it has printed, with each SIP message. */
  get output(): string {
    return this.#baresip.output;
  }

  /** Waits until somebody calls it whom it has not told of. */
  async rings(limitMs = LIMIT_MS): Promise<SoftphoneCall> {
    const call = await this.#until(
      'ring',
      () => this.calls.find((one) => one.direction === 'incoming' && one.state === 'rings' && !one.isTold),
      limitMs,
    );
    call.isTold = true;
    return call;
  }

  /** Dials; resolves as soon as the far end says anything. */
  async dial(number: string): Promise<SoftphoneCall> {
    const before = new Set(this.calls);
    await this.#control.tell('dial', number);
    return this.#until(`be told of its call to ${number}`, () =>
      this.calls.find((one) => one.direction === 'outgoing' && !before.has(one)),
    );
  }

  /** Waits until it hears these, all of them and none besides, steadily: only what comes from now on counts. */
  async hears(...sounds: readonly Sound[]): Promise<void> {
    const wanted = `${sounds.map((sound) => HZ[sound]).sort((a, b) => a - b)}`;
    const since = this.#ear.now();
    let last: (number[] | undefined)[] = [];
    await until(
      `${this.voice}'s phone hears ${sounds.join(' and ')}`,
      () => {
        last = this.#ear.since(since).map((samples) => tonesAtEnd(samples, Object.values(HZ), STEADY_MS));
        return last.some((tones) => tones && `${tones}` === wanted);
      },
      { limitMs: LIMIT_MS, show: () => `heard: ${JSON.stringify(last)} Hz\n${this.output.slice(-6000)}` },
    );
  }

  /** Whom it hears, be it for a moment, while `during` goes on. */
  async heardDuring(during: () => Promise<unknown>): Promise<Set<Sound>> {
    const since = this.#ear.now();
    await during();
    const tones = this.#ear.since(since).flatMap((samples) => [...tonesAnywhere(samples, Object.values(HZ))]);
    return new Set((Object.keys(HZ) as Sound[]).filter((sound) => tones.includes(HZ[sound])));
  }

  /** All that it heard in its calls, PCM16 at 8 kHz. */
  get audio(): Int16Array {
    return Int16Array.from(this.#ear.since(new Map()).flatMap((samples) => [...samples]));
  }

  /** Has `command` done with a call. */
  async tell(call: SoftphoneCall, command: string, params?: string): Promise<void> {
    await this.#control.tell('callfind', call.id);
    await this.#control.tell(command, params);
  }

  /** The plug is pulled. */
  async kill(): Promise<void> {
    await this.#baresip.kill();
  }

  /** Hangs up and unregisters. */
  async close(): Promise<void> {
    this.#control.close();
    await this.#baresip.close();
  }

  #until<Answer>(what: string, question: () => Answer | undefined, limitMs = LIMIT_MS): Promise<Answer> {
    return until(`${this.voice}'s phone: ${what}`, question, {
      limitMs,
      show: () => this.output.slice(-6000),
    });
  }

  #take({ type, id, direction = 'incoming', peeruri = '', peerdisplayname, param = '' }: BaresipEvent): void {
    if (id === undefined || !type.startsWith('CALL_')) return;
    let call = this.calls.find((one) => one.id === id);
    if (!call) {
      // what it tells of a call before it rings cannot be acted upon
      if (direction === 'incoming' && type !== 'CALL_INCOMING') return;
      call = new SoftphoneCall(this, id, direction, peeruri, peerdisplayname);
      this.calls.push(call);
    }
    if (type === 'CALL_ESTABLISHED') call.state = 'established';
    if (type === 'CALL_DTMF_START') call.keys += param;
    if (type === 'CALL_CLOSED') {
      call.state = 'over';
      call.reason = param;
    }
  }
}

/** A call as its phone sees it. */
export class SoftphoneCall {
  /** SIP Call-ID. */
  readonly id: string;
  readonly direction: 'incoming' | 'outgoing';
  /** Who is at the other end, as the phone shows it. */
  readonly peer: string;
  readonly peerName: string | undefined;
  state: CallState = 'rings';
  /** Why it is over, such as `486 Busy Here`. */
  reason = '';
  /** Keys that the other side has pressed. */
  keys = '';
  isTold = false;
  readonly #phone: Softphone;

  constructor(
    phone: Softphone,
    id: string,
    direction: 'incoming' | 'outgoing',
    peer: string,
    peerName: string | undefined,
  ) {
    this.#phone = phone;
    this.id = id;
    this.direction = direction;
    this.peer = peer;
    this.peerName = peerName;
  }

  async accept(): Promise<void> {
    await this.#tell('accept');
    await this.established();
  }

  hangUp(): Promise<void> {
    return this.#tell('hangup');
  }

  /** From then on the phone's ear is deaf: baresip 1.0 takes its recorder out when it holds, and puts it in for new calls only. */
  hold(): Promise<void> {
    return this.#tell('hold');
  }

  resume(): Promise<void> {
    return this.#tell('resume');
  }

  /** Presses keys (RFC 4733). */
  press(keys: string): Promise<void> {
    return this.#tell('sndcode', keys);
  }

  /** REFER: the other side shall go to that number. */
  transfer(number: string): Promise<void> {
    return this.#tell('transfer', number);
  }

  /** REFER with Replaces: the other side shall go to whom this phone has called in another call (RFC 5589 7). */
  async transferTo(other: SoftphoneCall): Promise<void> {
    const replaces = encodeURIComponent(await other.#dialog());
    await this.#tell('transfer', `${other.peer}?Replaces=${replaces}`);
  }

  established(): Promise<void> {
    return this.#reaches('established');
  }

  /** Waits until the other side has pressed these keys. */
  async getsKeys(keys: string): Promise<void> {
    await until(`${this.#phone.voice}'s phone is told ${keys}`, () => this.keys === keys, {
      show: () => this.keys,
    });
  }

  over(): Promise<void> {
    return this.#reaches('over');
  }

  /** `Call-ID;to-tag=...;from-tag=...` of a call that the phone has made (RFC 3891 6.1), as the answer to its INVITE had them. */
  #dialog(): Promise<string> {
    const tag = (head: string, name: string) =>
      head.match(new RegExp(`^${name}: .*;tag=([^;\\s]+)`, 'm'))?.[1];
    return until(`an answer in ${this.id}`, () => {
      // what it prints comes in pieces: a head counts when it is there to its end
      const heads = this.#phone.output.match(/^SIP\/2\.0 200 [\s\S]*?\r\n\r\n/gm) ?? [];
      const mine = heads.find(
        (head) => head.includes(`\nCall-ID: ${this.id}\r`) && /^CSeq: \d+ INVITE/m.test(head),
      );
      return mine && `${this.id};to-tag=${tag(mine, 'To')};from-tag=${tag(mine, 'From')}`;
    });
  }

  #tell(command: string, params?: string): Promise<void> {
    return this.#phone.tell(this, command, params);
  }

  async #reaches(state: CallState): Promise<void> {
    await until(`${this.#phone.voice}'s call with ${this.peer} is ${state}`, () => this.state === state, {
      limitMs: LIMIT_MS,
      show: () => `${this.state} ${this.reason}\n${this.#phone.output.slice(-6000)}`,
    });
  }
}

/** Each hears the other, and nobody besides. */
export async function hearEachOther(one: Softphone, other: Softphone): Promise<void> {
  await Promise.all([one.hears(other.voice), other.hears(one.voice)]);
}
