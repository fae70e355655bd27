import type {
  ConferenceMember,
  ConferenceRole,
  MediaBridge,
  MediaConference,
  MediaEngine,
  Playback,
  PlaybackEnd,
  PlayItem,
} from '../media/media.ts';
import type { Leg } from './leg.ts';
import type { Meanwhile, Wiring } from './talk-state.ts';

/** What a talk's audio shall be: who talks, who waits, and who listens besides. */
export interface TalkAudio extends Wiring<Leg> {
  readonly monitors: ReadonlyMap<Leg, ConferenceRole>;
}

/** Nobody hears anything. */
const SILENCE: TalkAudio = { talkers: [], waiting: [], monitors: new Map() };

const RINGBACK: readonly PlayItem[] = [{ tone: 'ringback' }];

/**
 * The audio of one talk: a bridge of two, a conference of more, music for who waits. It is told what shall be and makes it
 * so; changes go one after another, and only the last of those that wait is made.
 */
export class TalkMedia {
  readonly #engine: MediaEngine;
  readonly #callId: string;
  readonly #music: readonly PlayItem[];
  #wanted = SILENCE;
  /** The last change; it waits for those before it. */
  #making: Promise<void> | undefined;
  #bridge: { readonly bridge: MediaBridge; readonly a: Leg; readonly b: Leg } | undefined;
  #conference: MediaConference | undefined;
  #seats: Map<Leg, ConferenceMember> | undefined;
  #playing: Map<Leg, { readonly what: Meanwhile; readonly playback: Playback }> | undefined;
  /** Prompts that are being played take the place of music. */
  #prompts: Map<Leg, Playback> | undefined;
  #closing: Promise<void> | undefined;

  /** `music`: what who waits hears, over and over. */
  constructor(engine: MediaEngine, callId: string, music: readonly PlayItem[]) {
    this.#engine = engine;
    this.#callId = callId;
    this.#music = music;
  }

  /** Resolves when it is so, or another wish has taken its place; rejects when the engine fails. */
  set(wanted: TalkAudio): Promise<void> {
    this.#wanted = wanted;
    this.#making = this.#make(this.#making);
    return this.#making;
  }

  /** Plays a prompt to somebody, instead of what he hears otherwise. Never rejects. */
  async announce(leg: Leg, items: readonly PlayItem[]): Promise<PlaybackEnd> {
    const playback = leg.media.play(items);
    this.#prompts ??= new Map();
    this.#prompts.set(leg, playback);
    // the engine has ended what played before
    this.#playing?.delete(leg);
    const end = await playback.finished;
    if (this.#prompts.get(leg) === playback) {
      this.#prompts.delete(leg);
      if (end.reason !== 'closed') this.#entertain();
    }
    return end;
  }

  /** Ends the prompts that are played. Says whether there were any. */
  hush(): boolean {
    const playing = [...(this.#prompts?.values() ?? [])];
    for (const playback of playing) playback.stop();
    return playing.length > 0;
  }

  /** Everybody hears nothing any more. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #close(): Promise<void> {
    this.hush();
    return this.set(SILENCE);
  }

  async #make(before: Promise<void> | undefined): Promise<void> {
    try {
      if (before) await before;
    } catch {
      // who wished that has been told
    }
    const { talkers, monitors } = this.#wanted;
    this.#hush();
    try {
      const [a, b] = talkers;
      if (!a || !b) await this.#part();
      else if (talkers.length === 2 && monitors.size === 0) await this.#join(a, b);
      else await this.#confer(talkers, monitors);
    } catch (error) {
      // somebody left meanwhile: the talk has been told and wishes anew
      if (![...talkers, ...monitors.keys()].some((leg) => leg.sip.state === 'ended')) throw error;
    }
    this.#entertain();
  }

  async #join(a: Leg, b: Leg): Promise<void> {
    if (this.#bridge?.a === a && this.#bridge.b === b) return;
    if (this.#bridge || this.#conference) await this.#part();
    this.#bridge = { bridge: await this.#engine.bridge(a.media, b.media), a, b };
  }

  async #confer(talkers: readonly Leg[], monitors: TalkAudio['monitors']): Promise<void> {
    if (this.#bridge) await this.#part();
    this.#conference ??= await this.#engine.createConference(this.#callId);
    const roles = new Map<Leg, ConferenceRole>(talkers.map((leg) => [leg, { kind: 'speaker' }]));
    for (const [leg, role] of monitors) roles.set(leg, role);
    this.#seats ??= new Map();
    for (const [leg, seat] of this.#seats) {
      if (roles.has(leg)) continue;
      this.#seats.delete(leg);
      await seat.leave();
    }
    // whom a monitor whispers to is there before him
    for (const [leg, role] of roles) {
      const seat = this.#seats.get(leg);
      if (seat) seat.setRole(role);
      else this.#seats.set(leg, await this.#conference.join(leg.media, role));
    }
  }

  async #part(): Promise<void> {
    const { bridge } = this.#bridge ?? {};
    const conference = this.#conference;
    this.#bridge = undefined;
    this.#conference = undefined;
    this.#seats = undefined;
    if (bridge) await bridge.close();
    if (conference) await conference.close();
  }

  /** Ends the music of those who do not wait any more. */
  #hush(): void {
    const { waiting } = this.#wanted;
    for (const [leg, { what, playback }] of this.#playing ?? []) {
      if (waiting.some(([who, hears]) => who === leg && hears === what)) continue;
      this.#playing?.delete(leg);
      playback.stop();
    }
  }

  /** Music or ringing tone for who waits and does not hear it yet. */
  #entertain(): void {
    for (const [leg, what] of this.#wanted.waiting) {
      if (this.#playing?.has(leg) || this.#prompts?.has(leg)) continue;
      if (!leg.hasMedia || leg.sip.state === 'ended') continue;
      const items = what === 'music' ? this.#music : RINGBACK;
      const playback = leg.media.play(items, { repeat: Number.POSITIVE_INFINITY });
      this.#playing ??= new Map();
      this.#playing.set(leg, { what, playback });
    }
  }
}
