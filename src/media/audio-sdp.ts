/** The one G.711 stream of a call in SDP: what all engines read in the far end's, and write in ours. */
import { BlockList, isIP } from 'node:net';
import type { G711Name } from '../rtp/g711.ts';
import {
  type Direction,
  directionOf,
  formatOrigin,
  formatSdp,
  inheritedOf,
  isReceiving,
  longestPacketTimeOf,
  type MediaDescription,
  packetTimeOf,
  parseSdp,
  payloadTypeOf,
  type RtpAddress,
  refusedSection,
  rtpAddressOf,
  SdpError,
  type SessionDescription,
} from '../sip/sdp/index.ts';
import { MediaNegotiationError } from './errors.ts';
import type { MediaProfile } from './media.ts';

/** A-law first: it is China's G.711. */
export const DEFAULT_CODECS: readonly G711Name[] = ['PCMA', 'PCMU'];

/** Payload type of telephone-event in offers of ours. */
export const EVENT_PAYLOAD_TYPE = 101;

/** Milliseconds of audio in a packet when nobody asks for another time (RFC 3551 4.2). */
export const DEFAULT_PACKET_MS = 20;

/** Packets of 10 to 60 ms are sent, in steps of 10. */
const SHORTEST_PACKET_MS = 10;
const LONGEST_PACKET_MS = 60;

/** Of comfort noise (RFC 3389 4). */
const COMFORT_NOISE = '13';

/** RFC 3551 6. */
const PAYLOAD_TYPE: Readonly<Record<G711Name, string>> = { PCMA: '8', PCMU: '0' };

/** Of each codec, written once. */
const RTPMAP: Readonly<Record<G711Name, string>> = { PCMA: 'rtpmap:8 PCMA/8000', PCMU: 'rtpmap:0 PCMU/8000' };

/** How a stream is carried: plain, by keys in SDP (RFC 4568), or with ICE and DTLS-SRTP (RFC 5763). */
export type Carriage = Exclude<MediaProfile, 'any'>;

/** Protocols of m= lines that are understood. */
const IS_SECURE: ReadonlyMap<string, boolean> = new Map([
  ['RTP/AVP', false],
  ['RTP/AVPF', false],
  ['RTP/SAVP', true],
  ['RTP/SAVPF', true],
  ['UDP/TLS/RTP/SAVP', true],
  ['UDP/TLS/RTP/SAVPF', true],
]);

/** Addresses that no single far end has: multicast, broadcast and reserved ones, "this network" (RFC 6890). */
const NOBODY = new BlockList();
NOBODY.addSubnet('224.0.0.0', 3, 'ipv4');
NOBODY.addSubnet('0.0.0.0', 8, 'ipv4');
NOBODY.addSubnet('ff00::', 8, 'ipv6');

/** A far end's SDP and what we take of it. */
export interface RemoteAudio {
  readonly session: SessionDescription;
  /** The section that we take. */
  readonly section: MediaDescription;
  /** Where the far end receives; undefined: it holds, or ICE finds it. */
  readonly remote: RtpAddress | undefined;
  readonly carriage: Carriage;
  readonly codec: G711Name;
  /** Of telephone-event; undefined: the far end takes none. */
  readonly eventPayloadType: number | undefined;
  /** The far end names comfort noise (RFC 3389). */
  readonly comfortNoise: boolean;
  /** As seen by the far end. */
  readonly direction: Direction;
}

/**
 * Reads a far end's SDP: takes its first audio section that the profile carries, and of it the first of `codecs`.
 * Throws MediaNegotiationError when it is no SDP, nothing fits, or its address is no IP address.
 */
export function readAudio(sdp: string, codecs: readonly G711Name[], profile: MediaProfile): RemoteAudio {
  const session = parse(sdp);
  for (const section of session.media) {
    // RFC 3264 6: port 0 refuses the stream
    if (section.kind !== 'audio' || section.port === 0) continue;
    const carriage = carriageOf(session, section);
    if (carriage === undefined || (profile !== 'any' && profile !== carriage)) continue;
    const codec = codecs.find((name) => section.formats.includes(PAYLOAD_TYPE[name]));
    if (!codec) throw new MediaNegotiationError(`no common codec: wants ${codecs.join(' or ')}`);
    return {
      session,
      section,
      remote: remoteOf(session, section),
      carriage,
      codec,
      eventPayloadType: eventPayloadTypeOf(section),
      comfortNoise: section.formats.includes(COMFORT_NOISE),
      direction: directionOf(session, section),
    };
  }
  throw new MediaNegotiationError(`SDP has no audio that this endpoint can carry (${profile})`);
}

function parse(sdp: string): SessionDescription {
  try {
    return parseSdp(sdp);
  } catch (error) {
    if (!(error instanceof SdpError)) throw error;
    throw new MediaNegotiationError(error.message, { cause: error });
  }
}

function carriageOf(session: SessionDescription, section: MediaDescription): Carriage | undefined {
  const secure = IS_SECURE.get(section.protocol);
  if (!secure) return secure === undefined ? undefined : 'rtp';
  return inheritedOf(session, section, 'fingerprint').length === 0 ? 'srtp' : 'webrtc';
}

function remoteOf(session: SessionDescription, section: MediaDescription): RtpAddress | undefined {
  const remote = rtpAddressOf(session, section);
  if (remote === undefined || isIP(remote.address) === 0) {
    throw new MediaNegotiationError(`SDP has no usable address: ${remote?.address ?? 'no c= line'}`);
  }
  // RFC 3264 8.4: 0.0.0.0 is the old way of hold
  if (remote.address === '0.0.0.0' || remote.address === '::') return undefined;
  if (isNobodys(remote.address)) {
    throw new MediaNegotiationError(`SDP names ${remote.address}, which is nobody's address`);
  }
  return remote;
}

