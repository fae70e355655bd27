/**
 * Port MediaEngine: all that the PBX needs of audio. Behind it stand our own RTP engine (`embedded/`), rtpengine,
 * FreeSWITCH and, for tests and load tests of signalling, `null/`.
 *
 * SDP is passed as text: the engine is the only one that reads or writes it.
 */
import type { TypedEvents } from '../shared/events.ts';

/** What an engine can do; the PBX chooses by these flags, never by an engine's name. */
export interface MediaCapabilities {
  /** Real audio passes through (false: signalling tests). */
  readonly audio: boolean;
  readonly play: boolean;
  readonly record: boolean;
  readonly stereoRecord: boolean;
  /** `maxSilenceMs` of recordings is noticed (false: they end by limit, digit or stop). */
  readonly silenceDetection: boolean;
  readonly conference: boolean;
  readonly echo: boolean;
  /** In-band digits are found where the far end negotiated no RFC 4733. */
  readonly inbandDigits: boolean;
  /** In-band digits are found also where it did. */
  readonly inbandBesideEvents: boolean;
  /** `busyTone` of endpoints is noticed. */
  readonly busyTone: boolean;
  readonly sendDigits: boolean;
  /** A bridge gives each far end the packet time that it asked for. */
  readonly packing: boolean;
  /** A bridge gives noise for comfort noise that the far end did not agree to, and silence while its mate is muted. */
  readonly fillsPauses: boolean;
  readonly srtp: boolean;
  readonly webrtc: boolean;
  /**
   * Of whom it is certain that a stranger neither is heard nor is sent anything: `named`: parties that send from what SDP
   * names; `all`: phones behind NAT, too, also when their port changes in the call; `none`: nobody.
   */
  readonly strictSources: 'none' | 'named' | 'all';
}

/** How the far end's media is carried. `any`: take what its offer says; offers of ours are plain RTP. */
export type MediaProfile = 'rtp' | 'srtp' | 'webrtc' | 'any';

export interface EndpointOptions {
  /** For logs and for engines that group by call. */
  readonly callId: string;
  readonly profile?: MediaProfile;
  /** In order of preference; default PCMA, PCMU (A-law is China's G.711). */
  readonly codecs?: readonly ('PCMA' | 'PCMU')[];
  /** Which digits are listened for. Default `auto`: RFC 4733 and in-band, a key once that comes both ways. */
  readonly digits?: 'rfc4733' | 'inband' | 'auto';
  /**
   * IP address that the far end's signalling comes from, of a party that may be behind NAT: its RTP is taken from there,
   * too, and sent back there, when its SDP names another. No third address is ever heard or sent to. Undefined: SDP alone
   * counts.
   */
  readonly signallingAddress?: string;
  /** No RTP for so long raises `deadAir`; undefined: never. */
  readonly rtpTimeoutMs?: number;
  /** Listen for busy tone (GB/T 3380): gateways of analogue and E1 lines that do not signal hang-up. */
  readonly busyTone?: boolean;
  /** The endpoint that this one will be bridged with: engines place both together. */
  readonly near?: MediaEndpoint;
}

/** One thing to play. Files are WAV, 8 kHz, mono, PCM16 or G.711. */
export type PlayItem =
  | { readonly file: string }
  | { readonly tone: ToneName; readonly durationMs?: number }
  | { readonly silenceMs: number };

/** Call-progress tones of GB/T 3380 (450 Hz), and the beep before a voicemail (1 kHz). */
export type ToneName = 'dial' | 'ringback' | 'busy' | 'congestion' | 'beep';

export interface PlayOptions {
  /** Times to play the whole list; `Infinity` until stopped. Default 1. */
  readonly repeat?: number;
  /** Stop at the first digit. */
  readonly bargeIn?: boolean;
}

/** Why a playback ended. `failed` carries what was wrong (missing file, bad format, engine lost). */
export type PlaybackEnd =
  | { readonly reason: 'completed' | 'stopped' | 'digit' | 'closed' }
  | { readonly reason: 'failed'; readonly error: Error };

export interface Playback {
  /** Never rejects. */
  readonly finished: Promise<PlaybackEnd>;
  stop(): void;
}

/** stereo: left what this party says, right what it hears. mixed: both in one. received: only what it says. */
export type RecordLayout = 'stereo' | 'mixed' | 'received';

export interface RecordOptions {
  /** Absolute path of the WAV file; folders are made; mode 0600. */
  readonly file: string;
  readonly layout: RecordLayout;
  /** Stops by itself after so long. */
  readonly maxMs?: number;
  /** Stops by itself after so much silence of this party (voicemail). */
  readonly maxSilenceMs?: number;
  /** Stops at one of these digits (voicemail: '#'). */
  readonly stopDigits?: string;
}

export interface RecordingResult {
  readonly file: string;
  readonly durationMs: number;
  /** Size of the file. */
  readonly bytes: number;
  readonly reason: 'stopped' | 'max' | 'silence' | 'digit' | 'closed' | 'failed';
  /** With `failed`: disk full, folder not writable, engine lost. What was written stays playable. */
  readonly error?: Error;
}

