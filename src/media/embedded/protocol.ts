/**
 * What the main thread and a media worker say to each other over their message port. Commands are carried out in the
 * order they were sent; those with a `request` are answered by one `reply`.
 */
import type { G711Name } from '../../rtp/g711.ts';
import type { MediaStats, PlaybackEnd, PlayItem, RecordingResult, RecordLayout } from '../media.ts';

/** Names an endpoint, playback, recording or conference on both sides; counted up by the main thread. */
export type Handle = number;

/** Where a far end wants its packets. */
export interface RemoteAddress {
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
}

/** SRTP with keys from SDP (RFC 4568): 16 bytes of master key and 14 of salt each. */
export interface SdesTerms {
  readonly kind: 'sdes';
  readonly tagBytes: 10 | 4;
  readonly sendKey: Uint8Array;
  readonly receiveKey: Uint8Array;
}

/** WebRTC: ICE-lite, DTLS-SRTP with us as the server. */
export interface DtlsTerms {
  readonly kind: 'dtls';
  /** Our credentials. */
  readonly ice: { readonly ufrag: string; readonly password: string };
  /** Of the far end's certificate, as `sha-256 AB:CD:...`; one must match. */
  readonly fingerprints: readonly string[];
  /** Ours, both PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
}

export type SecurityTerms = SdesTerms | DtlsTerms;

/** What offer and answer agreed on. */
export interface StreamTerms {
  /** Undefined: the far end gave no address (held, nothing agreed yet, or ICE finds it). */
  readonly remote: RemoteAddress | undefined;
  readonly law: G711Name;
  /** Samples a packet that the far end wants. */
  readonly packetSamples: number;
  /** Payload type of telephone-event that we send with; undefined: the far end takes none. */
  readonly eventOut: number | undefined;
  /** Those that the far end may send with; none: it sends no events. */
  readonly eventsIn: readonly number[];
  /** The far end takes comfort noise (RFC 3389). */
  readonly comfortNoise: boolean;
  readonly rtcpMux: boolean;
  /** Undefined: plain RTP. */
  readonly security: SecurityTerms | undefined;
  readonly send: boolean;
  readonly receive: boolean;
  /** Look for digits in the audio. */
  readonly inbandDigits: boolean;
}

export interface OpenEndpoint {
  readonly endpoint: Handle;
  readonly host: string;
  /** RTP port, RTCP is the next; 0: any free one. */
  readonly port: number;
  /** Where RTP may come from besides the address in SDP. */
  readonly signallingAddress: string | undefined;
  readonly rtpTimeoutMs: number | undefined;
  readonly busyTone: boolean;
}

export interface StartRecording {
  readonly endpoint: Handle;
  readonly recording: Handle;
  readonly file: string;
  readonly layout: RecordLayout;
  readonly maxMs: number | undefined;
  readonly maxSilenceMs: number | undefined;
  readonly stopDigits: string;
}

/** How a member takes part, with the endpoint's handle instead of the endpoint. */
export type MemberRole =
  | { readonly kind: 'speaker' | 'monitor' }
  | { readonly kind: 'whisper'; readonly to: Handle };

/** Commands that are answered when they are done. */
export type Request =
  | ({ readonly do: 'open' } & OpenEndpoint)
  | { readonly do: 'close'; readonly endpoint: Handle }
  | { readonly do: 'stats'; readonly endpoint: Handle }
  | {
      readonly do: 'sendDigits';
      readonly endpoint: Handle;
      readonly digits: string;
      readonly durationMs: number;
    };

/** Commands that need no answer. */
export type Order =
  | { readonly do: 'agree'; readonly endpoint: Handle; readonly terms: StreamTerms }
  | {
      readonly do: 'play';
      readonly endpoint: Handle;
      readonly playback: Handle;
      readonly items: readonly PlayItem[];
      readonly repeat: number;
      readonly bargeIn: boolean;
    }
  | { readonly do: 'stopPlayback'; readonly endpoint: Handle; readonly playback: Handle }
  | {
      readonly do: 'injectDigit';
      readonly endpoint: Handle;
      readonly digit: string;
      readonly durationMs: number;
    }
  | ({ readonly do: 'record' } & StartRecording)
  | {
      readonly do: 'pauseRecording' | 'resumeRecording';
      readonly endpoint: Handle;
      readonly recording: Handle;
      readonly beep: boolean;
    }
  | { readonly do: 'stopRecording'; readonly endpoint: Handle; readonly recording: Handle }
  | {
      readonly do: 'mute';
      readonly endpoint: Handle;
      readonly in: boolean | undefined;
      readonly out: boolean | undefined;
    }
  | { readonly do: 'bridge' | 'unbridge'; readonly a: Handle; readonly b: Handle }
  | {
      readonly do: 'join';
      readonly conference: Handle;
      readonly endpoint: Handle;
      readonly role: MemberRole;
      readonly gain: number;
    }
  | { readonly do: 'leave'; readonly conference: Handle; readonly endpoint: Handle };

export type Command = Order | (Request & { readonly request: number });

/** An error that crosses the thread border as plain fields. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** {@link PlaybackEnd} with the error as plain fields. */
export type PlaybackEndMessage =
  | Exclude<PlaybackEnd, { reason: 'failed' }>
  | { readonly reason: 'failed'; readonly failure: Failure };

/** {@link RecordingResult} with the error as plain fields. */
export type RecordingEndMessage = Omit<RecordingResult, 'error'> & { readonly failure: Failure | undefined };

export type Notice =
  | { readonly tell: 'reply'; readonly request: number; readonly value: Reply }
  | { readonly tell: 'refused'; readonly request: number; readonly failure: Failure }
  | {
      readonly tell: 'digit';
      readonly endpoint: Handle;
      readonly digit: string;
      readonly durationMs: number;
      readonly by: 'rfc4733' | 'inband' | 'info';
    }
  | {
      readonly tell: 'started';
      readonly endpoint: Handle;
      readonly address: string;
      readonly port: number;
    }
  /** A mistake of ours was caught; the worker goes on. */
  | { readonly tell: 'fault'; readonly failure: Failure }
  | { readonly tell: 'deadAir'; readonly endpoint: Handle; readonly silentMs: number }
  | { readonly tell: 'busyTone'; readonly endpoint: Handle }
  | { readonly tell: 'playbackEnded'; readonly playback: Handle; readonly end: PlaybackEndMessage }
  | { readonly tell: 'recordingEnded'; readonly recording: Handle; readonly end: RecordingEndMessage };

/** `open`: the RTP port; `stats`: the figures; else nothing. */
export type Reply = { readonly port: number } | MediaStats | undefined;
