import { DigitMerge } from '../../rtp/digit-merge.ts';
import type { Clock } from '../../shared/clock.ts';
import { sleep } from '../../shared/deadline.ts';
import { asError, ClosedError, PbxError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { IdSource } from '../../shared/ids.ts';
import { type Direction, isReceiving, isSending } from '../../sip/sdp/index.ts';
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
import { CallLeg } from './call-leg.ts';
import { type NgClient, type NgCommand, type NgReply, RtpengineRefusedError } from './ng-client.ts';
import { RtpenginePlayback } from './rtpengine-playback.ts';
import type { Placed, PooledServer } from './rtpengine-pool.ts';
import { RtpengineRecording } from './rtpengine-recording.ts';
import { SilenceFeed } from './silence-feed.ts';
import { readStats } from './stats.ts';

const DIGIT_MS = 100;
const DIGIT_GAP_MS = 60;
/** rtpengine counts repetitions in 32 bits. */
const FOR_EVER = 0x7fff_ffff;

/** What an endpoint needs of its engine. */
export interface EndpointHome {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly ng: NgClient;
  /** Folder for rendered prompts. */
  readonly folder: string;
  /** The endpoint ended; called once. */
  forget(endpoint: RtpengineEndpoint): void;
}

/** One party: an rtpengine call between it and a virtual party, whose address is the mate's while bridged. */
export class RtpengineEndpoint implements MediaEndpoint, Placed {
  readonly id: string;
  readonly server: PooledServer;
  readonly events = new TypedEvents<EndpointEvents>();
  readonly #home: EndpointHome;
  readonly #leg: CallLeg;
  readonly #merge = new DigitMerge();
  readonly #watch: MediaWatch;
  readonly #closing = new AbortController();
  readonly #mute = { in: false, out: false };
  /** What rtpengine was told to block, by tag. */
  readonly #blocked = { party: false, inner: false };
  #lastKey = { digit: '', atMs: 0 };
  #playback: RtpenginePlayback | undefined;
  #recording: RtpengineRecording | undefined;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #closed: Promise<void> | undefined;
  /** Commands of one call go one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #bond: { readonly mate: RtpengineEndpoint; readonly onGone: () => void } | undefined;

  constructor(home: EndpointHome, server: PooledServer, options: EndpointOptions) {
    this.#home = home;
    this.server = server;
    this.id = `pbx-${home.ids.token()}`;
    this.#leg = new CallLeg(home.clock, options, (name, fields) => this.#command(name, fields));
    const questions = {
      look: () => this.#received(),
      expects: () => expectsAudio(this.#leg.party),
      hurries: () => this.#leg.party !== undefined && !(this.#leg.isCertain && this.#leg.heard > 0),
    };
    this.#watch = new MediaWatch(home.clock, options.rtpTimeoutMs, questions, {
      started: (address, port) => this.events.emit('started', { address, port }),
      deadAir: (silentMs) => this.events.emit('deadAir', { silentMs }),
    });
  }

  get farEndHolds(): boolean {
    return holds(this.#leg.party);
  }

  async offer(direction: Direction = 'sendrecv'): Promise<string> {
    return this.#serial(() => this.#leg.offer(direction));
  }

  async accept(answerSdp: string): Promise<void> {
    await this.#serial(async () => {
      await this.#leg.accept(answerSdp);
      await this.#syncBlocks();
    });
    await this.#leg.mate?.relink();
  }

  async answer(offerSdp: string): Promise<string> {
    const answer = await this.#serial(async () => {
      const sdp = await this.#leg.answer(offerSdp);
      await this.#syncBlocks();
      return sdp;
    });
    await this.#leg.mate?.relink();
    return answer;
  }

  play(items: readonly PlayItem[], options: PlayOptions = {}): Playback {
    this.#playback?.finish({ reason: 'stopped' });
    const playback = new RtpenginePlayback(
      {
        clock: this.#home.clock,
        folder: this.#home.folder,
        startMedia: (file, repeat) => this.#startMedia(file, repeat),
        stopMedia: () => void this.#quietly(() => this.#command('stopMedia', { 'from-tag': 'party' })),
        ended: (ended) => this.#playbackEnded(ended),
      },
      items,
      options,
    );
    if (this.#state === 'open') this.#playback = playback;
    else playback.finish({ reason: 'closed' });
    return playback;
  }

  async sendDigits(digits: string, durationMs = DIGIT_MS): Promise<void> {
    this.checkOpen();
    const { inner, mate } = this.#leg;
    if (!inner) throw new PbxError('media-negotiation', 'digits need a negotiated endpoint');
    const { clock, ids } = this.#home;
    const feed = mate ? undefined : await SilenceFeed.open(clock, inner, ids.random());
    try {
      if (feed) await this.#serial(() => this.#leg.feedFrom(feed.at));
      // rtpengine must have seen the stream before it puts digits into it
      const { signal } = this.#closing;
      const pass = (ms: number) => feed?.passed(ms, signal) ?? sleep(clock, ms, signal);
      if (feed) await pass(DIGIT_GAP_MS);
      for (const code of digits) {
        await this.#serial(() =>
          this.#command('playDTMF', { 'from-tag': 'inner', code, duration: durationMs }),
        );
        await pass(durationMs + DIGIT_GAP_MS);
      }
    } finally {
      feed?.stop();
      if (feed) void this.#quietly(() => this.#leg.feedFrom(undefined));
    }
  }

  injectDigit(digit: string, durationMs: number): void {
    this.#takeDigit(digit, durationMs, 'info');
  }

  /** rtpengine's log tells of a key of the party. */
  pressed(digit: string, durationMs: number): void {
    if (!this.#leg.party || !this.#leg.isCertain) return;
    if (this.#isRepeated(digit, durationMs)) return;
    this.#takeDigit(
      digit,
      durationMs,
      this.#leg.party?.eventPayloadType === undefined ? 'inband' : 'rfc4733',
    );
    const mate = this.#bond?.mate;
    // events of another payload type than the mate's do not pass its call: they are made anew there
    if (mate && mate.#leg.innerEvent !== this.#leg.innerEvent)
      void mate.#quietly(() => mate.#sendDigit(digit, durationMs));
  }

  record(options: RecordOptions): MediaRecording {
    if (this.#state !== 'open') return endedRecording(options.file);
    const { recordingFolder } = this.server.config;
    const busy = this.#recording !== undefined;
    const recording = new RtpengineRecording(
      {
        clock: this.#home.clock,
        callId: this.id,
        folder: recordingFolder ?? '',
        ports: () => ({ party: this.#leg.outer?.port ?? 0, heard: this.#leg.inner?.port ?? 0 }),
        isSender: (from, atMs) => this.#leg.isSender(from, atMs),
        startCapture: async () => {
          if (busy) throw new PbxError('rtpengine-recording', 'rtpengine records an endpoint once at a time');
          await this.#serial(() => this.#command('startRecording'));
        },
        stopCapture: async () => {
          if (this.server.alive) await this.#queue(() => this.#command('stopRecording'));
        },
        beep: () => void this.play([{ tone: 'beep' }]),
        ended: (ended) => {
          if (this.#recording === ended) this.#recording = undefined;
        },
      },
      options,
    );
    if (!busy) this.#recording = recording;
    return recording;
  }

  mute(direction: { readonly in?: boolean; readonly out?: boolean }): void {
    this.#mute.in = direction.in ?? this.#mute.in;
    this.#mute.out = direction.out ?? this.#mute.out;
    void this.#quietly(() => this.#syncBlocks());
  }

  async stats(): Promise<MediaStats> {
    const codec = this.#leg.party?.codec;
    const reply = await this.#serial(() => this.#command('query'));
    return readStats(reply, codec);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close({ reason: 'closed' });
    return this.#closed;
  }

  lose(error: Error): void {
    if (this.#state !== 'open') return;
    this.#closed = this.#close({ reason: 'failed', error });
  }

  /** Throws ClosedError when it is closed. */
  checkOpen(): void {
    if (this.#state !== 'open') throw new ClosedError('media endpoint');
  }

  /** Sends the party's audio to `mate` and takes the mate's; `onGone` runs when this endpoint leaves it by itself. */
  async link(mate: RtpengineEndpoint, onGone: () => void): Promise<void> {
    this.checkOpen();
    this.#bond?.onGone();
    this.#bond = { mate, onGone };
    this.#leg.mate = { inner: () => mate.#leg.inner, relink: () => mate.#relink() };
    await this.#relink();
  }

  /** Ends the link to `mate`, unless another one took its place. */
  async unlink(mate: RtpengineEndpoint): Promise<void> {
    if (this.#bond?.mate !== mate) return;
    this.#bond = undefined;
    this.#leg.mate = undefined;
    await this.#quietly(() => this.#leg.relink());
  }

  async #relink(): Promise<void> {
    await this.#serial(async () => {
      await this.#leg.relink();
      await this.#syncBlocks();
    });
  }

  async #close(end: { reason: 'closed' } | { reason: 'failed'; error: Error }): Promise<void> {
    this.#state = 'closing';
    this.#watch.stop();
    this.#closing.abort(new ClosedError('media endpoint'));
    this.#playback?.finish(end);
    await this.#recording?.finish(end.reason, end.reason === 'failed' ? end.error : undefined);
    this.#bond?.onGone();
    if (this.server.alive) {
      await this.#queue(() => this.#command('delete')).catch((error: unknown) => this.#noteUnknown(error));
    }
    this.#state = 'closed';
    this.#home.forget(this);
    if (end.reason === 'failed') this.events.emit('lost', { error: end.error });
    this.events.clear();
  }

  async #startMedia(file: string, repeat: number): Promise<number | undefined> {
    return this.#serial(async () => {
      await this.#syncBlocks();
      if (!this.#leg.isCertain) return undefined;
      const times = Math.min(repeat, FOR_EVER);
      const reply = await this.#command('playMedia', { 'from-tag': 'party', file, 'repeat-times': times });
      return reply.duration ?? 0;
    });
  }

  #playbackEnded(playback: RtpenginePlayback): void {
    if (this.#playback !== playback) return;
    this.#playback = undefined;
    void this.#quietly(() => this.#syncBlocks());
  }

  /** Tells rtpengine what reaches nobody: muted directions, and the mate while a prompt plays. */
  async #syncBlocks(): Promise<void> {
    if (!this.#leg.party) return;
    const isShut = !this.#leg.isCertain;
    // RFC 3264 5.1: rtpengine leaves it to the parties to keep to their directions; the mate does not know of ours
    const { direction } = this.#leg.party;
    const prompt = this.#playback !== undefined && this.#leg.mate !== undefined;
    const wanted = {
      party: isShut || this.#mute.in || !isSending(direction),
      inner: isShut || this.#mute.out || !isReceiving(direction) || prompt,
    };
    for (const tag of ['party', 'inner'] as const) {
      if (wanted[tag] === this.#blocked[tag]) continue;
      this.#blocked[tag] = wanted[tag];
      await this.#command(wanted[tag] ? 'blockMedia' : 'unblockMedia', { 'from-tag': tag });
    }
  }

  #takeDigit(digit: string, durationMs: number, by: EndpointEvents['digit']['by']): void {
    if (this.#state !== 'open' || !this.#merge.accepts(digit, by, this.#home.clock.monotonic())) return;
    if (this.#playback?.options.bargeIn) this.#playback.finish({ reason: 'digit' });
    if (this.#recording?.options.stopDigits?.includes(digit)) void this.#recording.finish('digit');
    this.events.emit('digit', { digit, durationMs, by });
  }

  /**
   * rtpengine tells a key once for each end packet that bears another timestamp, as some gateways send them. No key ends
   * again sooner than it was held.
   */
  #isRepeated(digit: string, durationMs: number): boolean {
    const atMs = this.#home.clock.monotonic();
    const { digit: before, atMs: beforeMs } = this.#lastKey;
    this.#lastKey = { digit, atMs };
    return digit === before && atMs - beforeMs < durationMs / 2;
  }

  #sendDigit(code: string, durationMs: number): Promise<NgReply> {
    return this.#command('playDTMF', { 'from-tag': 'inner', code, duration: durationMs });
  }

  async #received(): Promise<ReceivedStream | undefined> {
    if (!this.#leg.party) return undefined;
    const reply = await this.#quietly(() => this.#command('query'));
    const stream = reply?.tags?.['party']?.medias[0]?.streams[0];
    if (!stream) return undefined;
    const { packets, errors: refused } = stream.stats;
    if (this.#leg.look({ packets, refused, at: stream.endpoint })) await this.#follow();
    return { packets: this.#leg.heard, ...stream.endpoint };
  }

  /** The party may send from elsewhere: while rtpengine finds out, nobody is heard or sent anything. */
  async #follow(): Promise<void> {
    const wasShut = !this.#leg.isCertain;
    await this.#quietly(async () => {
      await this.#syncBlocks();
      if (wasShut && this.#playback) await this.#silence();
      await this.#leg.relink();
      await this.#syncBlocks();
    });
    if (wasShut && this.#leg.isCertain) this.#playback?.again();
  }

  /** Stops what is played, if anything is. */
  async #silence(): Promise<void> {
    try {
      await this.#command('stopMedia', { 'from-tag': 'party' });
    } catch (error) {
      if (!(error instanceof RtpengineRefusedError) || error.unknownCall) throw error;
    }
  }

  #command(name: NgCommand, fields: object = {}): Promise<NgReply> {
    return this.#home.ng.command(this.server.config, name, { 'call-id': this.id, ...fields });
  }

  /** Runs after what was asked before; throws ClosedError when the endpoint is closed by then. */
  #serial<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue(() => {
      this.checkOpen();
      return work();
    });
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** For orders that nobody waits for: a failure matters only when rtpengine has lost the call. */
  async #quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#serial(work);
    } catch (error) {
      this.#noteUnknown(error);
      return undefined;
    }
  }

  #noteUnknown(error: unknown): void {
    if (error instanceof RtpengineRefusedError && error.unknownCall) this.lose(asError(error));
  }
}
