/** The port Softphone: a phone in the page. What the page says to a call is media; acts on callers go over HTTP, which drives IP phones as well. */

/** What `POST /me/phone-credentials` gives. */
export interface PhoneCredentials {
  readonly extension: string;
  readonly domain: string;
  readonly username: string;
  readonly password: string;
  /** Path of SIP over WebSocket. */
  readonly webSocket: string;
}

/** `refused`: the PBX does not take the credentials: new ones are needed. `reconnecting`: the network is away, it tries by itself. */
export type PhoneState = 'off' | 'connecting' | 'registered' | 'reconnecting' | 'refused';

/**
 *     rings (in) ─ answer ─┐
 *                          ├─> talking <─ hold, resume ─> held
 *     dials (out) ─────────┘        any ─ hang up, by either ─> over
 */
export type TalkState = 'rings' | 'dials' | 'talking' | 'held' | 'over';

/** How a call sounds, as the browser measures it. */
export interface TalkStats {
  /** There and back, ms; undefined until it is known. */
  readonly roundTripMs: number | undefined;
  readonly jitterMs: number;
  /** Share of packets that did not come, 0 to 1. */
  readonly loss: number;
  readonly packetsReceived: number;
  readonly packetsSent: number;
  /** Of the microphone, 0 to 1. */
  readonly microphone: number;
}

export interface SoftphoneCall {
  /** SIP Call-ID. */
  readonly id: string;
  readonly direction: 'in' | 'out';
  /** As it is shown: a number, maybe masked. */
  readonly number: string;
  readonly name: string;
  readonly state: TalkState;
  readonly isMuted: boolean;
  /** The PBX asks the phone to answer by itself: it brings a talk back, or the agent asked for the call. */
  readonly answersItself: boolean;
  /** What the other side says; undefined before the call is answered. */
  readonly heard: MediaStream | undefined;
  /** Throws PhoneError: `microphone` when the page is given none. */
  answer(): Promise<void>;
  /** Refuses, takes back or ends it. Idempotent. */
  hangUp(): Promise<void>;
  hold(): Promise<void>;
  resume(): Promise<void>;
  mute(isMuted: boolean): void;
  /** Digits, `*` and `#`, one after the other (RFC 4733). */
  press(digits: string): void;
  stats(): Promise<TalkStats>;
  /** All that the browser measures, in its own words (W3C webrtc-stats): for who mends a fault. */
  reports(): Promise<readonly object[]>;
}

/** `insecure`: the page is not served by HTTPS. `microphone`: refused, or there is none. `refused`: the other side, or the PBX, said no. */
export type PhoneErrorCode = 'insecure' | 'microphone' | 'refused' | 'unreachable' | 'not-now';

export class PhoneError extends Error {
  readonly code: PhoneErrorCode;
  constructor(code: PhoneErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'PhoneError';
    this.code = code;
  }
}

export interface Devices {
  /** `deviceId` of a microphone; undefined: the browser's choice. */
  readonly microphone?: string | undefined;
  /** `deviceId` of a speaker or headset. */
  readonly speaker?: string | undefined;
}

export interface Softphone {
  readonly state: PhoneState;
  readonly calls: readonly SoftphoneCall[];
  /** Calls `listener` after each change of the phone or of a call; the function returned stops that. */
  onChange(listener: () => void): () => void;
  /** Connects and registers; resolves when calls can come. It connects again by itself. Throws PhoneError. */
  connect(credentials: PhoneCredentials): Promise<void>;
  /** Dials. Throws PhoneError. */
  call(number: string): Promise<SoftphoneCall>;
  /** Of the calls that there are, too. Throws PhoneError. */
  use(devices: Devices): Promise<void>;
  /** After a sleep, or when the network is another: proves the connection, and registers anew. Never throws. */
  refresh(): Promise<void>;
  /** Hangs up, is no longer registered. Idempotent. */
  disconnect(): Promise<void>;
}
