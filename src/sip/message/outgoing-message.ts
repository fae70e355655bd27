import { Header, type HeaderId, type HeaderKey, headerId, headerName, UNKNOWN_HEADER } from './header.ts';
import { reasonPhrase } from './reason-phrase.ts';
import type { SipRequest } from './sip-request.ts';

/**
 * A message being written. Headers keep the order in which they were added; Content-Length is written by
 * itself. Values must not bring line ends of their own: those become spaces, so that nothing can be smuggled
 * into a message. Serialised once with {@link toBuffer}; that buffer is what is sent and sent again.
 */
export abstract class OutgoingMessage {
  readonly #ids: HeaderId[] = [];
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  #body: string | Buffer = '';

  /** The line before the headers, without its line end. */
  protected abstract get startLine(): string;

  /** Appends a header field. Content-Length is ignored. */
  add(key: HeaderKey, value: string): this {
    const id = idOf(key);
    if (id === Header.ContentLength) return this;
    this.#ids.push(id);
    this.#names.push(id === UNKNOWN_HEADER ? oneLine(String(key)) : headerName(id));
    this.#values.push(oneLine(value));
    return this;
  }

  /** Appends a known header with a value that is one line already: one of a received message. */
  copy(id: HeaderId, value: string): this {
    this.#ids.push(id);
    this.#names.push(headerName(id));
    this.#values.push(value);
    return this;
  }

  /** Puts a header field before all others, such as the own Via. */
  prepend(key: HeaderKey, value: string): this {
    const id = idOf(key);
    if (id === Header.ContentLength) return this;
    this.#ids.unshift(id);
    this.#names.unshift(id === UNKNOWN_HEADER ? oneLine(String(key)) : headerName(id));
    this.#values.unshift(oneLine(value));
    return this;
  }

  /** Replaces the first field of that name and removes the others; appends when there is none. */
  set(key: HeaderKey, value: string): this {
    const at = this.#indexOf(key, 0);
    if (at < 0) return this.add(key, value);
    this.#values[at] = oneLine(value);
    this.#removeFrom(key, at + 1);
    return this;
  }

  /** Removes all fields of that name. */
  remove(key: HeaderKey): this {
    this.#removeFrom(key, 0);
    return this;
  }

  /** First value of that name. */
  get(key: HeaderKey): string | undefined {
    const at = this.#indexOf(key, 0);
    return at < 0 ? undefined : this.#values[at];
  }

  has(key: HeaderKey): boolean {
    return this.#indexOf(key, 0) >= 0;
  }

  /** All values of that name. */
  all(key: HeaderKey): string[] {
    const values: string[] = [];
    for (let at = this.#indexOf(key, 0); at >= 0; at = this.#indexOf(key, at + 1))
      values.push(this.#values[at]!);
    return values;
  }

  /** Calls `visit` for each header field in order. */
  forEachHeader(visit: (id: HeaderId, name: string, value: string) => void): void {
    for (let at = 0; at < this.#ids.length; at++) visit(this.#ids[at]!, this.#names[at]!, this.#values[at]!);
  }

  /** Sets the body and its Content-Type; text is sent as UTF-8. */
  setBody(contentType: string, body: string | Buffer): this {
    this.set(Header.ContentType, contentType);
    this.#body = body;
    return this;
  }

  get body(): string | Buffer {
    return this.#body;
  }

  /** The message as it goes on the wire. */
  toBuffer(): Buffer {
    const body = this.#body;
    const isText = typeof body === 'string';
    const length = isText ? Buffer.byteLength(body) : body.length;
    const head = `${this.#head()}Content-Length: ${length}\r\n\r\n`;
    return isText ? Buffer.from(head + body) : Buffer.concat([Buffer.from(head), body]);
  }

  /** The message for people; a body of bytes is left out. */
  toString(): string {
    return `${this.#head()}\r\n${typeof this.#body === 'string' ? this.#body : ''}`;
  }

  #head(): string {
    let out = `${this.startLine}\r\n`;
    const names = this.#names;
    const values = this.#values;
    for (let at = 0; at < names.length; at++) out += `${names[at]}: ${values[at]}\r\n`;
    return out;
  }

  #indexOf(key: HeaderKey, from: number): number {
    const id = idOf(key);
    if (id !== UNKNOWN_HEADER) return this.#ids.indexOf(id, from);
    const lower = String(key).toLowerCase();
    for (let at = from; at < this.#names.length; at++) {
      if (this.#ids[at] === UNKNOWN_HEADER && this.#names[at]!.toLowerCase() === lower) return at;
    }
    return -1;
  }

  #removeFrom(key: HeaderKey, from: number): void {
    for (let at = this.#indexOf(key, from); at >= 0; at = this.#indexOf(key, at)) {
      this.#ids.splice(at, 1);
      this.#names.splice(at, 1);
      this.#values.splice(at, 1);
    }
  }
}

const idOf = (key: HeaderKey): HeaderId => (typeof key === 'number' ? key : headerId(key));

/** Line ends become spaces. */
function oneLine(value: string): string {
  if (value.indexOf('\n') < 0 && value.indexOf('\r') < 0) return value;
  return value.replace(/[\r\n]+[ \t]*/g, ' ');
}

/** A request being written. */
export class OutgoingRequest extends OutgoingMessage {
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;

  constructor(method: string, uri: string) {
    super();
    this.method = method;
    this.uri = uri;
  }

  protected get startLine(): string {
    return oneLine(`${this.method} ${this.uri} SIP/2.0`);
  }
}

/** A response being written. */
export class OutgoingResponse extends OutgoingMessage {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string = reasonPhrase(status)) {
    super();
    this.status = status;
    this.reason = reason;
  }

  protected get startLine(): string {
    return oneLine(`SIP/2.0 ${this.status} ${this.reason}`);
  }
}

/**
 * A response to `request` with all that RFC 3261 8.2.6.2 copies: Via, From, To, Call-ID, CSeq; for 100 also
 * Timestamp, for 101-299 also Record-Route (12.1.1). Works for malformed requests too: what is there is copied.
 *
 * @param toTag added to To when the request has none; leave it out for 100.
 */
export function createResponse(
  request: SipRequest,
  status: number,
  reason?: string,
  toTag?: string,
): OutgoingResponse {
  const response = new OutgoingResponse(status, reason);
  let isTop = true;
  for (let index = 0; index < request.headerCount; index++) {
    const id = request.idAt(index);
    switch (id) {
      case Header.Via:
        response.copy(id, isTop ? topViaValue(request, request.valueAt(index)) : request.valueAt(index));
        isTop = false;
        break;
      case Header.From:
      case Header.CallId:
      case Header.CSeq:
        response.copy(id, request.valueAt(index));
        break;
      case Header.To:
        response.copy(
          id,
          toTag && request.to.tag === '' ? `${request.valueAt(index)};tag=${toTag}` : request.valueAt(index),
        );
        break;
      case Header.Timestamp:
        if (status === 100) response.copy(id, request.valueAt(index));
        break;
      case Header.RecordRoute:
        if (status > 100 && status < 300) response.copy(id, request.valueAt(index));
        break;
    }
  }
  return response;
}

/** The first Via field with its first value replaced; the rest of a list stays. */
function topViaValue(request: SipRequest, field: string): string {
  const own = request.topVia.text;
  if (own === '') return field;
  return field === own ? request.responseVia : request.responseVia + field.slice(own.length);
}
