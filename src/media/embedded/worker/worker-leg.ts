import { COMFORT_NOISE_PAYLOAD_TYPE } from '../../../rtp/comfort-noise.ts';
import type { DigitSource } from '../../../rtp/digit-merge.ts';
import { type G711, PCMA, PCMU, transcoding } from '../../../rtp/g711.ts';
import { estimateMos } from '../../../rtp/quality.ts';
import { RtpView } from '../../../rtp/rtp-packet.ts';
import type { Clock } from '../../../shared/clock.ts';
import { ClosedError } from '../../../shared/errors.ts';
import type { MediaStats, PlayItem } from '../../media.ts';
import { failureOf } from '../failure.ts';
import type { Handle, Notice, OpenEndpoint, PlaybackEndMessage, StreamTerms } from '../protocol.ts';
import type { ClipCache } from './clip.ts';
import { FRAME_SAMPLES } from './frame-clock.ts';
import { InboundStream, SILENT_FRAME } from './inbound-stream.ts';
import { LegRecordings } from './leg-recordings.ts';
import { OutboundStream } from './outbound-stream.ts';
import { Player } from './player.ts';
import { RtcpSession } from './rtcp-session.ts';
import { Speaker } from './speaker.ts';
import type { PacketSink, Transport } from './transport.ts';

/** What all legs of a worker share. */
export interface WorkerHome {
  readonly clock: Clock;
  readonly clips: ClipCache;
  readonly random: () => number;
  tell(notice: Notice): void;
}

/** What a leg knows of the conference it is in. */
export interface LegMix {
  remove(leg: WorkerLeg): void;
}

/** A far end of which nothing came for so long may have another port by now: five packets of the longest kind. */
const QUIET_MS = 300;

/** One view for all legs of a thread: it is read and done with before the next packet. */
const view = new RtpView();
/** Frame of what a party hears, for recorders; used up within the frame. */
const heardFrame = new Int16Array(FRAME_SAMPLES);
/** Frame of comfort noise, sent within the frame. */
const noiseFrame = new Int16Array(FRAME_SAMPLES);

/** One endpoint inside its worker: a far end's stream in, a stream out, and what is done with both. */
export class WorkerLeg implements PacketSink {
  readonly handle: Handle;
  readonly transport: Transport;
  readonly recordings: LegRecordings;
  readonly #home: WorkerHome;
  readonly #in: InboundStream;
  readonly #out: OutboundStream;
  readonly #rtcp: RtcpSession;
  readonly #speaker: Speaker;
  readonly #timeoutMs: number | undefined;
  #terms: StreamTerms | undefined;
  #peer: WorkerLeg | undefined;
  #conference: LegMix | undefined;
  #mix: Int16Array | undefined;
  #playback: Handle | undefined;
  #bargeIn = false;
  #mutedIn = false;
  #mutedOut = false;
  /** Dead air was told and no packet came since. */
  #dead = false;

  constructor(home: WorkerHome, transport: Transport, options: OpenEndpoint) {
    this.#home = home;
    this.handle = options.endpoint;
    this.#timeoutMs = options.rtpTimeoutMs;
    this.transport = transport;
    this.#in = new InboundStream(this, options.busyTone, home.clock.monotonic());
    this.#out = new OutboundStream(transport, home.random);
    this.#rtcp = new RtcpSession(home.clock, this.#in, this.#out);
    this.#speaker = new Speaker(this.#out, home.clips);
    this.recordings = new LegRecordings(
      (notice) => home.tell(notice),
      () => this.#speaker.beep(),
      () => this.#tapBoth(),
    );
    transport.sink = this;
  }

