import { Header, type HeaderId, headerName } from './header.ts';
import { badRequest, type Rejection } from './rejection.ts';
import type { SipMessage } from './sip-message.ts';
import type { SipRequest } from './sip-request.ts';
import type { SipResponse } from './sip-response.ts';

/** RFC 3261 20: at most one field of each in a message. */
const SINGLE: readonly HeaderId[] = [
  Header.From,
  Header.To,
  Header.CallId,
  Header.CSeq,
  Header.MaxForwards,
  Header.ContentLength,
  Header.ContentType,
  Header.Expires,
  Header.Event,
  Header.ReferTo,
  Header.Replaces,
  Header.SessionExpires,
  Header.MinSe,
  Header.RSeq,
  Header.RAck,
];

/** Headers whose values are lists of addresses. */
const ADDRESS_LISTS: readonly HeaderId[] = [Header.Route, Header.RecordRoute, Header.Path, Header.ReferTo];

/**
 * Whether a request is well-formed (RFC 3261 7, 8.1.1, 8.2.2, 18.3, 20; RFC 4475 3.1.2): everything that does
 * not depend on what this server serves or supports. Pure. Headers that nothing here acts on, such as Date, are
 * not judged (RFC 4475 3.1.2.12 leaves that open): a carrier's wrong clock must not cost a call. Nor is a body without
 * Content-Type, which RFC 3261 20.15 wants: phones leave it out, and what it is stands to reason.
 *
 * An ACK that is refused gets no response; otherwise answer with the rejection's status and drop the request.
 *
 * @returns `undefined` when the request is fine, else the response to give.
 */
export function validateRequest(request: SipRequest): Rejection | undefined {
  return (
    request.defect ??
    missingOrRepeated(request) ??
    malformedCore(request) ??
    malformedRequestUri(request) ??
    malformedBody(request) ??
    malformedOthers(request)
  );
}

/**
 * Whether a response can be used (RFC 3261 8.1.3, 18.1.2): one that cannot is dropped silently.
 *
 * @returns `undefined` when it can, else why not.
 */
export function validateResponse(response: SipResponse, isProxy = false): Rejection | undefined {
  const malformed =
    response.defect ?? missingOrRepeated(response) ?? malformedCore(response) ?? malformedBody(response);
  if (malformed) return malformed;
  // RFC 3261 8.1.3.3: more than one Via means that it was meant for somebody else
  return response.vias.length > 1 && !isProxy ? badRequest('Not Ours') : undefined;
}

function missingOrRepeated(message: SipMessage): Rejection | undefined {
  for (const id of SINGLE) {
    if (message.isRepeated(id)) return badRequest(`More Than One ${headerName(id)}`);
  }
  for (const id of [Header.Via, Header.From, Header.To, Header.CallId, Header.CSeq]) {
    if (!message.has(id)) return badRequest(`Missing ${headerName(id)}`);
  }
  return undefined;
}

function malformedCore(message: SipMessage): Rejection | undefined {
  if (message.vias.length === 0) return badRequest('Malformed Via');
  if (message.from.text === '') return badRequest('Malformed From');
  if (message.to.text === '') return badRequest('Malformed To');
  if (message.callId === '') return badRequest('Malformed Call-ID');
  if (message.cseq.number < 0) return badRequest('Malformed CSeq');
  return undefined;
}

function malformedRequestUri(request: SipRequest): Rejection | undefined {
  if (request.cseq.method !== request.method) return badRequest('CSeq Method Mismatch');
  const uri = request.requestUri;
  if (uri.text === '') return badRequest('Malformed Request-URI');
  // RFC 3261 19.1.1: no headers in a Request-URI
  if (uri.rawHeaders !== '') return badRequest('Headers in Request-URI');
  // RFC 3261 8.2.2.1
  if (uri.kind === 'other') return { status: 416, reason: 'Unsupported URI Scheme' };
  // RFC 3261 16.3: a request without Max-Forwards is fine; RFC 4475 3.1.2.4: so is one with more than 255
  if (request.has(Header.MaxForwards) && request.maxForwards === undefined)
    return badRequest('Malformed Max-Forwards');
  return undefined;
}

function malformedBody(message: SipMessage): Rejection | undefined {
  const declared = message.contentLength;
  if (declared === undefined && message.has(Header.ContentLength))
    return badRequest('Malformed Content-Length');
  // RFC 3261 18.3: a datagram that ends before its body does
  if (declared !== undefined && declared > message.availableBodyBytes) {
    return badRequest('Content-Length Exceeds Message');
  }
  return undefined;
}

function malformedOthers(request: SipRequest): Rejection | undefined {
  if (request.has(Header.Contact) && request.contacts.length === 0 && !request.contactIsStar)
    return badRequest('Malformed Contact');
  for (const id of ADDRESS_LISTS) {
    if (request.has(id) && request.addresses(id) === undefined)
      return badRequest(`Malformed ${headerName(id)}`);
  }
  return undefined;
}
