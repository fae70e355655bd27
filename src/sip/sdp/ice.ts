import {
  attributeOf,
  attributesOf,
  type MediaDescription,
  type SdpAttribute,
  type SessionDescription,
} from './session-description.ts';

/** One a=candidate line (RFC 8839 5.1). */
export interface IceCandidate {
  readonly foundation: string;
  /** 1 is RTP, 2 is RTCP. */
  readonly component: number;
  /** Lower case: udp or tcp. */
  readonly transport: string;
  readonly priority: number;
  /** Literal, or an mDNS name of a browser (`x.local`). */
  readonly address: string;
  readonly port: number;
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
  /** Base of a reflexive or relayed candidate. */
  readonly related: { readonly address: string; readonly port: number } | undefined;
}

/** What a section says about ICE. */
export interface IceDescription {
  readonly ufrag: string;
  readonly pwd: string;
  readonly candidates: readonly IceCandidate[];
  /** The far end only answers checks (RFC 8445 2.5). */
  readonly isLite: boolean;
  /** No candidate will follow (RFC 8840). */
  readonly isComplete: boolean;
}

/** ICE of a section (its own values or the session's); `undefined` when the sender does not speak ICE. */
export function iceOf(session: SessionDescription, media: MediaDescription): IceDescription | undefined {
  const ufrag = attributeOf(media, 'ice-ufrag') ?? attributeOf(session, 'ice-ufrag');
  const pwd = attributeOf(media, 'ice-pwd') ?? attributeOf(session, 'ice-pwd');
  if (!ufrag || !pwd) return undefined;
  return {
    ufrag,
    pwd,
    candidates: attributesOf(media, 'candidate')
      .map(parseCandidate)
      .filter((candidate) => candidate !== undefined),
    isLite: attributeOf(session, 'ice-lite') !== undefined,
    isComplete: attributeOf(media, 'end-of-candidates') !== undefined,
  };
}

const TYPES: ReadonlySet<string> = new Set(['host', 'srflx', 'prflx', 'relay']);

/** Parses the value of a=candidate; `undefined` when it is malformed or of a type that nobody knows. */
export function parseCandidate(value: string): IceCandidate | undefined {
  const [foundation = '', component, transport = '', priority, address = '', port, typ, type = '', ...rest] =
    value.split(' ');
  const numbers = [Number(component), Number(priority), Number(port)];
  const isUsable = numbers.every((number) => number >= 0) && Number(port) <= 65535;
  if (typ !== 'typ' || !TYPES.has(type) || address === '' || !isUsable) return undefined;
  const extra = new Map<string, string>();
  for (let at = 0; at + 1 < rest.length; at += 2) extra.set(rest[at]!, rest[at + 1]!);
  const base = extra.get('raddr');
  return {
    foundation,
    component: Number(component),
    transport: transport.toLowerCase(),
    priority: Number(priority),
    address,
    port: Number(port),
    type: type as IceCandidate['type'],
    related: base === undefined ? undefined : { address: base, port: Number(extra.get('rport') ?? 0) },
  };
}

/** Writes an a=candidate line. */
export function candidateAttribute(candidate: IceCandidate): SdpAttribute {
  const { foundation, component, transport, priority, address, port, type, related } = candidate;
  const base = related ? ` raddr ${related.address} rport ${related.port}` : '';
  return {
    name: 'candidate',
    value: `${foundation} ${component} ${transport} ${priority} ${address} ${port} typ ${type}${base}`,
  };
}