export interface MediaRecording {
  /** Never rejects; resolves when the file is complete on disk. */
  readonly finished: Promise<RecordingResult>;
  /** Leaves out what is said until `resume`; with a beep to the party when asked. */
  pause(options?: { beep?: boolean }): void;
  resume(options?: { beep?: boolean }): void;
  stop(): Promise<RecordingResult>;
}

export interface MediaStats {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** Of those expected from the far end (RFC 3550 A.3). */
  readonly packetsLost: number;
  readonly jitterMs: number;
  /** From RTCP; undefined when the far end sends none. */
  readonly roundTripMs: number | undefined;
  /** Estimated mean opinion score 1.0-4.5 (ITU-T G.107, simplified); undefined before any packet. */
  readonly mos: number | undefined;
  readonly codec: string | undefined;
}

export interface EndpointEvents {
  digit: { readonly digit: string; readonly durationMs: number; readonly by: 'rfc4733' | 'inband' | 'info' };
  /** No RTP for `rtpTimeoutMs` while neither side held. Raised again only after audio came back. */
  deadAir: { readonly silentMs: number };
  /** First RTP packet of the far end. */
  started: { readonly address: string; readonly port: number };
  /** The far end plays busy tone (analogue and E1 gateways that do not signal hang-up). */
  busyTone: Record<string, never>;
  /** The engine lost the endpoint; it is closed. */
  lost: { readonly error: Error };
}

/** One party's audio: an RTP session with its SDP, players, recorder and digit detector. */
export interface MediaEndpoint {
  readonly id: string;
  readonly events: TypedEvents<EndpointEvents>;
  /** The far end holds the call (RFC 3264 8.4): by what it said last it takes no audio (sendonly, inactive, 0.0.0.0). */
  readonly farEndHolds: boolean;
  /** SDP offer of ours. `direction` of us: `sendonly` puts the far end on hold. */
  offer(direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'): Promise<string>;
  /** Takes the answer to the last `offer`. Throws MediaNegotiationError when nothing fits. */
  accept(answerSdp: string): Promise<void>;
  /** Answers the far end's offer, the first or a later one. Throws MediaNegotiationError (-> 488). */
  answer(offerSdp: string): Promise<string>;
  /** Plays to this party; ends what was playing. Audio of a bridge pauses meanwhile. */
  play(items: readonly PlayItem[], options?: PlayOptions): Playback;
  /** Sends digits (RFC 4733, or in-band when not negotiated). Resolves after the last. */
  sendDigits(digits: string, durationMs?: number): Promise<void>;
  /** A digit that signalling brought (SIP INFO): joins the same stream, without doubling. */
  injectDigit(digit: string, durationMs: number): void;
  record(options: RecordOptions): MediaRecording;
  /** `in`: what the party says reaches nobody; `out`: it hears nothing. */
  mute(direction: { readonly in?: boolean; readonly out?: boolean }): void;
  stats(): Promise<MediaStats>;
  /** Ends players and recordings (their files are complete when it resolves) and frees the ports. Idempotent. */
  close(): Promise<void>;
}

/** Two endpoints hear each other until it is closed; closing an endpoint closes its bridge. */
export interface MediaBridge {
  close(): Promise<void>;
}

/** How a member takes part. monitor: hears all, silent. whisper: hears all, only `to` hears it. */
export type ConferenceRole =
  | { readonly kind: 'speaker' }
  | { readonly kind: 'monitor' }
  | { readonly kind: 'whisper'; readonly to: MediaEndpoint };

export interface ConferenceMember {
  /** Linear gain of what this member says, 1 is unchanged. */
  setGain(gain: number): void;
  setRole(role: ConferenceRole): void;
  leave(): Promise<void>;
}

export interface MediaConference {
  join(endpoint: MediaEndpoint, role?: ConferenceRole): Promise<ConferenceMember>;
  close(): Promise<void>;
}

export interface MediaEngineEvents {
  /** One of the servers behind the engine was lost or came back. */
  serverLost: { readonly server: string; readonly reason: string };
  serverRestored: { readonly server: string };
}

/** Load for the console and for admission. */
export interface MediaLoad {
  readonly endpoints: number;
  /** Endpoints that still fit (ports, configured limits); Infinity when unknown. */
  readonly free: number;
}

export interface MediaEngine {
  readonly capabilities: MediaCapabilities;
  readonly events: TypedEvents<MediaEngineEvents>;
  start(): Promise<void>;
  load(): MediaLoad;
  /** Throws MediaExhaustedError when no port or server is left. */
  createEndpoint(options: EndpointOptions): Promise<MediaEndpoint>;
  bridge(a: MediaEndpoint, b: MediaEndpoint): Promise<MediaBridge>;
  /** The endpoint hears what it says (回声测试) until that is closed; a bridge with itself. Only with `capabilities.echo`. */
  echo(endpoint: MediaEndpoint): Promise<MediaBridge>;
  /** Only with `capabilities.conference`. */
  createConference(callId: string): Promise<MediaConference>;
  close(): Promise<void>;
}
