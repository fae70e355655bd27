import { Header } from './header.ts';
import type { Rejection } from './rejection.ts';
import type { SipRequest } from './sip-request.ts';

/** What a user agent understands (RFC 3261 8.2.1 to 8.2.3). */
export interface Capabilities {
  /** Methods that it serves. */
  readonly methods: ReadonlySet<string>;
  /** Option tags that a request may require, in lower case. */
  readonly extensions: ReadonlySet<string>;
  /** Body types by method, in lower case; a method that is not here takes any body. */
  readonly contentTypes: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Methods of the IANA registry: one of these that is not served gets 405, any other 501. */
const REGISTERED = new Set([
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'REGISTER',
  'INFO',
  'PRACK',
  'UPDATE',
  'REFER',
  'NOTIFY',
  'SUBSCRIBE',
  'MESSAGE',
  'PUBLISH',
]);

/**
 * What of a well-formed request the user agent does not support, in the order of RFC 3261 8.2: method, Require,
 * body, and what the sender would accept in return. Pure.
 *
 * @returns `undefined` when all is supported, else the response to give, with its headers.
 */
export function findUnsupported(request: SipRequest, capabilities: Capabilities): Rejection | undefined {
  return (
    unsupportedMethod(request, capabilities) ??
    unsupportedExtension(request, capabilities) ??
    unsupportedBody(request, capabilities) ??
    unacceptableAnswer(request)
  );
}

function unsupportedMethod(request: SipRequest, { methods }: Capabilities): Rejection | undefined {
  if (methods.has(request.method)) return undefined;
  const allow = [[Header.Allow, [...methods].join(', ')]] as const;
  // RFC 3261 8.2.1 and 21.5.2
  return REGISTERED.has(request.method)
    ? { status: 405, reason: 'Method Not Allowed', headers: allow }
    : { status: 501, reason: 'Not Implemented', headers: allow };
}

function unsupportedExtension(request: SipRequest, { extensions }: Capabilities): Rejection | undefined {
  // RFC 3261 8.2.2.3: Require is ignored in ACK and CANCEL
  if (request.method === 'ACK' || request.method === 'CANCEL') return undefined;
  if (!request.has(Header.Require) && !request.has(Header.ProxyRequire)) return undefined;
  const required = [...request.list(Header.Require), ...request.list(Header.ProxyRequire)];
  const unknown = required.filter((tag) => !extensions.has(tag.toLowerCase()));
  if (unknown.length === 0) return undefined;
  return { status: 420, reason: 'Bad Extension', headers: [[Header.Unsupported, unknown.join(', ')]] };
}

function unsupportedBody(request: SipRequest, { contentTypes }: Capabilities): Rejection | undefined {
  const accepted = contentTypes.get(request.method);
  if (!accepted || request.bodyLength === 0) return undefined;
  // RFC 3261 8.2.3: an optional body that is not understood is ignored
  if (/;\s*handling\s*=\s*optional/i.test(request.get(Header.ContentDisposition) ?? '')) return undefined;
  const encoding = request.get(Header.ContentEncoding)?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    return { status: 415, reason: 'Unsupported Media Type', headers: [[Header.AcceptEncoding, 'identity']] };
  }
  if (accepted.has(request.contentType)) return undefined;
  return {
    status: 415,
    reason: 'Unsupported Media Type',
    headers: [[Header.Accept, [...accepted].join(', ')]],
  };
}

/** RFC 3261 20.1: an INVITE without Accept takes application/sdp, one with Accept must name it. */
function unacceptableAnswer(request: SipRequest): Rejection | undefined {
  if (request.method !== 'INVITE' || !request.has(Header.Accept)) return undefined;
  const ranges = request
    .list(Header.Accept)
    .map((range) => range.split(';', 1)[0]!.replace(/\s/g, '').toLowerCase());
  const takesSdp = ranges.some((range) => ['application/sdp', 'application/*', '*/*'].includes(range));
  return takesSdp ? undefined : { status: 406, reason: 'Not Acceptable' };
}
