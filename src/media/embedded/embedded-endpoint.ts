import { ClosedError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { Direction } from '../../sip/sdp/index.ts';
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
import type { DtlsIdentity } from './dtls-identity.ts';
import { EmbeddedPlayback } from './embedded-playback.ts';
import { EmbeddedRecording } from './embedded-recording.ts';
import { failureOf } from './failure.ts';
import { Negotiation } from './negotiation.ts';
import type { OwnPorts } from './own-ports.ts';
import type { Handle, PlaybackEndMessage, StreamTerms } from './protocol.ts';
import type { EndpointListener, WorkerLink } from './worker-link.ts';

const DIGIT_MS = 100;

/** What an endpoint needs of its engine. */
export interface EndpointHome {
  readonly ownPorts: OwnPorts;
  /** A number never used before, for playbacks and recordings. */
  nextHandle(): Handle;
  /** The engine's DTLS certificate. */
  identity(): Promise<DtlsIdentity>;
  /** The endpoint ended and its port is free; called once. */
  forget(endpoint: EmbeddedEndpoint): void;
}

/** The bridge or conference that an endpoint is in. */
export interface Connection {
  close(): Promise<void>;
}

/** Where an endpoint lives. */
export interface EndpointPlace {
  readonly link: WorkerLink;
  readonly handle: Handle;
  /** Address that SDP names, and the RTP port. */
  readonly address: string;
  readonly port: number;
}

/** One party's audio on the main thread: negotiates, and hands everything else to the leg in its worker. */
export class EmbeddedEndpoint implements MediaEndpoint, EndpointListener {
  readonly id: string;
  readonly events = new TypedEvents<EndpointEvents>();
  readonly place: EndpointPlace;
  readonly #home: EndpointHome;
  readonly #negotiation: Negotiation;
  readonly #playbacks = new Set<EmbeddedPlayback>();
  readonly #recordings = new Set<EmbeddedRecording>();
  #connection: Connection | undefined;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #closing: Promise<void> | undefined;

  constructor(home: EndpointHome, id: string, place: EndpointPlace, options: EndpointOptions) {
    this.#home = home;
    this.id = id;
    this.place = place;
    const near = options.near instanceof EmbeddedEndpoint ? options.near.#negotiation : undefined;
    this.#negotiation = new Negotiation(place, options, place.handle, home.ownPorts, near);
    place.link.endpoints.set(place.handle, this);
  }

  get farEndHolds(): boolean {
    return this.#negotiation.farEndHolds;
  }

  get closed(): boolean {
    return this.#state !== 'open';
  }

  /** A bridge or conference takes it in: the one before ends. */
  enter(connection: Connection): void {
    const before = this.#connection;
    this.#connection = connection;
    if (before !== connection) void before?.close();
  }

  exit(connection: Connection): void {
    if (this.#connection === connection) this.#connection = undefined;
  }

  async offer(direction: Direction = 'sendrecv'): Promise<string> {
    this.#checkOpen();
    await this.#identify();
    return this.#negotiation.offer(direction);
  }

  async accept(answerSdp: string): Promise<void> {
    this.#checkOpen();
    this.#agree(this.#negotiation.accept(answerSdp));
  }

  async answer(offerSdp: string): Promise<string> {
    this.#checkOpen();
    await this.#identify(offerSdp);
    const { sdp, terms } = this.#negotiation.answer(offerSdp);
    this.#agree(terms);
    return sdp;
  }

  play(items: readonly PlayItem[], { repeat = 1, bargeIn = false }: PlayOptions = {}): Playback {
    const { link, handle: endpoint } = this.place;
    const playback = this.#home.nextHandle();
    const playing = new EmbeddedPlayback(link, endpoint, playback);
    if (this.closed) {
      playing.end({ reason: 'closed' });
      return playing;
    }
    this.#playbacks.add(playing);
    void playing.finished.then(() => this.#playbacks.delete(playing));
    link.order({ do: 'play', endpoint, playback, items, repeat, bargeIn });
    return playing;
  }

  async sendDigits(digits: string, durationMs = DIGIT_MS): Promise<void> {
    this.#checkOpen();
    await this.place.link.ask({ do: 'sendDigits', endpoint: this.place.handle, digits, durationMs });
  }

  injectDigit(digit: string, durationMs: number): void {
    this.place.link.order({ do: 'injectDigit', endpoint: this.place.handle, digit, durationMs });
  }

  record({ file, layout, maxMs, maxSilenceMs, stopDigits = '' }: RecordOptions): MediaRecording {
    const { link, handle: endpoint } = this.place;
    const recording = this.#home.nextHandle();
    const running = new EmbeddedRecording(link, endpoint, recording, file);
    if (this.closed) {
      running.end({ file, durationMs: 0, bytes: 0, reason: 'closed', failure: undefined });
      return running;
    }
    this.#recordings.add(running);
    void running.finished.then(() => this.#recordings.delete(running));
    link.order({ do: 'record', endpoint, recording, file, layout, maxMs, maxSilenceMs, stopDigits });
    return running;
  }

  mute(direction: { readonly in?: boolean; readonly out?: boolean }): void {
    this.place.link.order({ do: 'mute', endpoint: this.place.handle, in: direction.in, out: direction.out });
  }

  async stats(): Promise<MediaStats> {
    this.#checkOpen();
    return (await this.place.link.ask({ do: 'stats', endpoint: this.place.handle })) as MediaStats;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  onNotice(notice: Parameters<EndpointListener['onNotice']>[0]): void {
    switch (notice.tell) {
      case 'digit':
        this.events.emit('digit', { digit: notice.digit, durationMs: notice.durationMs, by: notice.by });
        return;
      case 'started':
        this.events.emit('started', { address: notice.address, port: notice.port });
        return;
      case 'deadAir':
        this.events.emit('deadAir', { silentMs: notice.silentMs });
        return;
      case 'busyTone':
        this.events.emit('busyTone', {});
    }
  }

  onLost(error: Error): void {
    if (this.#state === 'closed') return;
    this.#endAll({ reason: 'failed', failure: failureOf(error) });
    const told = this.#state === 'open';
    this.#ended();
    if (told) this.events.emit('lost', { error });
    this.events.clear();
  }

  async #close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    await this.#connection?.close();
    const { link, handle: endpoint } = this.place;
    // a lost worker has told already
    await link.ask({ do: 'close', endpoint }).catch(() => undefined);
    if (this.#isClosed()) return;
    this.#endAll({ reason: 'closed' });
    this.#ended();
    this.events.clear();
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** What the worker did not end itself. */
  #endAll(end: PlaybackEndMessage): void {
    for (const playback of this.#playbacks) playback.end(end);
    const failure = end.reason === 'failed' ? end.failure : undefined;
    const reason = failure ? 'failed' : 'closed';
    for (const recording of this.#recordings) {
      recording.end({ file: recording.file, durationMs: 0, bytes: 0, reason, failure });
    }
  }

  #ended(): void {
    this.#state = 'closed';
    void this.#connection?.close();
    this.place.link.endpoints.delete(this.place.handle);
    this.#home.forget(this);
  }

  /** WebRTC needs a certificate first. */
  async #identify(offerSdp?: string): Promise<void> {
    if (!this.#negotiation.needsIdentity(offerSdp)) return;
    this.#negotiation.identity = await this.#home.identity();
    this.#checkOpen();
  }

  #agree(terms: StreamTerms): void {
    this.place.link.order({ do: 'agree', endpoint: this.place.handle, terms });
  }

  #checkOpen(): void {
    if (this.closed) throw new ClosedError('media endpoint');
  }
}
