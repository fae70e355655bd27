import type { Flow } from '../transport/transport.ts';

/**
 * A request of ours before it has a place to go: all but Via, which belongs to one client transaction
 * (RFC 3261 8.1.1.7). Values are whole header values as they go on the wire.
 */
export interface RequestDraft {
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;
  /** URI of the next hop: the Request-URI, the first Route, or a proxy (RFC 3261 8.1.2). */
  readonly nextHop: string;
  /** Value of From with its tag. */
  readonly from: string;
  /** Value of To, with the tag in a dialog. */
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  /** Values of Route, in order. */
  readonly routes: readonly string[];
  /** User part of the Contact to add, '' for none; undefined: no Contact. Its host is known with the flow. */
  readonly contactUser?: string | undefined;
  /** Further header lines, each ended by CRLF; '' for none. */
  readonly headerLines: string;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
  /** Via lines of those before us, each ended by CRLF; none for a request of our own (RFC 3261 16.6.8). */
  readonly viaLines?: string;
  /** Hops that are left; 70 for a request of our own (RFC 3261 8.1.1.6). */
  readonly maxForwards?: number;
  /** Adds what is known with the flow only: our own address in header lines (RFC 3261 8.1.1.8, 16.6.4). */
  readonly overFlow?: ((draft: RequestDraft, flow: Flow) => RequestDraft) | undefined;
}

const MAX_FORWARDS = 'Max-Forwards: 70\r\n';

/** Value of Via for one transaction: RFC 3261 18.1.1, RFC 3581 (rport). */
export function viaValue(transport: string, sentBy: string, branch: string): string {
  return `SIP/2.0/${transport.toUpperCase()} ${sentBy};rport;branch=${branch}`;
}

/** URI under which the far end reaches us over `flow` (RFC 3261 8.1.1.8). */
export function contactUri(flow: Flow, user: string): string {
  const host = user === '' ? flow.sentBy : `${user}@${flow.sentBy}`;
  const { transport } = flow.local;
  if (transport === 'udp') return `sip:${host}`;
  // RFC 7118 5.5 for ws; wss and tls stay transports of sip: URIs, as everybody in the field writes them.
  return `sip:${host};transport=${transport === 'wss' ? 'ws' : transport}`;
}

/** The draft with all that {@link RequestDraft.overFlow} adds. */
export function draftOver(draft: RequestDraft, flow: Flow): RequestDraft {
  return draft.overFlow ? { ...draft.overFlow(draft, flow), overFlow: undefined } : draft;
}

/** The whole text of the request, for the flow that it will take. */
export function writeRequest(draft: RequestDraft, via: string, flow: Flow): string {
  const { body, contactUser } = draft;
  let text = head(draft, draft.method, via, draft.to, draft.viaLines);
  if (contactUser !== undefined) text += `Contact: <${contactUri(flow, contactUser)}>\r\n`;
  text += draft.headerLines;
  if (body === undefined || body === '') return `${text}Content-Length: 0\r\n\r\n`;
  if (draft.contentType !== undefined) text += `Content-Type: ${draft.contentType}\r\n`;
  return `${text}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Bytes of what stands in every request: names, separators, Max-Forwards, Content-Length. */
const FRAME_BYTES = 118;
/** Bytes that a Via of ours takes at most: transport, a long host with its port, branch. */
const VIA_BYTES = 120;
const CONTACT_BYTES = 70;
/** What is added with the flow: a Contact, or two Record-Routes. */
const OVER_FLOW_BYTES = 160;
/** Shorter texts are not looked at for characters of several bytes. */
const SURELY_SHORT = 800;

/** Bytes that the request will have on the wire, rather a few too many: Via and Contact are not written yet. */
export function requestLength(draft: RequestDraft): number {
  const { method, uri, from, to, callId, headerLines, contentType = '', body = '' } = draft;
  const short = 2 * method.length + uri.length + callId.length + contentType.length;
  let length = FRAME_BYTES + VIA_BYTES + short;
  for (const route of draft.routes) length += route.length + 9;
  if (draft.contactUser !== undefined) length += CONTACT_BYTES;
  if (draft.overFlow) length += OVER_FLOW_BYTES;
  const characters = from.length + to.length + headerLines.length + body.length;
  if (length + characters <= SURELY_SHORT) return length + characters;
  for (const text of [from, to, headerLines, body]) length += Buffer.byteLength(text);
  return length;
}

/** RFC 3261 9.1: the CANCEL of `draft`, on the same Via. */
export function writeCancel(draft: RequestDraft, via: string, extraLines: string): string {
  return `${head(draft, 'CANCEL', via, draft.to)}${extraLines}Content-Length: 0\r\n\r\n`;
}

/** RFC 3261 17.1.1.3: the ACK of a final response other than 2xx; `to` is that response's To. */
export function writeNonSuccessAck(draft: RequestDraft, via: string, to: string): string {
  return `${head(draft, 'ACK', via, to)}Content-Length: 0\r\n\r\n`;
}

/** `viaLines`: not for CANCEL and the ACK of a refusal, which go one hop (RFC 3261 9.1, 17.1.1.3). */
function head(draft: RequestDraft, method: string, via: string, to: string, viaLines = ''): string {
  const hops = draft.maxForwards === undefined ? MAX_FORWARDS : `Max-Forwards: ${draft.maxForwards}\r\n`;
  let text = `${method} ${draft.uri} SIP/2.0\r\nVia: ${via}\r\n${viaLines}${hops}`;
  for (const route of draft.routes) text += `Route: ${route}\r\n`;
  return `${text}From: ${draft.from}\r\nTo: ${to}\r\nCall-ID: ${draft.callId}\r\nCSeq: ${draft.cseq} ${method}\r\n`;
}