  /** What offer and answer agreed on, the first or a later time. */
  agree(terms: StreamTerms): void {
    const expected = this.#expectsAudio;
    this.#terms = terms;
    this.transport.secure(terms.security);
    if (terms.remote) this.transport.aim(terms.remote, terms.rtcpMux);
    this.#speaker.agree(terms);
    if (!expected && this.#expectsAudio) this.#in.lastMs = this.#home.clock.monotonic();
    this.#tap();
  }

  // ---- packets ----

  onRtp(packet: Buffer): void {
    const terms = this.#terms;
    if (!terms || !view.read(packet)) return;
    view.arrivalMs = this.#home.clock.monotonic();
    this.#in.count(view);
    this.#dead = false;
    if (!terms.receive) return;
    const { payloadType } = view;
    if (payloadType === PCMA.payloadType) this.#onAudio(packet, PCMA);
    else if (payloadType === PCMU.payloadType) this.#onAudio(packet, PCMU);
    else if (terms.eventsIn.includes(payloadType)) this.#onEvent(packet);
    else if (payloadType === COMFORT_NOISE_PAYLOAD_TYPE) this.#onNoise(packet);
  }

  onRtcp(packet: Buffer): void {
    // a far end that pauses may send nothing else
    if (this.#in.pause?.active) this.#in.lastMs = this.#home.clock.monotonic();
    this.#rtcp.receive(packet);
  }

  onStarted(address: string, port: number): void {
    this.#home.tell({ tell: 'started', endpoint: this.handle, address, port });
  }

  #onAudio(packet: Buffer, law: G711): void {
    this.#in.audio(packet, view, law);
    const peer = this.#peer;
    if (!peer || this.#mutedIn || peer.#ownsOutput) return;
    const table = transcoding(law, peer.#speaker.law);
    if (table) {
      for (let at = view.payloadStart; at < view.payloadEnd; at++) packet[at] = table[packet[at]!]!;
    }
    peer.#out.forwardAudio(packet, view, peer.#speaker.law.payloadType, peer.#speaker.packetSamples);
  }

  #onEvent(packet: Buffer): void {
    this.#in.event(packet, view);
    const peer = this.#peer;
    if (!peer || this.#mutedIn || peer.#ownsOutput) return;
    const eventOut = peer.#terms?.eventOut;
    if (eventOut !== undefined) peer.#out.forward(packet, view, eventOut);
  }

  /** RFC 3389: the far end pauses. Who did not agree to that hears noise instead, made by the frame. */
  #onNoise(packet: Buffer): void {
    this.#in.noise(packet, view);
    const peer = this.#peer;
    if (!peer || this.#mutedIn || peer.#ownsOutput || !peer.#terms?.comfortNoise) return;
    peer.#out.forward(packet, view, COMFORT_NOISE_PAYLOAD_TYPE);
  }

  /** True while packets of a peer must wait: something of our own is sent, or nothing may be. */
  get #ownsOutput(): boolean {
    return this.#speaker.busy || this.#mutedOut || this.#mix !== undefined || !this.#canSend;
  }

  get #canSend(): boolean {
    return this.#terms?.send === true && this.#terms.remote !== undefined;
  }

  /** Whether the far end should send: on hold, by either side, phones differ in that, so silence then means nothing. */
  get #expectsAudio(): boolean {
    return this.#terms?.receive === true && this.#canSend;
  }

  // ---- the frame ----

  /** What the party says in this frame. */
  get said(): Int16Array {
    return this.#mutedIn ? SILENT_FRAME : this.#in.frame;
  }

  listen(nowMs: number): void {
    this.#in.listen(nowMs);
  }

