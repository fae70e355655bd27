import { Header, type HeaderId } from './header.ts';
import { reasonPhrase } from './reason-phrase.ts';
import type { SipRequest } from './sip-request.ts';

/** What a response adds to what it copies from its request. */
export interface ResponseContent {
  /** Reason phrase; that of the RFC by default. */
  readonly reason?: string | undefined;
  /** Header lines, each ended by CRLF. */
  readonly headerLines?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: string | undefined;
}

/** What all responses to one request have in common (RFC 3261 8.2.6.2), written once. */
export class ResponseHead {
  /** Via, From, Call-ID and CSeq; of a malformed request what there is. */
  readonly #common: string;
  readonly #to: string | undefined;
  readonly #hasTag: boolean;
  readonly #timestamp: string;
  readonly #recordRoute: string;

  constructor(request: SipRequest) {
    this.#common =
      viaLines(request) +
      lines(request, Header.From, 'From') +
      lines(request, Header.CallId, 'Call-ID') +
      lines(request, Header.CSeq, 'CSeq');
    this.#to = request.get(Header.To);
    this.#hasTag = request.to.tag !== '';
    this.#timestamp = lines(request, Header.Timestamp, 'Timestamp');
    this.#recordRoute = lines(request, Header.RecordRoute, 'Record-Route');
  }

  /**
   * The whole text of a response. What comes in `content` must be free of line ends of its own. `toTag` is added to To when the request had none, but not
   * to a 100.
   */
  write(status: number, toTag: string, content: ResponseContent): string {
    const { body } = content;
    let text = `SIP/2.0 ${status} ${content.reason ?? reasonPhrase(status)}\r\n${this.#common}`;
    if (this.#to !== undefined) {
      text += this.#hasTag || status === 100 ? `To: ${this.#to}\r\n` : `To: ${this.#to};tag=${toTag}\r\n`;
    }
    // RFC 3261 8.2.6.1, 12.1.1
    if (status === 100) text += this.#timestamp;
    else if (status < 300) text += this.#recordRoute;
    if (content.headerLines !== undefined) text += content.headerLines;
    if (body === undefined || body === '') return `${text}Content-Length: 0\r\n\r\n`;
    if (content.contentType !== undefined) text += `Content-Type: ${content.contentType}\r\n`;
    return `${text}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  }
}

function lines(request: SipRequest, id: HeaderId, name: string): string {
  let text = '';
  if (request.has(id)) for (const value of request.all(id)) text += `${name}: ${value}\r\n`;
  return text;
}

/** All Via fields; the first value of the first one with `received` and `rport` (RFC 3261 18.2.1, RFC 3581 4). */
function viaLines(request: SipRequest): string {
  const { responseVia } = request;
  let text = '';
  for (const field of request.all(Header.Via)) {
    const isTop = text === '' && responseVia !== '';
    text += isTop ? `Via: ${responseVia}${field.slice(request.topVia.text.length)}\r\n` : `Via: ${field}\r\n`;
  }
  return text;
}
