import type { G711Name } from '../../rtp/g711.ts';
import {
  agreedDirection,
  type Direction,
  hasRtcpMux,
  isReceiving,
  isSending,
  mirrored,
} from '../../sip/sdp/index.ts';
import {
  DEFAULT_CODECS,
  DEFAULT_PACKET_MS,
  EVENT_PAYLOAD_TYPE,
  type LocalAudio,
  type MediaAddress,
  packetMsOf,
  type RemoteAudio,
  readAudio,
  writeAudio,
} from '../audio-sdp.ts';
import { MediaNegotiationError } from '../errors.ts';
import type { EndpointOptions, MediaProfile } from '../media.ts';
import type { DtlsIdentity } from './dtls-identity.ts';
import type { OwnPorts } from './own-ports.ts';
import type { RemoteAddress, SecurityTerms, StreamTerms } from './protocol.ts';
import { type SecurityAttributes, SecurityNegotiation } from './security-negotiation.ts';

const SAMPLES_A_MS = 8;

/** How a far end wants its audio packed; with the same on both sides of a bridge nothing needs to be changed. */
export interface Packing {
  readonly packetMs: number;
  readonly comfortNoise: boolean;
}
const USUAL_PACKING: Packing = { packetMs: DEFAULT_PACKET_MS, comfortNoise: false };

/** SDP names no address that counts: packets go nowhere until ICE finds the far end. */
const FOUND_BY_ICE: RemoteAddress = { address: '0.0.0.0', port: 0, rtcpPort: 0 };

/**
 * Offer and answer of one endpoint (RFC 3264). Each step gives the SDP to send and the terms that hold from then on;
 * a step that throws changes nothing.
 */
export class Negotiation {
  readonly #local: MediaAddress;
  readonly #codecs: readonly G711Name[];
  readonly #digits: 'rfc4733' | 'inband' | 'auto';
  readonly #profile: MediaProfile;
  readonly #id: number;
  readonly #security: SecurityNegotiation;
  #version = 0;
  #offered: Direction | undefined;
  /** Agreed before: later offers of ours keep it. */
  #law: G711Name | undefined;
  /** Payload type of events that was agreed first. */
  #event: number | undefined;
  readonly #own: Pick<OwnPorts, 'has'> | undefined;
  readonly #near: Negotiation | undefined;
  #packing: Packing | undefined;
  #offeredNoise = false;
  /** The far end takes no audio, by what was agreed last. */
  farEndHolds = false;

  /**
   * @param id the SDP's session id
   * @param own what a far end may not name as its address
   * @param near of the party that this one will be bridged with: it is offered the same packing
   */
  constructor(
    local: MediaAddress,
    options: EndpointOptions,
    id: number,
    own?: Pick<OwnPorts, 'has'>,
    near?: Negotiation,
  ) {
    this.#own = own;
    this.#near = near;
    this.#local = local;
    this.#codecs = options.codecs ?? DEFAULT_CODECS;
    this.#digits = options.digits ?? 'auto';
    this.#id = id;
    this.#profile = options.profile ?? 'any';
    this.#security = new SecurityNegotiation(this.#profile);
  }

  /** Whether a certificate is needed before the next offer, or before `offerSdp` is answered. */
  needsIdentity(offerSdp?: string): boolean {
    return this.#security.needsIdentity(offerSdp);
  }

  set identity(identity: DtlsIdentity) {
    this.#security.identity = identity;
  }

  /** What the far end wants; undefined before the first agreement. */
  get packing(): Packing | undefined {
    return this.#packing;
  }

  /** Our offer. `direction` as seen by us. */
  offer(direction: Direction): string {
    this.#offered = direction;
    const security = this.#security.offer(this.#local);
    const rtcpMux = security.protocol.startsWith('UDP/TLS/');
    const codecs = this.#law ? [this.#law] : this.#codecs;
    const packing = this.#near?.packing ?? this.#packing ?? USUAL_PACKING;
    this.#offeredNoise = packing.comfortNoise;
    return this.#write(
      { codecs, direction, eventPayloadType: this.#ownEvent, ...packing },
      rtcpMux,
      security,
    );
  }

