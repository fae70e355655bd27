/** One message of the event socket: header lines, a blank line and, with Content-Length, a body. */
export interface EventSocketMessage {
  /** Names as FreeSWITCH writes them (`Content-Type`, `Reply-Text`, `Job-UUID`), values as sent. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** More than this is no event socket: a header block or a body that never ends. */
const MAX_BYTES = 8 * 1024 * 1024;
const END_OF_HEADERS = '\n\n';

/** Cuts the byte stream of an event socket into messages; bytes may come in any portions. */
export class EventSocketReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Messages that are complete with these bytes. Throws RangeError when the peer does not speak the protocol. */
  push(bytes: Buffer): EventSocketMessage[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const messages: EventSocketMessage[] = [];
    for (let message = this.#take(); message; message = this.#take()) messages.push(message);
    if (this.#rest.length > MAX_BYTES) throw new RangeError('event socket message is too long');
    return messages;
  }

  #take(): EventSocketMessage | undefined {
    const end = this.#rest.indexOf(END_OF_HEADERS);
    if (end < 0) return undefined;
    const headers = parseHeaders(this.#rest.toString('utf8', 0, end));
    const bodyStart = end + END_OF_HEADERS.length;
    const length = Number(headers.get('Content-Length') ?? 0);
    if (!Number.isSafeInteger(length) || length < 0 || length > MAX_BYTES) {
      throw new RangeError('event socket message has no usable Content-Length');
    }
    if (this.#rest.length < bodyStart + length) return undefined;
    const body = this.#rest.toString('utf8', bodyStart, bodyStart + length);
    this.#rest = this.#rest.subarray(bodyStart + length);
    return { headers, body };
  }
}

/** Header lines of a message, or of the event in a `text/event-plain` body. */
export function parseHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return headers;
}

/** Headers of the event in a `text/event-plain` body: values are percent-encoded there. */
export function parseEvent(body: string): Map<string, string> {
  const end = body.indexOf(END_OF_HEADERS);
  const headers = parseHeaders(end < 0 ? body : body.slice(0, end));
  for (const [name, value] of headers) if (value.includes('%')) headers.set(name, decode(value));
  return headers;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // bytes that are no UTF-8: nothing that we read
  }
}
