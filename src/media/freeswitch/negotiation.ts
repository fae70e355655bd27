import type { G711Name } from '../../rtp/g711.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Direction, isReceiving, isSending, mirrored } from '../../sip/sdp/index.ts';
import {
  DEFAULT_CODECS,
  EVENT_PAYLOAD_TYPE,
  expectsAudio,
  type LocalAudio,
  type MediaAddress,
  type RemoteAudio,
  readAudio,
  readServerSdp,
  writeAudio,
} from '../audio-sdp.ts';
import { MediaNegotiationError } from '../errors.ts';
import type { EndpointOptions } from '../media.ts';
import type { MediaLeg } from './media-leg.ts';
import { PartySource, type Seen } from './party-source.ts';

/** RFC 863: where a channel sends before it has a far end. */
const DISCARD_PORT = 9;
/** Packets of strangers until FreeSWITCH would follow them all the same: the most that it can count. */
const NEVER = 65_535;

/** SDP that sets up a channel before the far end is known; it is sent nothing, for nothing plays yet. */
export function firstSdp(address: string): string {
  return toServer({ address, port: DISCARD_PORT }, 1, 'PCMA', EVENT_PAYLOAD_TYPE);
}

/**
 * Offer and answer of one endpoint. What the far end sees is written here; FreeSWITCH is told only an address, one
 * codec and the payload type of events, by re-INVITE. It never learns of directions: it would start its own hold logic.
 * On a server that can refuse strangers, the address is the one of {@link PartySource}.
 */
export class Negotiation {
  /** The far end's SDP in force; undefined before the first. */
  party: RemoteAudio | undefined;
  /** Packets of the party, strangers' left out where that is known. */
  heard = 0;
  readonly #clock: Clock;
  readonly #leg: MediaLeg;
  readonly #options: EndpointOptions;
  readonly #codecs: readonly G711Name[];
  #local: MediaAddress;
  #version = 0;
  #told = 1;
  #source: PartySource | undefined;
  /** FreeSWITCH takes packets from anybody, as far as is known. */
  #isOpen = false;
  /** FreeSWITCH has not been told yet what the source is now. */
  #isStale = false;

  constructor(clock: Clock, leg: MediaLeg, firstAnswer: string, options: EndpointOptions) {
    this.#clock = clock;
    this.#leg = leg;
    this.#options = options;
    this.#codecs = options.codecs ?? DEFAULT_CODECS;
    this.#local = readServerSdp(firstAnswer).at;
  }

  /** Whether the far end wants to be sent audio. */
  get hears(): boolean {
    return this.party === undefined || isReceiving(this.party.direction);
  }

  /** Whether the far end may send audio. */
  get speaks(): boolean {
    return this.party === undefined || isSending(this.party.direction);
  }

  /** Whether strangers may be among those that FreeSWITCH hears, now or as soon as it is told: nothing of it may pass. */
  get isShut(): boolean {
    return this.#isOpen || this.#source?.isOpen === true;
  }

  /** Where the party sends from, or is expected to. */
  get partyAt(): MediaAddress | undefined {
    return this.#source?.told ?? this.party?.remote;
  }

  get inbandDigits(): boolean {
    const { digits = 'auto' } = this.#options;
    return this.party !== undefined && digits !== 'rfc4733';
  }

  offer(direction: Direction): string {
    const { party } = this;
    const codecs = party ? [party.codec] : this.#codecs;
    const eventPayloadType = party ? party.eventPayloadType : EVENT_PAYLOAD_TYPE;
    return this.#write({ codecs, eventPayloadType, direction });
  }

  /** @param beforeOpen shuts what must be shut before FreeSWITCH takes packets from elsewhere */
  async accept(answerSdp: string, beforeOpen: () => Promise<void>): Promise<void> {
    await this.#take(answerSdp, beforeOpen);
  }