  /** The answer to {@link offer}. Throws MediaNegotiationError. */
  accept(answerSdp: string): StreamTerms {
    if (this.#offered === undefined) throw new MediaNegotiationError('answer without an offer of ours');
    const answer = this.#read(answerSdp);
    const direction = agreedDirection(this.#offered, answer.direction);
    const terms = this.#terms(answer, direction, this.#offeredEvents(answer), this.#security.accept(answer));
    this.#offered = undefined;
    this.#law = answer.codec;
    // RFC 3264 6.1: only what was offered
    return this.#agree({ ...terms, comfortNoise: terms.comfortNoise && this.#offeredNoise });
  }

  /** Answers the far end's offer. Throws MediaNegotiationError. */
  answer(offerSdp: string): { readonly sdp: string; readonly terms: StreamTerms } {
    const offer = this.#read(offerSdp);
    const { codec, section } = offer;
    const direction = mirrored(offer.direction);
    const eventPayloadType = this.#digits === 'inband' ? undefined : offer.eventPayloadType;
    const secured = this.#security.answer(offer, this.#local);
    const eventsIn = eventPayloadType === undefined ? [] : [eventPayloadType];
    const terms = this.#terms(offer, direction, eventsIn, secured.terms);
    this.#law = codec;
    this.#agree(terms);
    const audio = { codecs: [codec], direction, eventPayloadType, ...this.#packing };
    const sdp = this.#write(audio, hasRtcpMux(section), secured.attributes, offer);
    return { sdp, terms };
  }

  #agree(terms: StreamTerms): StreamTerms {
    const { packetSamples, comfortNoise } = terms;
    this.#packing = { packetMs: packetSamples / SAMPLES_A_MS, comfortNoise };
    this.#event ??= terms.eventsIn[0];
    this.farEndHolds = !terms.send;
    return terms;
  }

  #read(sdp: string): RemoteAudio {
    const audio = readAudio(sdp, this.#codecs, this.#profile);
    const { remote } = audio;
    if (remote && audio.carriage !== 'webrtc' && this.#own?.has(remote)) {
      throw new MediaNegotiationError(`SDP names a port of ours: ${remote.address} ${remote.port}`);
    }
    return audio;
  }

  /** RFC 3264 8.3.2: a number keeps its meaning for the session. */
  get #ownEvent(): number | undefined {
    return this.#digits === 'inband' ? undefined : (this.#event ?? EVENT_PAYLOAD_TYPE);
  }

  /** RFC 3264 6.1: the far end sends with our number; those that answer with their own send with that. */
  #offeredEvents({ eventPayloadType }: RemoteAudio): number[] {
    const own = this.#ownEvent;
    if (own === undefined || eventPayloadType === undefined) return [];
    return own === eventPayloadType ? [own] : [own, eventPayloadType];
  }

  #terms(
    { section, codec, eventPayloadType, comfortNoise, remote: named }: RemoteAudio,
    direction: Direction,
    eventsIn: readonly number[],
    security: SecurityTerms | undefined,
  ): StreamTerms {
    const remote = security?.kind === 'dtls' ? FOUND_BY_ICE : named;
    return {
      remote,
      law: codec,
      packetSamples: packetMsOf(section) * SAMPLES_A_MS,
      // browsers name it always, and then take tones and music for pauses
      comfortNoise: comfortNoise && security?.kind !== 'dtls',
      eventsIn,
      eventOut: eventsIn.length > 0 ? eventPayloadType : undefined,
      rtcpMux: hasRtcpMux(section),
      security,
      send: remote !== undefined && isSending(direction),
      receive: isReceiving(direction),
      inbandDigits: this.#digits !== 'rfc4733',
    };
  }

  #write(
    audio: Pick<LocalAudio, 'codecs' | 'direction' | 'eventPayloadType' | 'packetMs' | 'comfortNoise'>,
    rtcpMux: boolean,
    { protocol, session, section }: SecurityAttributes,
    offer?: RemoteAudio,
  ): string {
    const sectionAttributes = rtcpMux ? ['rtcp-mux', ...section] : section;
    const own = { at: this.#local, id: this.#id, version: ++this.#version };
    return writeAudio({ ...audio, ...own, protocol, sessionAttributes: session, sectionAttributes }, offer);
  }
}
