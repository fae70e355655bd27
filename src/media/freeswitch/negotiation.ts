import { MediaNegotiationError } from '../errors.ts';
import type { EndpointOptions } from '../media.ts';
import {
  addressOf,
  type Codec,
  type Direction,
  forParty,
  innerSdp,
  mirror,
  type PartySdp,
  type RtpAddress,
  readParty,
} from '../party-sdp.ts';
import type { MediaLeg } from './media-leg.ts';

const DEFAULT_CODECS: readonly Codec[] = ['PCMA', 'PCMU'];
const EVENT_PAYLOAD = '101';
/** RFC 863: where a channel sends before it has a far end. */
const DISCARD_PORT = 9;

/** SDP that sets up a channel before the far end is known; it is sent nothing, for nothing plays yet. */
export function firstSdp(host: string): string {
  return innerSdp({ host, port: DISCARD_PORT }, 1, ['PCMA'], EVENT_PAYLOAD, 'sendrecv');
}

/**
 * Offer and answer of one endpoint. What the far end sees is written here; FreeSWITCH is told only an address, one
 * codec and the payload type of events, by re-INVITE. It never learns of directions: it would start its own hold logic.
 */
export class Negotiation {
  /** The far end's SDP in force; undefined before the first. */
  party: PartySdp | undefined;
  readonly #leg: MediaLeg;
  readonly #options: EndpointOptions;
  readonly #codecs: readonly Codec[];
  #local: RtpAddress;
  #version = 0;
  #told = 1;

  constructor(leg: MediaLeg, firstAnswer: string, options: EndpointOptions) {
    this.#leg = leg;
    this.#options = options;
    this.#codecs = options.codecs ?? DEFAULT_CODECS;
    this.#local = addressOf(firstAnswer);
  }

  /** Whether the far end wants to be sent audio. */
  get hears(): boolean {
    return this.party?.direction !== 'sendonly' && this.party?.direction !== 'inactive';
  }

  /** Whether the far end may send audio. */
  get speaks(): boolean {
    return this.party?.direction !== 'recvonly' && this.party?.direction !== 'inactive';
  }

  get inbandDigits(): boolean {
    const { digits = 'auto' } = this.#options;
    if (!this.party || digits === 'rfc4733') return false;
    return digits === 'inband' || this.party.eventPayload === undefined;
  }

  offer(direction: Direction): string {
    const codecs = this.party ? [this.party.codec] : this.#codecs;
    const events = this.party ? this.party.eventPayload : EVENT_PAYLOAD;
    return this.#write(innerSdp(this.#local, 1, codecs, events, direction));
  }

  async accept(answerSdp: string): Promise<void> {
    this.party = await this.#take(answerSdp);
  }

  async answer(offerSdp: string): Promise<string> {
    const party = await this.#take(offerSdp);
    this.party = party;
    const { codec, eventPayload, direction, refused } = party;
    return this.#write(innerSdp(this.#local, 1, [codec], eventPayload, mirror(direction)), refused);
  }

  async #take(text: string): Promise<PartySdp> {
    const party = readParty(text, this.#codecs);
    if (party.carriage !== 'rtp' || this.#options.profile === 'srtp' || this.#options.profile === 'webrtc') {
      throw new MediaNegotiationError('this engine carries plain RTP only (capabilities.srtp, .webrtc)');
    }
    const to = farAddress(party.sdp, this.#local);
    const sdp = innerSdp(to, ++this.#told, [party.codec], party.eventPayload, 'sendrecv');
    try {
      this.#local = addressOf(await this.#leg.reoffer(sdp));
    } catch (error) {
      throw new MediaNegotiationError('FreeSWITCH refused the SDP', { cause: error });
    }
    return party;
  }

  // RFC 3264 8: the version counts up with every change
  #write(sdp: string, refused?: PartySdp['refused']): string {
    return forParty(sdp, { id: '1', version: ++this.#version }, refused);
  }
}

/** Where the far end receives; the connection line of its audio section counts before that of the session. */
function farAddress(sdp: string, local: RtpAddress): RtpAddress {
  const lines = [...sdp.matchAll(/^c=IN IP[46] ([^\s/]+)/gm)];
  const host = lines.at(-1)?.[1];
  const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
  if (!host || !(port > 0 && port < 65536)) throw new MediaNegotiationError('SDP names no address');
  // RFC 2543 hold, RFC 3264 8.4: an address of zeros means to send nothing
  if (host === '0.0.0.0' || host === '::') return { host: local.host, port: DISCARD_PORT };
  return { host, port };
}
