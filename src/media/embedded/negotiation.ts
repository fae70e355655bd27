import type { G711Name } from '../../rtp/g711.ts';
import { MediaNegotiationError } from '../errors.ts';
import type { EndpointOptions } from '../media.ts';
import { type AudioSection, type Direction, readRemoteSdp, writeLocalSdp } from './audio-sdp.ts';
import type { StreamTerms } from './protocol.ts';

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

/** Where our media is reached. */
export interface LocalAddress {
  readonly address: string;
  readonly port: number;
}

/**
 * Offer and answer of one endpoint (RFC 3264). Each step gives the SDP to send and the terms that hold from then on;
 * a step that throws changes nothing.
 */
export class Negotiation {
  readonly #local: LocalAddress;
  readonly #codecs: readonly G711Name[];
  readonly #digits: 'rfc4733' | 'inband' | 'auto';
  readonly #id: number;
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
  }

  /** Our offer. `direction` as seen by us. */
  offer(direction: Direction): string {
    this.#offered = direction;
    return this.#write({ laws: this.#law ? [this.#law] : this.#codecs, direction, event: this.#ownEvent });
  }

  /** The answer to {@link offer}. Throws MediaNegotiationError. */
  accept(answerSdp: string): StreamTerms {
    if (this.#offered === undefined) throw new MediaNegotiationError('answer without an offer of ours');
    const { audio } = readRemoteSdp(answerSdp);
    const law = this.#chooseLaw(audio);
    const terms = this.#terms(audio, law, both(this.#offered, MIRROR[audio.direction]), this.#ownEvent);
    this.#offered = undefined;
    this.#law = law;
    return terms;
  }

  /** Answers the far end's offer. Throws MediaNegotiationError. */
  answer(offerSdp: string): { readonly sdp: string; readonly terms: StreamTerms } {
    const { audio, media } = readRemoteSdp(offerSdp);
    const law = this.#chooseLaw(audio);
    const direction = MIRROR[audio.direction];
    const event = this.#digits === 'inband' ? undefined : audio.eventPayloadType;
    const terms = this.#terms(audio, law, direction, event);
    this.#law = law;
    const answering = { media, index: audio.index };
    const packetMs = terms.packetSamples / SAMPLES_A_MS;
    const sdp = this.#write({ laws: [law], direction, event, answering, packetMs, rtcpMux: audio.rtcpMux });
    return { sdp, terms };
  }

  get #ownEvent(): number | undefined {
    return this.#digits === 'inband' ? undefined : EVENT_PAYLOAD_TYPE;
  }

  #chooseLaw({ laws }: AudioSection): G711Name {
    const law = this.#codecs.find((codec) => laws.includes(codec));
    if (!law) throw new MediaNegotiationError(`no common codec: wants ${this.#codecs.join(' or ')}`);
    return law;
  }

  #terms(audio: AudioSection, law: G711Name, direction: Direction, eventIn: number | undefined): StreamTerms {
    const { address, port, rtcpPort, rtcpMux, eventPayloadType, packetMs = DEFAULT_PACKET_MS } = audio;
    // RFC 3264 8.4: 0.0.0.0 is the old way of hold
    const held = address === '0.0.0.0' || address === '::';
    const events = this.#digits !== 'inband' && eventPayloadType !== undefined;
    return {
      remote: held ? undefined : { address, port, rtcpPort },
      law,
      packetSamples: Math.min(60, Math.max(10, Math.round(packetMs / 10) * 10)) * SAMPLES_A_MS,
      eventIn: events ? eventIn : undefined,
      eventOut: events ? eventPayloadType : undefined,
      rtcpMux,
      send: !held && (direction === 'sendrecv' || direction === 'sendonly'),
      receive: direction === 'sendrecv' || direction === 'recvonly',
      inbandDigits: this.#digits === 'inband' || (this.#digits === 'auto' && !events),
    };
  }

  #write(part: {
    laws: readonly G711Name[];
    direction: Direction;
    event: number | undefined;
    packetMs?: number;
    rtcpMux?: boolean;
    answering?: { media: ReturnType<typeof readRemoteSdp>['media']; index: number };
  }): string {
    const { laws, direction, event, packetMs = DEFAULT_PACKET_MS, rtcpMux = false, answering } = part;
    return writeLocalSdp({
      ...this.#local,
      id: this.#id,
      version: ++this.#version,
      laws,
      direction,
      eventPayloadType: event,
      packetMs,
      rtcpMux,
      ...(answering && { answering }),
    });
  }
}

/** What both sides allow, as seen by us. */
function both(ours: Direction, theirs: Direction): Direction {
  const send = ours.startsWith('send') && theirs.startsWith('send');
  const receive =
    ours.endsWith('recv') || ours === 'recvonly' ? theirs.endsWith('recv') || theirs === 'recvonly' : false;
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}
