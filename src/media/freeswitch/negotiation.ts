import type { G711Name } from '../../rtp/g711.ts';
import { type Direction, isReceiving, isSending, mirrored } from '../../sip/sdp/index.ts';
import {
  DEFAULT_CODECS,
  EVENT_PAYLOAD_TYPE,
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

/** RFC 863: where a channel sends before it has a far end. */
const DISCARD_PORT = 9;

/** SDP that sets up a channel before the far end is known; it is sent nothing, for nothing plays yet. */
export function firstSdp(address: string): string {
  return toServer({ address, port: DISCARD_PORT }, 1, 'PCMA', EVENT_PAYLOAD_TYPE);
}

/**
 * Offer and answer of one endpoint. What the far end sees is written here; FreeSWITCH is told only an address, one
 * codec and the payload type of events, by re-INVITE. It never learns of directions: it would start its own hold logic.
 */
export class Negotiation {
  /** The far end's SDP in force; undefined before the first. */
  party: RemoteAudio | undefined;
  readonly #leg: MediaLeg;
  readonly #options: EndpointOptions;
  readonly #codecs: readonly G711Name[];
  #local: MediaAddress;
  #version = 0;
  #told = 1;

  constructor(leg: MediaLeg, firstAnswer: string, options: EndpointOptions) {
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

  async accept(answerSdp: string): Promise<void> {
    this.party = await this.#take(answerSdp);
  }

  async answer(offerSdp: string): Promise<string> {
    const party = await this.#take(offerSdp);
    this.party = party;
    const { codec, eventPayloadType, direction } = party;
    return this.#write({ codecs: [codec], eventPayloadType, direction: mirrored(direction) }, party);
  }

  async #take(text: string): Promise<RemoteAudio> {
    const { profile } = this.#options;
    if (profile === 'srtp' || profile === 'webrtc') {
      throw new MediaNegotiationError('this engine carries plain RTP only (capabilities.srtp, .webrtc)');
    }
    const party = readAudio(text, this.#codecs, 'rtp');
    const to = party.remote ?? { address: this.#local.address, port: DISCARD_PORT };
    const sdp = toServer(to, ++this.#told, party.codec, party.eventPayloadType);
    try {
      this.#local = readServerSdp(await this.#leg.reoffer(sdp)).at;
    } catch (error) {
      throw new MediaNegotiationError('FreeSWITCH refused the SDP', { cause: error });
    }
    return party;
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
