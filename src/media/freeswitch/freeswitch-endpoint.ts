import { DigitMerge } from '../../rtp/digit-merge.ts';
import { sleep } from '../../shared/deadline.ts';
import { ClosedError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Direction } from '../../sip/sdp/index.ts';
import { expectsAudio, holds } from '../audio-sdp.ts';
import { endedRecording } from '../ended-recording.ts';
import type {
  EndpointEvents,
  EndpointOptions,
  MediaEndpoint,
  MediaRecording,
  MediaStats,
  Playback,
  PlayItem,
  PlayOptions,
  RecordOptions,
} from '../media.ts';
import { MediaWatch, type ReceivedStream } from '../media-watch.ts';
import { FreeswitchPlayback, type RoomPlayer } from './freeswitch-playback.ts';
import { FreeswitchRecording } from './freeswitch-recording.ts';
import type { EslEvent } from './fsmrf.ts';
import type { MediaLeg, MediaLegParts } from './media-leg.ts';
import { Negotiation } from './negotiation.ts';
import { PressEnds } from './press-ends.ts';
import { readSeen, readStats } from './stats.ts';

const DIGIT_MS = 100;
const DIGIT_GAP_MS = 60;
/** FreeSWITCH counts the length of digits in samples of 8 kHz. */
const SAMPLES_PER_MS = 8;

/** What an endpoint needs of its engine. */
export interface EndpointHome extends MediaLegParts {
  readonly ids: IdSource;
  /** Folder for rendered prompts. */
  readonly folder: string;
  /** The endpoint ended; called once. */
  forget(endpoint: FreeswitchEndpoint): void;
}

/** What an endpoint is part of: a bridge or a conference. */
export interface Membership {
  /** The endpoint ends or goes elsewhere. Resolves when FreeSWITCH has let go of it. */
  left(endpoint: FreeswitchEndpoint): Promise<void>;
  /** Plays to the endpoint alone, when that cannot be done by its channel. */
  playerOf?(endpoint: FreeswitchEndpoint): RoomPlayer | undefined;
}

/** One party: a channel of FreeSWITCH that is parked, bridged or in a conference. */
export class FreeswitchEndpoint implements MediaEndpoint {
  readonly id: string;
  readonly events = new TypedEvents<EndpointEvents>();
  readonly leg: MediaLeg;
  readonly #home: EndpointHome;
  readonly #negotiation: Negotiation;
  readonly #merge = new DigitMerge();
  readonly #ends = new PressEnds();
  readonly #watch: MediaWatch;
  readonly #closing = new AbortController();
  readonly #mute = { in: false, out: false };
  /** What FreeSWITCH has muted; undefined: it was told, and has not answered. */
  readonly #muted: Record<'read' | 'write', boolean | undefined> = { read: false, write: false };
  readonly #recordings = new Set<FreeswitchRecording>();
  #playback: FreeswitchPlayback | undefined;
  #released: Promise<void> = Promise.resolve();
  /** As {@link #muted}. */
  #listensInband: boolean | undefined = false;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #closed: Promise<void> | undefined;
  /** Orders go one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #membership: Membership | undefined;

  /** @param sdp FreeSWITCH's first SDP: where it receives audio */
  constructor(home: EndpointHome, leg: MediaLeg, sdp: string, options: EndpointOptions) {
    this.#home = home;
    this.leg = leg;
    this.id = leg.uuid;
    this.#negotiation = new Negotiation(home.clock, leg, sdp, options);
    const questions = {
      look: () => this.#received(),
      expects: () => expectsAudio(this.#negotiation.party),
      ...(leg.server.refusesStrangers && { hurries: () => this.#negotiation.isShut }),
    };
    this.#watch = new MediaWatch(home.clock, options.rtpTimeoutMs, questions, {
      started: (address, port) => this.events.emit('started', { address, port }),
      deadAir: (silentMs) => this.events.emit('deadAir', { silentMs }),
    });
    leg.events.on('event', (event) => this.#told(event));
    leg.events.on('lost', ({ error }) => this.#lost(error));
  }

  get farEndHolds(): boolean {
    return holds(this.#negotiation.party);
  }

  offer(direction: Direction = 'sendrecv'): Promise<string> {
    return this.#serial(async () => this.#negotiation.offer(direction));
  }

  accept(answerSdp: string): Promise<void> {
    return this.#serial(async () => {
      await this.#negotiation.accept(answerSdp, () => this.#syncMutes());
      await this.#follow();
    });
  }

  answer(offerSdp: string): Promise<string> {
    return this.#serial(async () => {
      const answer = await this.#negotiation.answer(offerSdp, () => this.#syncMutes());
      await this.#follow();
      return answer;
    });
  }

