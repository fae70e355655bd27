import {
  type Connection,
  type MediaDescription,
  type Origin,
  type SdpAttribute,
  SdpError,
  type SessionDescription,
} from './session-description.ts';

/** More sections than this is an attack. */
const MAX_MEDIA = 64;

/** What is being read: the session's part, or one media section. */
interface Part {
  connection: Connection | undefined;
  readonly bandwidths: string[];
  readonly attributes: SdpAttribute[];
}

interface MediaPart extends Part {
  readonly line: string;
}

/**
 * Parses an SDP (RFC 8866). Tolerant where the field is sloppy: bare line feeds, missing s= and t= lines, lines of
 * unknown type, white space at line ends. Throws SdpError when it is no SDP or a line that matters is malformed.
 */
export function parseSdp(text: string): SessionDescription {
  let origin: Origin | undefined;
  let name = '-';
  let timing = '0 0';
  const session: Part = newPart();
  const sections: MediaPart[] = [];
  let part: Part = session;
  let lineNumber = 0;
  for (let at = 0; at < text.length; ) {
    const lineFeed = text.indexOf('\n', at);
    const end = lineFeed < 0 ? text.length : lineFeed;
    const line = text.slice(at, end).trimEnd();
    at = end + 1;
    if (++lineNumber === 1 && line !== 'v=0') throw new SdpError('SDP does not begin with v=0');
    if (line.charCodeAt(1) !== EQUALS) {
      if (line === '') continue;
      throw new SdpError(`SDP line ${lineNumber} is malformed: '${line.slice(0, 40)}'`);
    }
    const value = line.slice(2);
    switch (line.charCodeAt(0)) {
      case LETTER.o:
        origin ??= parseOrigin(value);
        break;
      case LETTER.s:
        name = value;
        break;
      case LETTER.t:
        timing = value;
        break;
      case LETTER.c:
        part.connection ??= parseConnection(value);
        break;
      case LETTER.b:
        part.bandwidths.push(value);
        break;
      case LETTER.a:
        part.attributes.push(parseAttribute(value));
        break;
      case LETTER.m:
        if (sections.length >= MAX_MEDIA) throw new SdpError('SDP has too many media sections');
        part = { ...newPart(), line: value } as MediaPart;
        sections.push(part as MediaPart);
        break;
    }
  }
  if (!origin) throw new SdpError('SDP has no o= line');
  const { connection, bandwidths, attributes } = session;
  return { origin, name, connection, bandwidths, timing, attributes, media: sections.map(parseMedia) };
}

const EQUALS = 61;
const LETTER = { a: 97, b: 98, c: 99, m: 109, o: 111, s: 115, t: 116 } as const;

const newPart = (): Part => ({ connection: undefined, bandwidths: [], attributes: [] });

/** `- 1 1 IN IP4 10.0.0.1` */
function parseOrigin(value: string): Origin {
  const [username = '-', sessionId = '0', sessionVersion = '0', network, family, address = ''] =
    fields(value);
  if (network !== 'IN' || (family !== 'IP4' && family !== 'IP6'))
    throw new SdpError(`bad o= line: '${value}'`);
  return { username, sessionId, sessionVersion, family, address };
}

/** `IN IP4 224.2.1.1/127` */
function parseConnection(value: string): Connection {
  const [network, family, where = ''] = fields(value);
  const slash = where.indexOf('/');
  const address = slash < 0 ? where : where.slice(0, slash);
  if (network !== 'IN' || (family !== 'IP4' && family !== 'IP6') || address === '') {
    throw new SdpError(`bad c= line: '${value}'`);
  }
  return { family, address };
}

function parseAttribute(value: string): SdpAttribute {
  const colon = value.indexOf(':');
  return colon < 0
    ? { name: value, value: '' }
    : { name: value.slice(0, colon), value: value.slice(colon + 1).trim() };
}

/** `audio 49170/2 RTP/AVP 8 101` */
function parseMedia({ line, connection, bandwidths, attributes }: MediaPart): MediaDescription {
  const [kind = '', where = '', protocol = '', ...formats] = fields(line);
  const port = /^\d{1,5}(\/\d{1,5})?$/.test(where) ? Number.parseInt(where, 10) : -1;
  if (port < 0 || port > 65535 || protocol === '') throw new SdpError(`bad m= line: '${line.slice(0, 80)}'`);
  return { kind, port, protocol, formats, connection, bandwidths, attributes };
}

function fields(value: string): string[] {
  return value.split(' ').filter((field) => field !== '');
}
