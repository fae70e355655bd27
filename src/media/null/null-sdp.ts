import { MediaNegotiationError } from '../errors.ts';

/** Direction as seen by the side that writes it (RFC 8866 6.7). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export type NullCodec = 'PCMA' | 'PCMU';

/** What the null engine reads in a far end's SDP. */
export interface AudioSection {
  readonly codec: NullCodec;
  /** Payload type of telephone-event, undefined when not offered. */
  readonly eventPayload: string | undefined;
  readonly direction: Direction;
}

const MIRROR: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/** The direction that answers `offered` when we are willing to do all (RFC 3264 6.1). */
export function mirror(offered: Direction): Direction {
  return MIRROR[offered];
}

/**
 * Reads the first audio section by scanning for its few lines; nothing else is looked at.
 * Throws MediaNegotiationError when there is none in plain RTP with one of `codecs`.
 */
export function readAudio(sdp: string, codecs: readonly NullCodec[]): AudioSection {
  // RFC 8866 5: an SDP begins with v=, so a section always follows a line end
  const start = sdp.indexOf('\nm=audio ') + 1;
  if (start === 0) throw new MediaNegotiationError('SDP has no audio section');
  const lineEnd = endOfLine(sdp, start);
  const [, port, profile, ...payloads] = sdp.slice(start, lineEnd).split(' ');
  // RFC 3264 6: port 0 refuses the stream
  if (port === '0') throw new MediaNegotiationError('audio was refused (port 0)');
  if (profile !== 'RTP/AVP') throw new MediaNegotiationError(`transport ${profile} is not supported`);
  const codec = codecs.find((name) => payloads.includes(name === 'PCMA' ? '8' : '0'));
  if (!codec) throw new MediaNegotiationError(`no common codec, wanted ${codecs.join(' or ')}`);
  const next = sdp.indexOf('\nm=', lineEnd);
  const section = sdp.slice(lineEnd, next < 0 ? undefined : next);
  const direction = readDirection(section) ?? readDirection(sdp.slice(0, start)) ?? 'sendrecv';
  return { codec, eventPayload: readEventPayload(section), direction };
}

function endOfLine(sdp: string, from: number): number {
  const feed = sdp.indexOf('\n', from);
  if (feed < 0) return sdp.length;
  return sdp[feed - 1] === '\r' ? feed - 1 : feed;
}

function readDirection(part: string): Direction | undefined {
  if (part.includes('\na=sendrecv')) return 'sendrecv';
  if (part.includes('\na=sendonly')) return 'sendonly';
  if (part.includes('\na=recvonly')) return 'recvonly';
  return part.includes('\na=inactive') ? 'inactive' : undefined;
}

function readEventPayload(section: string): string | undefined {
  const name = section.indexOf(' telephone-event/8000');
  if (name < 0) return undefined;
  return section.slice(section.lastIndexOf(':', name) + 1, name);
}

/** Where the SDP says that media goes; nobody listens there. */
export interface SdpAddress {
  readonly host: string;
  readonly port: number;
}

const PAYLOAD: Readonly<Record<NullCodec, string>> = { PCMA: '8', PCMU: '0' };

/** An SDP body of ours with one audio section: one string, put together once. */
export function writeAudio(
  address: SdpAddress,
  version: number,
  codecs: readonly NullCodec[],
  eventPayload: string | undefined,
  direction: Direction,
): string {
  let payloads = '';
  let maps = '';
  for (const codec of codecs) {
    payloads += ` ${PAYLOAD[codec]}`;
    maps += `a=rtpmap:${PAYLOAD[codec]} ${codec}/8000\r\n`;
  }
  if (eventPayload) {
    payloads += ` ${eventPayload}`;
    maps += `a=rtpmap:${eventPayload} telephone-event/8000\r\na=fmtp:${eventPayload} 0-16\r\n`;
  }
  const { host, port } = address;
  return `v=0\r\no=- ${port} ${version} IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${host}\r\nt=0 0\r\nm=audio ${port} RTP/AVP${payloads}\r\n${maps}a=ptime:20\r\na=${direction}\r\n`;
}