  /** @param beforeOpen as in {@link accept} */
  async answer(offerSdp: string, beforeOpen: () => Promise<void>): Promise<string> {
    const party = await this.#take(offerSdp, beforeOpen);
    const { codec, eventPayloadType, direction } = party;
    return this.#write({ codecs: [codec], eventPayloadType, direction: mirrored(direction) }, party);
  }

  /** Takes what FreeSWITCH says of the party's stream; true: {@link follow} is due. */
  look(seen: Seen): boolean {
    if (!this.#source) {
      this.heard = seen.packets;
      return false;
    }
    const expects = expectsAudio(this.party);
    if (this.#source.look(seen, expects, this.#clock.monotonic())) this.#isStale = true;
    this.heard += this.#source.came;
    return this.#isStale;
  }

  /** The party sends from elsewhere, or may: tells FreeSWITCH. */
  async follow(): Promise<void> {
    const { party } = this;
    if (!party) return;
    // a window that closed by itself sends to where it found the party: only that it stays so is to be said
    if (this.#source?.isOpen) await this.#tell(party);
    else await this.#setWindow(false);
    this.#isStale = false;
  }

  async #take(text: string, beforeOpen: () => Promise<void>): Promise<RemoteAudio> {
    const { profile } = this.#options;
    if (profile === 'srtp' || profile === 'webrtc') {
      throw new MediaNegotiationError('this engine carries plain RTP only (capabilities.srtp, .webrtc)');
    }
    const party = readAudio(text, this.#codecs, 'rtp');
    const before = this.#source;
    this.#source = this.#sourceOf(party);
    try {
      if (this.isShut) await beforeOpen();
      await this.#tell(party);
    } catch (error) {
      this.#source = before;
      throw new MediaNegotiationError('FreeSWITCH refused the SDP', { cause: error });
    }
    this.party = party;
    this.#isStale = false;
    return party;
  }

  /** Undefined: the server takes packets from anybody in any case, or SDP names no address. */
  #sourceOf({ remote }: RemoteAudio): PartySource | undefined {
    if (!this.#leg.server.refusesStrangers || !remote) return undefined;
    if (this.#source?.isOf(remote)) return this.#source;
    const { signallingAddress } = this.#options;
    return new PartySource(remote, signallingAddress, this.#clock.monotonic(), this.#isOpen);
  }

  async #tell({ remote, codec, eventPayloadType }: RemoteAudio): Promise<void> {
    const source = this.#source;
    if (source) await this.#setWindow(source.isOpen);
    const at = source?.told ?? remote ?? { address: this.#local.address, port: DISCARD_PORT };
    // an address that it has already ("Audio params are unchanged") opens no window
    if (source?.isOpen && at.port !== DISCARD_PORT) {
      const nowhere = { address: at.address, port: DISCARD_PORT };
      await this.#leg.reoffer(toServer(nowhere, ++this.#told, codec, eventPayloadType));
    }
    const answer = await this.#leg.reoffer(toServer(at, ++this.#told, codec, eventPayloadType));
    this.#local = readServerSdp(answer).at;
  }

  /** The window opens at the next re-INVITE, and with it every one until it is said otherwise. */
  async #setWindow(open: boolean): Promise<void> {
    if (open) this.#isOpen = true;
    const settings = open
      ? `disable_rtp_auto_adjust=false;rtp_auto_adjust_threshold=${NEVER};remote_audio_port=`
      : 'disable_rtp_auto_adjust=true';
    await this.#leg.order('uuid_setvar_multi', settings);
    this.#isOpen = open;
  }

  // RFC 3264 8: the version counts up with every change
  #write(audio: Pick<LocalAudio, 'codecs' | 'eventPayloadType' | 'direction'>, offer?: RemoteAudio): string {
    return writeAudio({ ...audio, at: this.#local, id: 1, version: ++this.#version }, offer);
  }
}

function toServer(
  at: MediaAddress,
  version: number,
  codec: G711Name,
  eventPayloadType: number | undefined,
): string {
  return writeAudio({ at, id: 1, version, codecs: [codec], eventPayloadType, direction: 'sendrecv' });
}
