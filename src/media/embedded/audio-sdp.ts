/** The SDP of one audio stream: what the embedded engine offers, answers and understands (RFC 8866, RFC 3264). */
import { isIP } from 'node:net';
import type { G711Name } from '../../rtp/g711.ts';
import { MediaNegotiationError } from '../errors.ts';

/** As seen by the side that writes it (RFC 8866 6.7). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** One media section of a far end's SDP. */
export interface SdpMedia {
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  /** Lines of the section after its m line, without line ends. */
  readonly lines: readonly string[];
}

/** What a far end's audio section says. */
export interface AudioSection {
  /** Place among the media sections: an answer has as many (RFC 3264 6). */
  readonly index: number;
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  readonly rtcpMux: boolean;
  readonly direction: Direction;
  /** G.711 payload types, in the far end's order. */
  readonly laws: readonly G711Name[];
  readonly eventPayloadType: number | undefined;
  readonly packetMs: number | undefined;
  /** Of the m line: RTP/AVP, RTP/SAVP and the like. */
  readonly protocol: string;
  /** Lines that hold for the section, its own before those of the session. */
  readonly attributes: readonly string[];
}

const STATIC_LAWS: Readonly<Record<string, G711Name>> = { '8': 'PCMA', '0': 'PCMU' };
const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

/** A far end's SDP, read once. */
export interface RemoteSdp {
  readonly media: readonly SdpMedia[];
  readonly audio: AudioSection;
}

/**
 * Reads an SDP with at least one audio section over a protocol that `accepts` takes. Throws MediaNegotiationError when
 * there is none, or its address is no IP address.
 */
export function readRemoteSdp(text: string, accepts: (protocol: string) => boolean): RemoteSdp {
  const lines = text.split(/\r?\n/);
  const firstMedia = lines.findIndex((line) => line.startsWith('m='));
  if (!text.startsWith('v=0') || firstMedia < 0) throw new MediaNegotiationError('SDP has no media section');
  const head = lines.slice(0, firstMedia);
  const media: SdpMedia[] = [];
  for (let at = firstMedia; at < lines.length; ) {
    let end = at + 1;
    while (end < lines.length && !lines[end]!.startsWith('m=')) end++;
    media.push(readMedia(lines[at]!, lines.slice(at + 1, end)));
    at = end;
  }
  // RFC 3264 6: port 0 refuses a stream
  const index = media.findIndex(
    ({ kind, port, protocol }) => kind === 'audio' && port !== 0 && accepts(protocol),
  );
  if (index < 0) throw new MediaNegotiationError('SDP has no audio that this endpoint can carry');
  return { media, audio: readAudio(index, media[index]!, head) };
}

function readMedia(line: string, lines: readonly string[]): SdpMedia {
  const [kind = '', port = '', protocol = '', ...formats] = line.slice(2).trim().split(/\s+/);
  const number = Number.parseInt(port, 10);
  if (!(number >= 0 && number <= 65535)) throw new MediaNegotiationError(`bad port in '${line}'`);
  return { kind, port: number, protocol, formats, lines };
}

function readAudio(index: number, media: SdpMedia, head: readonly string[]): AudioSection {
  const { port, formats, lines, protocol } = media;
  const address = connectionAddress(lines) ?? connectionAddress(head);
  if (address === undefined || isIP(address) === 0) {
    throw new MediaNegotiationError(`SDP has no usable address: ${address ?? 'no c= line'}`);
  }
  const rtcp = Number.parseInt(attribute(lines, 'rtcp') ?? '', 10);
  const packetMs = Number.parseInt(attribute(lines, 'ptime') ?? '', 10);
  return {
    index,
    address,
    port,
    rtcpPort: rtcp > 0 && rtcp <= 65535 ? rtcp : Math.min(port + 1, 65535),
    rtcpMux: lines.includes('a=rtcp-mux'),
    direction: direction(lines) ?? direction(head) ?? 'sendrecv',
    laws: formats.map((format) => STATIC_LAWS[format]).filter((law) => law !== undefined),
    eventPayloadType: eventPayloadType(lines, formats),
    packetMs: packetMs > 0 ? packetMs : undefined,
    protocol,
    attributes: [...lines, ...head],
  };
}

function connectionAddress(lines: readonly string[]): string | undefined {
  const line = lines.find((candidate) => candidate.startsWith('c=IN IP'));
  // a multicast TTL may follow the address
  return line?.split(' ')[2]?.split('/')[0]?.trim();
}

function attribute(lines: readonly string[], name: string): string | undefined {
  const prefix = `a=${name}:`;
  return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
}

function direction(lines: readonly string[]): Direction | undefined {
  return DIRECTIONS.find((name) => lines.includes(`a=${name}`));
}

function eventPayloadType(lines: readonly string[], formats: readonly string[]): number | undefined {
  for (const line of lines) {
    const match = /^a=rtpmap:(\d+) telephone-event\/8000/i.exec(line);
    if (match && formats.includes(match[1]!)) return Number(match[1]);
  }
  return undefined;
}

/** Where our media is reached. */
export interface LocalAddress {
  readonly address: string;
  readonly port: number;
}

/** What the way of carrying adds to our SDP: keys, fingerprints, candidates. */
export interface SecurityLines {
  /** Of the m line. */
  readonly protocol: string;
  readonly session: readonly string[];
  readonly media: readonly string[];
}

/** What our SDP says. */
export interface LocalSdp extends LocalAddress {
  /** Session id and version (RFC 8866 5.2): the id stays, the version grows by one each time. */
  readonly id: number;
  readonly version: number;
  readonly laws: readonly G711Name[];
  readonly eventPayloadType: number | undefined;
  readonly direction: Direction;
  readonly packetMs: number;
  readonly rtcpMux: boolean;
  readonly security: SecurityLines;
  /** In an answer: the offer's sections, refused but for the one that is answered. */
  readonly answering?: { readonly media: readonly SdpMedia[]; readonly index: number };
}

/** Our SDP with its one audio section. */
export function writeLocalSdp(local: LocalSdp): string {
  const { address, id, version, answering, security } = local;
  const family = isIP(address) === 6 ? 'IP6' : 'IP4';
  const sections = answering
    ? answering.media.map((media, index) => (index === answering.index ? writeAudio(local) : refuse(media)))
    : [writeAudio(local)];
  const head = [
    'v=0',
    `o=- ${id} ${version} IN ${family} ${address}`,
    's=-',
    `c=IN ${family} ${address}`,
    't=0 0',
    ...security.session,
  ];
  return `${[...head, ...sections.flat()].join('\r\n')}\r\n`;
}

function refuse({ kind, protocol, formats }: SdpMedia): string[] {
  return [`m=${kind} 0 ${protocol} ${formats.join(' ')}`];
}

function writeAudio({
  port,
  laws,
  eventPayloadType: event,
  direction,
  packetMs,
  rtcpMux,
  security,
}: LocalSdp): string[] {
  const types: number[] = laws.map((law) => (law === 'PCMA' ? 8 : 0));
  const lines = laws.map((law, index) => `a=rtpmap:${types[index]} ${law}/8000`);
  if (event !== undefined) {
    types.push(event);
    // RFC 4733 2.4.1: the sixteen digits
    lines.push(`a=rtpmap:${event} telephone-event/8000`, `a=fmtp:${event} 0-15`);
  }
  lines.unshift(`m=audio ${port} ${security.protocol} ${types.join(' ')}`);
  lines.push(`a=ptime:${packetMs}`, `a=${direction}`);
  if (rtcpMux) lines.push('a=rtcp-mux');
  lines.push(...security.media);
  return lines;
}
