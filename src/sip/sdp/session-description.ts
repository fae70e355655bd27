import { PbxError } from '../../shared/errors.ts';

/** An SDP that cannot be understood: a 400 for the sender, or a 488 when it was an offer. */
export class SdpError extends PbxError {
  constructor(message: string, options?: ErrorOptions) {
    super('sdp', message, options);
  }
}

/** `IP4` or `IP6` and an address, or a name (RFC 8866 5.7). */
export interface Connection {
  readonly family: 'IP4' | 'IP6';
  /** Without the TTL of multicast addresses. */
  readonly address: string;
}

/** The o= line (RFC 8866 5.2). Id and version may be larger than a number holds. */
export interface Origin extends Connection {
  readonly username: string;
  readonly sessionId: string;
  readonly sessionVersion: string;
}

/** `a=name` or `a=name:value`; `value` is '' for a flag. */
export interface SdpAttribute {
  readonly name: string;
  readonly value: string;
}

/** One m= section (RFC 8866 5.14). */
export interface MediaDescription {
  /** audio, video, application, message, image ... */
  readonly kind: string;
  /** 0 refuses or ends the stream (RFC 3264 6). */
  readonly port: number;
  /** RTP/AVP, RTP/SAVP, UDP/TLS/RTP/SAVPF ... */
  readonly protocol: string;
  /** Payload types of RTP; whatever the protocol says otherwise. */
  readonly formats: readonly string[];
  readonly connection: Connection | undefined;
  /** Values of b= lines. */
  readonly bandwidths: readonly string[];
  readonly attributes: readonly SdpAttribute[];
}

/** A session description (RFC 8866). */
export interface SessionDescription {
  readonly origin: Origin;
  readonly name: string;
  readonly connection: Connection | undefined;
  readonly bandwidths: readonly string[];
  /** Value of the t= line, `0 0` for calls. */
  readonly timing: string;
  readonly attributes: readonly SdpAttribute[];
  readonly media: readonly MediaDescription[];
}

/** First value of an attribute, '' for a flag; `undefined` when it is not there. Names are case-sensitive. */
export function attributeOf(
  part: { readonly attributes: readonly SdpAttribute[] },
  name: string,
): string | undefined {
  for (const attribute of part.attributes) if (attribute.name === name) return attribute.value;
  return undefined;
}

/** All values of an attribute. */
export function attributesOf(part: { readonly attributes: readonly SdpAttribute[] }, name: string): string[] {
  const values: string[] = [];
  for (const attribute of part.attributes) if (attribute.name === name) values.push(attribute.value);
  return values;
}
