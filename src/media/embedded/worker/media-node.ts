import type { Clock } from '../../../shared/clock.ts';
import { PbxError } from '../../../shared/errors.ts';
import { failureOf } from '../failure.ts';
import type { Command, Handle, Notice, Order, Reply, Request } from '../protocol.ts';
import { ClipCache } from './clip.ts';
import { Conference } from './conference.ts';
import { FrameClock } from './frame-clock.ts';
import { FrameSlots } from './frame-slots.ts';
import { UdpTransport } from './udp-transport.ts';
import { type WorkerHome, WorkerLeg } from './worker-leg.ts';

export interface MediaNodeOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Sends a notice to the main thread. */
  tell(notice: Notice): void;
}

/** All legs of one worker with their one clock; carries out the main thread's commands. */
export class MediaNode {
  readonly #home: WorkerHome;
  readonly #slots = new FrameSlots();
  readonly #frames: FrameClock;
  readonly #legs = new Map<Handle, WorkerLeg>();
  readonly #conferences = new Map<Handle, Conference>();

  constructor({ clock, random, tell }: MediaNodeOptions) {
    this.#home = { clock, random, tell, clips: new ClipCache() };
    this.#frames = new FrameClock(clock, this.#slots);
  }

  /** Carries out a command; a mistake in it is told, never thrown. */
  carryOut(command: Command): void {
    if (!('request' in command)) {
      this.#order(command);
      return;
    }
    const { request } = command;
    this.#request(command).then(
      (value) => this.#home.tell({ tell: 'reply', request, value }),
      (error: unknown) => this.#home.tell({ tell: 'refused', request, failure: failureOf(error) }),
    );
  }

  async #request(command: Request): Promise<Reply> {
    switch (command.do) {
      case 'open': {
        const { host, port, signallingAddress } = command;
        const transport = await UdpTransport.open(host, port, signallingAddress);
        this.#add(new WorkerLeg(this.#home, transport, command));
        return { port: transport.port };
      }
      case 'close':
        return this.#close(command.endpoint);
      case 'stats':
        return this.#leg(command.endpoint).stats();
      case 'sendDigits':
        return this.#leg(command.endpoint).sendDigits(command.digits, command.durationMs).then();
    }
  }

  #add(leg: WorkerLeg): void {
    this.#legs.set(leg.handle, leg);
    this.#slots.add(leg);
    this.#frames.start();
  }

  async #close(handle: Handle): Promise<undefined> {
    const leg = this.#leg(handle);
    await leg.close();
    this.#legs.delete(handle);
    this.#slots.remove(leg);
    for (const conference of this.#conferences.values()) this.#dropEmpty(conference);
    if (this.#legs.size === 0) this.#frames.stop();
    return undefined;
  }

  /** Orders to an endpoint that closed meanwhile are left out. */
  #order(order: Order): void {
    switch (order.do) {
      case 'bridge':
      case 'unbridge':
        this.#bridge(order.do, order.a, order.b);
        return;
      case 'join':
        this.#join(order);
        return;
      case 'leave':
        this.#leave(order.conference, order.endpoint);
        return;
    }
    const leg = this.#legs.get(order.endpoint);
    if (leg) orderLeg(leg, order);
  }

  #bridge(kind: 'bridge' | 'unbridge', a: Handle, b: Handle): void {
    const [first, second] = [this.#legs.get(a), this.#legs.get(b)];
    if (kind === 'unbridge') first?.unbridge(second);
    else if (first && second) WorkerLeg.bridge(first, second);
  }

  #join({ conference: handle, endpoint, role, gain }: Extract<Order, { do: 'join' }>): void {
    const leg = this.#legs.get(endpoint);
    if (!leg) return;
    let conference = this.#conferences.get(handle);
    if (!conference) {
      conference = new Conference(handle);
      this.#conferences.set(handle, conference);
    }
    this.#slots.gather(leg, conference);
    conference.set(leg, role, gain);
  }

  #leave(handle: Handle, endpoint: Handle): void {
    const conference = this.#conferences.get(handle);
    const leg = this.#legs.get(endpoint);
    if (!conference || !leg) return;
    conference.remove(leg);
    this.#dropEmpty(conference);
  }

  #dropEmpty(conference: Conference): void {
    if (conference.size > 0) return;
    this.#conferences.delete(conference.handle);
    this.#slots.drop(conference);
  }

  #leg(handle: Handle): WorkerLeg {
    const leg = this.#legs.get(handle);
    if (!leg) throw new PbxError('closed', `media endpoint ${handle} is closed`);
    return leg;
  }
}

type LegOrder = Exclude<Order, { do: 'bridge' | 'unbridge' | 'join' | 'leave' }>;

function orderLeg(leg: WorkerLeg, order: LegOrder): void {
  switch (order.do) {
    case 'agree':
      leg.agree(order.terms);
      return;
    case 'play':
      void leg.play(order.playback, order.items, order.repeat, order.bargeIn);
      return;
    case 'stopPlayback':
      leg.stopPlayback(order.playback);
      return;
    case 'injectDigit':
      leg.injectDigit(order.digit, order.durationMs);
      return;
    case 'record':
      leg.recordings.begin(order);
      return;
    case 'pauseRecording':
      leg.recordings.pause(order.recording, order.beep);
      return;
    case 'resumeRecording':
      leg.recordings.resume(order.recording, order.beep);
      return;
    case 'stopRecording':
      leg.recordings.stop(order.recording);
      return;
    case 'mute':
      leg.mute(order.in, order.out);
      return;
  }
}
