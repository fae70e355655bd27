/** What the session and its media sections have in common. */
export interface SdpPart {
  /** Of the c= line, without the TTL of multicast; `undefined` when there is none. */
  readonly address: string | undefined;
  /** The a= lines without their `a=`: `sendrecv`, `rtpmap:8 PCMA/8000`. */
  readonly attributes: readonly string[];
}

/** One m= section (RFC 8866 5.14). */
export interface MediaDescription extends SdpPart {
  /** audio, video, application, message, image ... */
  readonly kind: string;
  /** 0 refuses or ends the stream (RFC 3264 6). */
  readonly port: number;
  /** RTP/AVP, RTP/SAVP, UDP/TLS/RTP/SAVPF ... */
  readonly protocol: string;
  /** Payload types of RTP; whatever the protocol says otherwise. */
  readonly formats: readonly string[];
}

/** A session description (RFC 8866): what matters for a call. */
export interface SessionDescription extends SdpPart {
  /** Value of the o= line. */
  readonly origin: string;
  readonly media: readonly MediaDescription[];
}

/** First value of an attribute, '' for a flag; `undefined` when it is not there. Names are case-sensitive. */
export function attributeOf({ attributes }: SdpPart, name: string): string | undefined {
  for (const line of attributes) {
    const value = valueIn(line, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** All values of an attribute. */
export function attributesOf({ attributes }: SdpPart, name: string): string[] {
  return attributes.map((line) => valueIn(line, name)).filter((value) => value !== undefined);
}

function valueIn(line: string, name: string): string | undefined {
  if (!line.startsWith(name)) return undefined;
  if (line.length === name.length) return '';
  return line.charCodeAt(name.length) === COLON ? line.slice(name.length + 1).trim() : undefined;
}

const COLON = 58;

/** Values of an attribute that holds for a section: its own, else those of the session. */
export function inheritedOf(session: SessionDescription, media: MediaDescription, name: string): string[] {
  const own = attributesOf(media, name);
  return own.length > 0 ? own : attributesOf(session, name);
}

/** The section that refuses an offered one: port 0, and formats because one must be there (RFC 3264 6). */
export function refusedSection({ kind, protocol, formats }: MediaDescription): MediaDescription {
  return { kind, port: 0, protocol, formats, address: undefined, attributes: [] };
}
