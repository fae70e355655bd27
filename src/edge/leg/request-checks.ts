import { Header, type SipRequest } from '../../sip/message/index.ts';
import { ACCEPT_LINE, ALLOW_LINE, EXTENSIONS, METHODS } from './header-lines.ts';
import { acceptsBody } from './renegotiation.ts';

/** A refusal that needs no look at what is going on. */
export interface Refusal {
  readonly status: number;
  readonly reason?: string;
  readonly headerLines?: string;
}

/**
 * RFC 3261 8.2.1 to 8.2.3: what a UAS inspects of every well-formed request before it looks what it is for.
 * Pure; undefined when nothing speaks against the request.
 */
export function refuseRequest(request: SipRequest): Refusal | undefined {
  const { method } = request;
  if (!(METHODS as readonly string[]).includes(method)) return { status: 501, headerLines: ALLOW_LINE };
  // RFC 3261 8.2.2.3: not for CANCEL and ACK.
  return (
    unsupportedExtensions(request) ??
    undecodableBody(request) ??
    (method === 'INVITE' ? refuseInvite(request) : undefined)
  );
}

function unsupportedExtensions(request: SipRequest): Refusal | undefined {
  let unsupported: string[] | undefined;
  for (const header of [Header.Require, Header.ProxyRequire]) {
    if (!request.has(header)) continue;
    const tags = request.list(header).filter((tag) => !EXTENSIONS.includes(tag.toLowerCase()));
    if (tags.length > 0) unsupported = [...(unsupported ?? []), ...tags];
  }
  return unsupported && { status: 420, headerLines: `Unsupported: ${unsupported.join(', ')}\r\n` };
}

/** RFC 3261 8.2.3: bodies are taken as they are. */
function undecodableBody(request: SipRequest): Refusal | undefined {
  const encoding = request.get(Header.ContentEncoding);
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return undefined;
  return { status: 415, headerLines: 'Accept-Encoding: identity\r\n' };
}

function refuseInvite(request: SipRequest): Refusal | undefined {
  if (!acceptsBody(request)) return { status: 415, headerLines: ACCEPT_LINE };
  // RFC 3261 20.1: our responses bring a session description, and the caller must take that.
  if (request.has(Header.Accept) && !acceptsSdp(request)) return { status: 406 };
  return undefined;
}

function acceptsSdp(request: SipRequest): boolean {
  return request.list(Header.Accept).some((range) => {
    const type = range.split(';', 1)[0]!.trim().toLowerCase();
    return type === 'application/sdp' || type === 'application/*' || type === '*/*';
  });
}
