import type { G711Name } from '../../rtp/g711.ts';
import { MediaNegotiationError } from '../errors.ts';
import type { EndpointOptions } from '../media.ts';
import {
  type AudioSection,
  type Direction,
  type LocalAddress,
  readRemoteSdp,
  type SecurityLines,
  writeLocalSdp,
} from './audio-sdp.ts';
import type { DtlsIdentity } from './dtls-identity.ts';
import type { RemoteAddress, SecurityTerms, StreamTerms } from './protocol.ts';
import { SecurityNegotiation } from './security-negotiation.ts';

const DEFAULT_CODECS: readonly G711Name[] = ['PCMA', 'PCMU'];
const EVENT_PAYLOAD_TYPE = 101;
const DEFAULT_PACKET_MS = 20;
const SAMPLES_A_MS = 8;

const MIRROR: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/** SDP names no address that counts: packets go nowhere until ICE finds the far end. */
const FOUND_BY_ICE: RemoteAddress = { address: '0.0.0.0', port: 0, rtcpPort: 0 };

/**
 * Offer and answer of one endpoint (RFC 3264). Each step gives the SDP to send and the terms that hold from then on;
 * a step that throws changes nothing.
 */
export class Negotiation {
  readonly #local: LocalAddress;
  readonly #codecs: readonly G711Name[];
  readonly #digits: 'rfc4733' | 'inband' | 'auto';
  readonly #id: number;
  readonly #security: SecurityNegotiation;
  #version = 0;
  #offered: Direction | undefined;
  /** Agreed before: later offers of ours keep it. */
  #law: G711Name | undefined;

  /** @param id the SDP's session id */
  constructor(local: LocalAddress, options: EndpointOptions, id: number) {
    this.#local = local;
    this.#codecs = options.codecs ?? DEFAULT_CODECS;
    this.#digits = options.digits ?? 'auto';
    this.#id = id;
    this.#security = new SecurityNegotiation(options.profile ?? 'any');
  }

  /** Whether a certificate is needed before the next offer, or before `offerSdp` is answered. */
  needsIdentity(offerSdp?: string): boolean {
    return this.#security.needsIdentity(offerSdp);
  }

  set identity(identity: DtlsIdentity) {
    this.#security.identity = identity;
  }

  /** Our offer. `direction` as seen by us. */
  offer(direction: Direction): string {
    this.#offered = direction;
    const security = this.#security.offer(this.#local);
    const rtcpMux = security.protocol.startsWith('UDP/TLS/');
    const laws = this.#law ? [this.#law] : this.#codecs;
    return this.#write({ laws, direction, event: this.#ownEvent, rtcpMux, security });
  }

  /** The answer to {@link offer}. Throws MediaNegotiationError. */
  accept(answerSdp: string): StreamTerms {
    if (this.#offered === undefined) throw new MediaNegotiationError('answer without an offer of ours');
    const { audio } = this.#read(answerSdp);
    const law = this.#chooseLaw(audio);
    const direction = both(this.#offered, MIRROR[audio.direction]);
    const terms = this.#terms(audio, law, direction, this.#ownEvent, this.#security.accept(audio));
    this.#offered = undefined;
    this.#law = law;
    return terms;
  }

  /** Answers the far end's offer. Throws MediaNegotiationError. */
  answer(offerSdp: string): { readonly sdp: string; readonly terms: StreamTerms } {
    const { audio, media } = this.#read(offerSdp);
    const law = this.#chooseLaw(audio);
    const direction = MIRROR[audio.direction];
    const event = this.#digits === 'inband' ? undefined : audio.eventPayloadType;
    const secured = this.#security.answer(audio, this.#local);
    const terms = this.#terms(audio, law, direction, event, secured.terms);
    this.#law = law;
    const answering = { media, index: audio.index };
    const packetMs = terms.packetSamples / SAMPLES_A_MS;
    const { rtcpMux } = audio;
    const security = secured.lines;
    const sdp = this.#write({ laws: [law], direction, event, answering, packetMs, rtcpMux, security });
    return { sdp, terms };
  }

  #read(sdp: string) {
    return readRemoteSdp(sdp, (protocol) => this.#security.accepts(protocol));
  }

  get #ownEvent(): number | undefined {
    return this.#digits === 'inband' ? undefined : EVENT_PAYLOAD_TYPE;
  }

  #chooseLaw({ laws }: AudioSection): G711Name {
    const law = this.#codecs.find((codec) => laws.includes(codec));
    if (!law) throw new MediaNegotiationError(`no common codec: wants ${this.#codecs.join(' or ')}`);
    return law;
  }

  #terms(
    audio: AudioSection,
    law: G711Name,
    direction: Direction,
    eventIn: number | undefined,
    security: SecurityTerms | undefined,
  ): StreamTerms {
    const { rtcpMux, eventPayloadType, packetMs = DEFAULT_PACKET_MS } = audio;
    const remote = security?.kind === 'dtls' ? FOUND_BY_ICE : remoteOf(audio);
    const events = this.#digits !== 'inband' && eventPayloadType !== undefined;
    return {
      remote,
      law,
      packetSamples: Math.min(60, Math.max(10, Math.round(packetMs / 10) * 10)) * SAMPLES_A_MS,
      eventIn: events ? eventIn : undefined,
      eventOut: events ? eventPayloadType : undefined,
      rtcpMux,
      security,
      send: remote !== undefined && (direction === 'sendrecv' || direction === 'sendonly'),
      receive: direction === 'sendrecv' || direction === 'recvonly',
      inbandDigits: this.#digits === 'inband' || (this.#digits === 'auto' && !events),
    };
  }

  #write(part: {
    laws: readonly G711Name[];
    direction: Direction;
    event: number | undefined;
    packetMs?: number;
    rtcpMux: boolean;
    security: SecurityLines;
    answering?: { media: ReturnType<typeof readRemoteSdp>['media']; index: number };
  }): string {
    const { laws, direction, event, packetMs = DEFAULT_PACKET_MS, rtcpMux, security, answering } = part;
    return writeLocalSdp({
      ...this.#local,
      id: this.#id,
      version: ++this.#version,
      laws,
      direction,
      eventPayloadType: event,
      packetMs,
      rtcpMux,
      security,
      ...(answering && { answering }),
    });
  }
}

/** Where the far end wants its packets; undefined: it holds. */
function remoteOf({ address, port, rtcpPort }: AudioSection): RemoteAddress | undefined {
  // RFC 3264 8.4: 0.0.0.0 is the old way of hold
  return address === '0.0.0.0' || address === '::' ? undefined : { address, port, rtcpPort };
}

/** What both sides allow, as seen by us. */
function both(ours: Direction, theirs: Direction): Direction {
  const send = ours.startsWith('send') && theirs.startsWith('send');
  const receive =
    ours.endsWith('recv') || ours === 'recvonly' ? theirs.endsWith('recv') || theirs === 'recvonly' : false;
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}