/** A BlockList makes an object outside of the heap for each question: the usual address is looked at without. */
function isNobodys(address: string): boolean {
  if (isIP(address) === 6) return NOBODY.check(address, 'ipv6');
  const net = Number.parseInt(address, 10);
  return net === 0 || net >= 224;
}

/**
 * Payload type of telephone-event (RFC 4733) in a section. A 101 that no rtpmap explains is one, too: gateways leave it out,
 * as if it were static.
 */
export function eventPayloadTypeOf(section: MediaDescription): number | undefined {
  return payloadTypeOf(section, 'telephone-event/8000') ?? unexplainedEvent(section);
}

function unexplainedEvent({ formats, attributes }: MediaDescription): number | undefined {
  const usual = String(EVENT_PAYLOAD_TYPE);
  const explained = attributes.some((line) => line.startsWith(`rtpmap:${usual} `));
  return formats.includes(usual) && !explained ? EVENT_PAYLOAD_TYPE : undefined;
}

/** Milliseconds a packet that a far end wants, as near as we can; never longer than its maxptime. */
export function packetMsOf(section: MediaDescription): number {
  const wanted = Math.round((packetTimeOf(section) ?? DEFAULT_PACKET_MS) / 10) * 10;
  const longest = Math.floor((longestPacketTimeOf(section) ?? LONGEST_PACKET_MS) / 10) * 10;
  return Math.max(SHORTEST_PACKET_MS, Math.min(wanted, longest, LONGEST_PACKET_MS));
}

/** Whether a party should send: on hold, by either side, phones differ in that, so silence then means nothing. */
export function expectsAudio(party: RemoteAudio | undefined): boolean {
  if (party?.direction !== 'sendrecv') return false;
  return party.remote !== undefined || party.carriage === 'webrtc';
}

/** Whether a party holds: it takes no audio (RFC 3264 8.4). */
export function holds(party: RemoteAudio | undefined): boolean {
  if (!party) return false;
  const reachable = party.remote !== undefined || party.carriage === 'webrtc';
  return !reachable || !isReceiving(party.direction);
}

/** Where media is received. */
export interface MediaAddress {
  /** IPv4 or IPv6 literal. */
  readonly address: string;
  readonly port: number;
}

/** What an SDP with one audio section says. */
export interface LocalAudio {
  /** Where the writer wants its media. */
  readonly at: MediaAddress;
  /** Of the session: stays, while the version grows by one each time (RFC 8866 5.2). */
  readonly id: number;
  readonly version: number;
  /** In order of preference. */
  readonly codecs: readonly G711Name[];
  /** Of telephone-event; undefined: none is taken. */
  readonly eventPayloadType: number | undefined;
  /** As seen by the writer. */
  readonly direction: Direction;
  readonly packetMs?: number;
  /** Comfort noise is taken; default false. */
  readonly comfortNoise?: boolean;
  /** Of the m= line; default RTP/AVP. */
  readonly protocol?: string;
  /** More attributes of the session, and of the section. */
  readonly sessionAttributes?: readonly string[];
  readonly sectionAttributes?: readonly string[];
}

/** Writes an SDP with one audio section: an offer, or the answer to `offer` with all its other sections refused. */
export function writeAudio(local: LocalAudio, offer?: RemoteAudio): string {
  const { at, id, version, sessionAttributes: attributes = [] } = local;
  const section = audioSection(local);
  return formatSdp({
    origin: formatOrigin(id, version, at.address),
    address: at.address,
    attributes,
    media: offer ? answerSections(offer, section) : [section],
  });
}

/** RFC 3264 6: an answer has as many sections as its offer, in the same order. */
export function answerSections({ session, section }: RemoteAudio, answer: MediaDescription) {
  return session.media.map((offered) => (offered === section ? answer : refusedSection(offered)));
}

function audioSection(local: LocalAudio): MediaDescription {
  const { at, codecs, eventPayloadType: event, direction, packetMs = DEFAULT_PACKET_MS } = local;
  const attributes = codecs.map((codec) => RTPMAP[codec]);
  // RFC 4733 2.4.1: the sixteen digits
  if (event !== undefined) attributes.push(`rtpmap:${event} telephone-event/8000`, `fmtp:${event} 0-15`);
  if (local.comfortNoise) attributes.push(`rtpmap:${COMFORT_NOISE} CN/8000`);
  attributes.push(`ptime:${packetMs}`, direction);
  if (local.sectionAttributes) attributes.push(...local.sectionAttributes);
  const { protocol = 'RTP/AVP' } = local;
  const formats = formatsOf(codecs, event);
  if (local.comfortNoise) formats.push(COMFORT_NOISE);
  return { kind: 'audio', port: at.port, protocol, formats, address: undefined, attributes };
}

/** Payload types of an m= line. */
export function formatsOf(codecs: readonly G711Name[], eventPayloadType: number | undefined): string[] {
  const formats = codecs.map((codec) => PAYLOAD_TYPE[codec]);
  if (eventPayloadType !== undefined) formats.push(String(eventPayloadType));
  return formats;
}

/** An SDP that a media server wrote, with its one section. */
export interface ServerSdp {
  readonly session: SessionDescription;
  readonly section: MediaDescription;
  /** Where the server receives. */
  readonly at: MediaAddress;
}

/** Reads an SDP of a media server. Throws MediaNegotiationError when it names no address. */
export function readServerSdp(sdp: string | undefined): ServerSdp {
  const session = parse(sdp ?? '');
  const section = session.media[0];
  const at = section && rtpAddressOf(session, section);
  if (!at?.port) throw new MediaNegotiationError('the media server gave an SDP without an address');
  return { session, section: section!, at };
}
