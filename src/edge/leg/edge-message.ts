import {
  Header,
  headerId,
  type NameAddr,
  reasonPhrase,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  type Uri,
} from '../../sip/message/index.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type { EdgeRequest, EdgeResponse, NameAddress, SocketAddress } from '../edge.ts';

const NO_PARAMS: ReadonlyMap<string, string> = new Map();

/** Headers that are not lists although commas may stand in them (RFC 3261 7.3.1, 20). */
const UNSPLIT: ReadonlySet<number> = new Set([
  Header.Authorization,
  Header.ProxyAuthorization,
  Header.WwwAuthenticate,
  Header.ProxyAuthenticate,
  Header.AuthenticationInfo,
  Header.Date,
  Header.Subject,
  Header.UserAgent,
  Header.Server,
  Header.Organization,
  Header.From,
  Header.To,
  Header.CallId,
  Header.CSeq,
  Header.ContentType,
  Header.RetryAfter,
  Header.Timestamp,
]);

/** A Uri in the words of the port. */
function uriAsAddress(uri: Uri, displayName: string, params: ReadonlyMap<string, string>): NameAddress {
  return {
    displayName: displayName === '' ? undefined : displayName,
    uri: uri.text,
    scheme: uri.scheme,
    user: uri.user,
    host: uri.host.toLowerCase(),
    port: uri.port,
    params,
  };
}

/** A name-addr of the stack in the words of the port. */
export function nameAddress(address: NameAddr): NameAddress {
  const params = address.rawParams === '' ? NO_PARAMS : new Map(address.params);
  return uriAsAddress(address.uri, address.displayName, params);
}

function headerValues(message: SipMessage, name: string): readonly string[] {
  const id = headerId(name);
  // An unknown header may be anything: its commas are left alone.
  return id === 0 || UNSPLIT.has(id) ? message.all(name) : message.list(id);
}

/** A request of the stack as the PBX sees it; everything is decoded on demand. */
export class ReceivedRequest implements EdgeRequest {
  readonly message: SipRequest;
  readonly #flow: Flow;
  #target: NameAddress | undefined;
  #from: NameAddress | undefined;
  #to: NameAddress | undefined;

  readonly dialog: string | undefined;

  /** `dialog`: the subscription's, see {@link EdgeRequest.dialog}. */
  constructor(message: SipRequest, flow: Flow, dialog?: string) {
    this.message = message;
    this.#flow = flow;
    this.dialog = dialog;
  }

  get method(): string {
    return this.message.method;
  }

  get target(): NameAddress {
    this.#target ??= uriAsAddress(this.message.requestUri, '', NO_PARAMS);
    return this.#target;
  }

  get from(): NameAddress {
    this.#from ??= nameAddress(this.message.from);
    return this.#from;
  }

  get to(): NameAddress {
    this.#to ??= nameAddress(this.message.to);
    return this.#to;
  }

  get callId(): string {
    return this.message.callId;
  }

  get source(): SocketAddress {
    return this.#flow.remote;
  }

  get receivedOn(): SocketAddress {
    return this.#flow.local;
  }

  get flow(): string | undefined {
    return this.#flow.id;
  }

  header(name: string): string | undefined {
    return this.message.get(name);
  }

  headers(name: string): readonly string[] {
    return headerValues(this.message, name);
  }

  addresses(name: string): readonly NameAddress[] {
    return this.message.readableAddresses(name).map(nameAddress);
  }

  get contentType(): string | undefined {
    return this.message.contentType || undefined;
  }

  get body(): string | undefined {
    return bodyOf(this.message);
  }
}

/** A final response of the far end as the PBX sees it. */
export class ReceivedResponse implements EdgeResponse {
  readonly #message: SipResponse;

  constructor(message: SipResponse) {
    this.#message = message;
  }

  get status(): number {
    return this.#message.status;
  }

  get reason(): string {
    return this.#message.reason;
  }

  header(name: string): string | undefined {
    return this.#message.get(name);
  }

  headers(name: string): readonly string[] {
    return headerValues(this.#message, name);
  }

  addresses(name: string): readonly NameAddress[] {
    return this.#message.readableAddresses(name).map(nameAddress);
  }

  get contentType(): string | undefined {
    return this.#message.contentType || undefined;
  }

  get body(): string | undefined {
    return bodyOf(this.#message);
  }
}

/** RFC 3261 8.1.3.1: the response that the edge makes up when none can come, 408 or 503. */
export class LocalResponse implements EdgeResponse {
  readonly status: number;
  readonly reason: string;
  readonly contentType = undefined;
  readonly body = undefined;

  constructor(status: number) {
    this.status = status;
    this.reason = reasonPhrase(status);
  }

  header(): undefined {
    return undefined;
  }

  headers(): readonly string[] {
    return [];
  }

  addresses(): readonly NameAddress[] {
    return [];
  }
}

/** The body as text, undefined when there is none. */
function bodyOf(message: SipMessage): string | undefined {
  return message.bodyLength === 0 ? undefined : message.bodyText;
}

/**
 * The session description of a message, also as a part of multipart/mixed; undefined when it has none. A body without
 * Content-Type is taken for one: nothing else is expected where this is asked.
 */
export function sdpOf(message: SipMessage): string | undefined {
  if (message.bodyLength === 0) return undefined;
  const { contentType } = message;
  if (contentType === 'application/sdp' || contentType === '') return message.bodyText;
  if (contentType.startsWith('multipart/')) return sdpPart(message);
  return undefined;
}

/** RFC 5621 3.1: the first part of type application/sdp. */
function sdpPart(message: SipMessage): string | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(message.get(Header.ContentType) ?? '')?.[1];
  if (!boundary) return undefined;
  for (const part of message.bodyText.split(`--${boundary}`)) {
    const headEnd = part.indexOf('\r\n\r\n');
    if (headEnd < 0 || !/^content-type:\s*application\/sdp/im.test(part.slice(0, headEnd))) continue;
    return part.slice(headEnd + 4).replace(/\r\n$/, '\r\n');
  }
  return undefined;
}

/** Q.850 value of the Reason header (RFC 3326), if it has one. */
export function q850Of(message: SipMessage): number | undefined {
  if (!message.has(Header.Reason)) return undefined;
  for (const reason of message.list(Header.Reason)) {
    const value = /^q\.850\s*;.*\bcause\s*=\s*(\d{1,3})\b/i.exec(reason)?.[1];
    if (value !== undefined) return Number(value);
  }
  return undefined;
}
