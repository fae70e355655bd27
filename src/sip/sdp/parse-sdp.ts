import { PbxError } from '../../shared/errors.ts';
import type { MediaDescription, SessionDescription } from './session-description.ts';

/** A text that is no SDP. */
export class SdpError extends PbxError {
  constructor(message: string) {
    super('sdp', message);
  }
}

/** More sections than this is an attack. */
const MAX_MEDIA = 64;

const EQUALS = 61;
const SPACE = 32;
const LETTER = { a: 97, c: 99, m: 109, o: 111 } as const;

type Open<Part> = { -readonly [Key in keyof Part]: Part[Key] } & { attributes: string[] };

/**
 * Parses an SDP (RFC 8866) in one pass over its text. Tolerant where the field is sloppy: bare line feeds, missing,
 * unknown and malformed lines, white space at line ends. Lines that mean nothing to a call (s=, t=, b= ...) are not
 * kept. Throws SdpError when it is no SDP, or an m= line is malformed.
 */
export function parseSdp(text: string): SessionDescription {
  if (!text.startsWith('v=0') || text.charCodeAt(3) > SPACE)
    throw new SdpError('SDP does not begin with v=0');
  const media: MediaDescription[] = [];
  const session: Open<SessionDescription> = {
    origin: '- 0 0 IN IP4 0.0.0.0',
    address: undefined,
    attributes: [],
    media,
  };
  let part: Open<SessionDescription> | Open<MediaDescription> = session;
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    if (text.charCodeAt(at + 1) !== EQUALS) continue;
    switch (text.charCodeAt(at)) {
      case LETTER.a:
        part.attributes.push(trimmed(text, at + 2, end));
        break;
      case LETTER.c:
        part.address ??= parseConnection(trimmed(text, at + 2, end));
        break;
      case LETTER.m:
        if (media.length >= MAX_MEDIA) throw new SdpError('SDP has too many media sections');
        part = parseMedia(trimmed(text, at + 2, end));
        media.push(part);
        break;
      case LETTER.o:
        session.origin = trimmed(text, at + 2, end);
        break;
    }
  }
  return session;
}

function trimmed(text: string, from: number, to: number): string {
  let end = to;
  while (end > from && text.charCodeAt(end - 1) <= SPACE) end--;
  return text.slice(from, end);
}

/** `IN IP4 224.2.1.1/127` */
function parseConnection(value: string): string | undefined {
  const [network, family, where] = fields(value);
  if (network !== 'IN' || (family !== 'IP4' && family !== 'IP6') || where === undefined) return undefined;
  const slash = where.indexOf('/');
  return slash < 0 ? where : where.slice(0, slash);
}

/** `audio 49170/2 RTP/AVP 8 101` */
function parseMedia(value: string): Open<MediaDescription> {
  const [kind = '', where = '', protocol, ...formats] = fields(value);
  const port = Number.parseInt(where, 10);
  if (!(port >= 0 && port <= 65535) || protocol === undefined) {
    throw new SdpError(`bad m= line: '${value.slice(0, 80)}'`);
  }
  return { kind, port, protocol, formats, address: undefined, attributes: [] };
}

function fields(value: string): string[] {
  const parts = value.split(' ');
  return parts.includes('') ? parts.filter((part) => part !== '') : parts;
}