  play(items: readonly PlayItem[], options: PlayOptions = {}): Playback {
    this.#playback?.finish({ reason: 'stopped' });
    const playback = new FreeswitchPlayback(
      {
        clock: this.#home.clock,
        leg: this.leg,
        folder: this.#home.folder,
        ready: this.#released,
        newId: () => this.#home.ids.token(),
        room: () => this.#membership?.playerOf?.(this),
        ended: (ended) => {
          if (this.#playback === ended) this.#playback = undefined;
        },
      },
      items,
      options,
    );
    if (this.#state !== 'open') {
      playback.finish({ reason: 'closed' });
      return playback;
    }
    this.#playback = playback;
    this.#released = playback.released;
    return playback;
  }

  async sendDigits(digits: string, durationMs = DIGIT_MS): Promise<void> {
    this.checkOpen();
    for (const digit of digits) {
      await this.#serial(() => this.leg.api('uuid_send_dtmf', `${digit}@${durationMs}`));
      await sleep(this.#home.clock, durationMs + DIGIT_GAP_MS, this.#closing.signal);
    }
  }

  injectDigit(digit: string, durationMs: number): void {
    this.#takeDigit(digit, durationMs, 'info');
  }

  record(options: RecordOptions): MediaRecording {
    if (this.#state !== 'open') return endedRecording(options.file);
    const recording = new FreeswitchRecording(
      {
        clock: this.#home.clock,
        leg: this.leg,
        beep: () => void this.play([{ tone: 'beep' }]),
        ended: (ended) => this.#recordings.delete(ended),
      },
      options,
    );
    this.#recordings.add(recording);
    return recording;
  }

  mute(direction: { readonly in?: boolean; readonly out?: boolean }): void {
    this.#mute.in = direction.in ?? this.#mute.in;
    this.#mute.out = direction.out ?? this.#mute.out;
    void this.#serial(() => this.#syncMutes()).catch(() => {});
  }

  stats(): Promise<MediaStats> {
    return this.#serial(() => readStats(this.leg, this.#negotiation.party?.codec));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close({ reason: 'closed' });
    return this.#closed;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Throws ClosedError when it is closed. */
  checkOpen(): void {
    if (this.#state !== 'open') throw new ClosedError('media endpoint');
  }

  /** Makes it part of something. Resolves when it has left what it was part of. Throws ClosedError. */
  async enter(membership: Membership): Promise<void> {
    this.checkOpen();
    const before = this.#membership;
    this.#membership = membership;
    await before?.left(this);
  }

  /** It is no longer part of that, unless something else took its place. */
  leave(membership: Membership): boolean {
    if (this.#membership !== membership) return false;
    this.#membership = undefined;
    return true;
  }

  /** Moves the channel (bridge, park, conference); what plays is interrupted and begins anew afterwards. */
  move<T>(work: () => Promise<T>): Promise<T> {
    const moved = this.#serial(work);
    this.#playback?.moving(moved.then(ignore, ignore));
    return moved;
  }

  /** Back to where it waits for orders. */
  async park(): Promise<void> {
    if (this.isOpen) await this.move(() => this.leg.park());
  }

  async #close(end: { reason: 'closed' } | { reason: 'failed'; error: Error }): Promise<void> {
    this.#state = 'closing';
    this.#watch.stop();
    this.#closing.abort(new ClosedError('media endpoint'));
    this.#playback?.finish(end);
    const error = end.reason === 'failed' ? end.error : undefined;
    await Promise.all([...this.#recordings].map((recording) => recording.finish(end.reason, error)));
    const parted = this.#membership?.left(this);
    // a BYE that comes before its mate is parked would end the mate now and then
    if (!error) await parted;
    this.leg.close();
    this.#state = 'closed';
    this.#home.forget(this);
    if (error) this.events.emit('lost', { error });
    this.events.clear();
  }

  #lost(error: Error): void {
    if (this.#state === 'open') this.#closed = this.#close({ reason: 'failed', error });
  }

  #told(event: EslEvent): void {
    if (event.getHeader('Event-Name') !== 'DTMF') return;
    // a stranger may have sent it
    if (this.#negotiation.isShut) return;
    const durationMs = Number(event.getHeader('DTMF-Duration') ?? 0) / SAMPLES_PER_MS || DIGIT_MS;
    const digit = event.getHeader('DTMF-Digit') ?? '';
    const by = event.getHeader('DTMF-Source') === 'INBAND_AUDIO' ? 'inband' : 'rfc4733';
    const endedMs = Number(event.getHeader('Event-Date-Timestamp')) / 1000;
    if (by === 'rfc4733' && !this.#ends.isNew(digit, durationMs, endedMs)) return;
    this.#takeDigit(digit, durationMs, by);
  }

  #takeDigit(digit: string, durationMs: number, by: 'rfc4733' | 'inband' | 'info'): void {
    if (this.#state !== 'open' || digit === '') return;
    if (!this.#merge.accepts(digit, by, this.#home.clock.monotonic())) return;
    if (this.#playback?.options.bargeIn) this.#playback.finish({ reason: 'digit' });
    for (const recording of this.#recordings) {
      if (recording.options.stopDigits?.includes(digit)) void recording.finish('digit');
    }
    this.events.emit('digit', { digit, durationMs, by });
  }

  /** After a negotiation: listens and mutes as it says. */
  async #follow(): Promise<void> {
    await this.#syncMutes();
    const wanted = this.#negotiation.inbandDigits;
    if (wanted === this.#listensInband) return;
    this.#listensInband = undefined;
    // its answer is no promise that it listens: that is the end of the application
    await this.leg.run(wanted ? 'start_dtmf' : 'stop_dtmf', '', this.#home.ids.token());
    this.#listensInband = wanted;
  }

  /** RFC 3264 5.1: FreeSWITCH is told of no direction, so what it forbids is muted. */
  async #syncMutes(): Promise<void> {
    const { hears, speaks, isShut } = this.#negotiation;
    const wanted = { read: this.#mute.in || !speaks || isShut, write: this.#mute.out || !hears };
    for (const side of ['read', 'write'] as const) {
      if (wanted[side] === this.#muted[side]) continue;
      this.#muted[side] = undefined;
      await this.leg.order('uuid_audio', `start ${side} mute ${wanted[side] ? 1 : 0}`);
      this.#muted[side] = wanted[side];
    }
    if (!this.#muted.read && !this.#muted.write) await this.leg.api('uuid_audio', 'stop').catch(ignore);
  }

  async #received(): Promise<ReceivedStream | undefined> {
    if (!this.#negotiation.party) return undefined;
    // not while something is negotiated: what FreeSWITCH says would be of the party's source before
    return this.#serial(() => this.#look()).catch(() => undefined);
  }

  async #look(): Promise<ReceivedStream> {
    const negotiation = this.#negotiation;
    if (negotiation.look(await readSeen(this.leg))) {
      await this.#syncMutes();
      await negotiation.follow();
      await this.#syncMutes();
    }
    return { packets: negotiation.heard, ...(negotiation.partyAt ?? { address: '', port: 0 }) };
  }

  /** Runs after what was asked before; throws ClosedError when the endpoint is closed by then. */
  #serial<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      this.checkOpen();
      return work();
    });
    this.#last = turn.catch(ignore);
    return turn;
  }
}

function ignore(): void {}