  speak(nowMs: number): void {
    this.#speaker.tick();
    const recorded = this.recordings.any;
    const sends = this.#canSend;
    let heard = sends && this.#peer ? this.#peer.said : SILENT_FRAME;
    const stead = this.#peer && sends ? this.#insteadOf(this.#peer) : undefined;
    const speaks = sends && (!this.#peer || stead !== undefined || this.#ownsOutput);
    if (!speaks) {
      this.#speaker.rest();
      this.#out.sendDue(nowMs);
    } else {
      heard = heardFrame;
      this.#speaker.speak(this.#mix ?? stead, this.#mutedOut, nowMs, recorded ? heardFrame : undefined);
    }
    if (recorded) this.recordings.add(this.said, heard);
  }

  /** Half a frame after {@link speak}: a packet of half frames may be due. */
  halfway(nowMs: number): void {
    this.#speaker.tick();
    this.#speaker.sendDue(nowMs);
    this.#out.sendDue(nowMs);
  }

  /** What is sent while nothing of the peer's is forwarded: silence when it is muted or holds, noise when it pauses. */
  #insteadOf(peer: WorkerLeg): Int16Array | undefined {
    if (peer.#mutedIn || !peer.#terms?.receive) return SILENT_FRAME;
    const { pause } = peer.#in;
    if (!pause?.active || this.#terms?.comfortNoise) return undefined;
    pause.fill(noiseFrame, 0, FRAME_SAMPLES);
    return noiseFrame;
  }

  /** Now and then: is the far end still there? */
  checkAlive(nowMs: number): void {
    const silentMs = nowMs - this.#in.lastMs;
    if (silentMs >= QUIET_MS) this.transport.quiet();
    if (this.#timeoutMs === undefined || this.#dead || !this.#expectsAudio) return;
    if (silentMs < this.#timeoutMs) return;
    this.#dead = true;
    this.#home.tell({ tell: 'deadAir', endpoint: this.handle, silentMs: Math.round(silentMs) });
  }

  /** Every few seconds. */
  report(): void {
    if (this.#terms?.remote) this.transport.sendRtcp(this.#rtcp.report());
  }

  // ---- digits ----

  onDigit(digit: string, durationMs: number, by: DigitSource): void {
    this.#home.tell({ tell: 'digit', endpoint: this.handle, digit, durationMs, by });
    if (this.#playback !== undefined && this.#bargeIn) this.#endPlayback({ reason: 'digit' });
    this.recordings.onDigit(digit);
    // a peer without events gets what it would not hear otherwise
    const peer = this.#peer;
    if (by === 'rfc4733' && peer && peer.#canSend && peer.#terms?.eventOut === undefined) {
      peer.#speaker.sendDigits(digit, Math.max(60, Math.min(durationMs, 500)), () => {});
    }
  }

  onBusyTone(): void {
    this.#home.tell({ tell: 'busyTone', endpoint: this.handle });
  }

  injectDigit(digit: string, durationMs: number): void {
    this.#in.takeDigit(digit, durationMs, 'info', this.#home.clock.monotonic());
  }

  sendDigits(digits: string, durationMs: number): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#speaker.sendDigits(digits, durationMs, (sent) =>
        sent ? resolve() : reject(new ClosedError('media endpoint')),
      ),
    );
  }

  // ---- playing ----

  async play(playback: Handle, items: readonly PlayItem[], repeat: number, bargeIn: boolean): Promise<void> {
    this.#endPlayback({ reason: 'stopped' });
    this.#playback = playback;
    this.#bargeIn = bargeIn;
    let player: Player;
    try {
      player = await Player.load(this.#home.clips, items, repeat, bargeIn);
    } catch (error) {
      if (this.#playback === playback) this.#endPlayback({ reason: 'failed', failure: failureOf(error) });
      return;
    }
    // stopped, replaced or closed while the files were read
    if (this.#playback !== playback) return;
    if (player.done) this.#endPlayback({ reason: 'completed' });
    else this.#speaker.play(player, () => this.#endPlayback({ reason: 'completed' }));
  }

  stopPlayback(playback: Handle): void {
    if (this.#playback === playback) this.#endPlayback({ reason: 'stopped' });
  }

  #endPlayback(end: PlaybackEndMessage): void {
    const playback = this.#playback;
    if (playback === undefined) return;
    this.#playback = undefined;
    this.#speaker.stop();
    this.#home.tell({ tell: 'playbackEnded', playback, end });
  }

  // ---- others ----

  mute(into: boolean | undefined, out: boolean | undefined): void {
    this.#mutedIn = into ?? this.#mutedIn;
    this.#mutedOut = out ?? this.#mutedOut;
  }

  /** Joins two legs; each leaves the bridge it was in. */
  static bridge(a: WorkerLeg, b: WorkerLeg): void {
    a.unbridge();
    b.unbridge();
    a.#peer = b;
    b.#peer = a;
    a.#tapBoth();
  }

  /** Leaves its bridge; with `from` only when it is the one with that leg. */
  unbridge(from?: WorkerLeg): void {
    const peer = this.#peer;
    if (!peer || (from && peer !== from)) return;
    this.#peer = undefined;
    peer.#peer = undefined;
    this.#tap();
    peer.#tap();
  }

  /** A conference took it in. */
  enter(conference: LegMix, mix: Int16Array): void {
    this.unbridge();
    this.#conference?.remove(this);
    this.#conference = conference;
    this.#mix = mix;
    this.#tap();
  }

  exit(conference: LegMix): void {
    if (this.#conference !== conference) return;
    this.#conference = undefined;
    this.#mix = undefined;
    this.#tap();
  }

  stats(): MediaStats {
    const { reception } = this.#in;
    const { jitterMs, expected, lost, received } = reception;
    const { roundTripMs } = this.#rtcp;
    return {
      packetsSent: this.#out.packets,
      packetsReceived: received,
      packetsLost: lost,
      jitterMs,
      roundTripMs,
      mos: expected === 0 ? undefined : estimateMos({ loss: lost / expected, jitterMs, roundTripMs }),
      codec: this.#terms?.law,
    };
  }

  /** Ends all in order; resolves when files are complete and ports are free. */
  async close(): Promise<void> {
    this.unbridge();
    this.#conference?.remove(this);
    this.#endPlayback({ reason: 'closed' });
    this.#speaker.end();
    await this.recordings.close();
    if (this.#terms?.remote) this.transport.sendRtcp(this.#rtcp.report(true));
    await this.transport.close();
  }

  /**
   * In-band digits are looked for besides events where somebody of ours listens, not in a bridge: there they would cost a
   * detector for every talk, and reach the other side anyway.
   */
  get #seeksTones(): boolean {
    const terms = this.#terms;
    return terms?.inbandDigits === true && (terms.eventsIn.length === 0 || this.#peer === undefined);
  }

  #tapBoth(): void {
    this.#tap();
    if (this.#peer) this.#peer.#tap();
  }

  /** Frames are made only while somebody listens to this party. */
  #tap(): void {
    this.#in.inbandDigits = this.#seeksTones;
    this.#in.needed =
      this.#in.listens ||
      this.#conference !== undefined ||
      this.recordings.any ||
      (this.#peer?.recordings.wantsHeard ?? false);
  }
}
