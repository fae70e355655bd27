import type { ScannedMessage } from './scan-message.ts';
import { SipMessage } from './sip-message.ts';
import { NO_URI, parseUriAt, type Uri } from './uri.ts';
import { viaWithSource } from './via.ts';

/** A received request. */
export class SipRequest extends SipMessage {
  /** As received: methods are case-sensitive and never unescaped. */
  readonly method: string;
  /** Request-URI as received. */
  readonly requestUriText: string;
  /** The parsed Request-URI; `NO_URI` when it is malformed. */
  readonly requestUri: Uri;
  #sourceAddress = '';
  #sourcePort = 0;
  #responseVia: string | undefined;

  /** The Request-URI stands in [uriStart, uriEnd) of the text. */
  constructor(scan: ScannedMessage, method: string, uriStart: number, uriEnd: number) {
    super(scan);
    this.method = method;
    this.requestUriText = scan.text.slice(uriStart, uriEnd);
    this.requestUri = parseUriAt(scan.text, scan.codes, uriStart, uriEnd) ?? NO_URI;
  }

  get isRequest(): true {
    return true;
  }

  /**
   * Tells where the message came from, before anybody answers it: bare address and port. Responses then carry
   * `received` and `rport` (RFC 3261 18.2.1, RFC 3581 4).
   */
  setSource(address: string, port: number): void {
    this.#sourceAddress = address;
    this.#sourcePort = port;
    this.#responseVia = undefined;
  }

  /** Address that the request came from, `''` when it was never told. */
  get sourceAddress(): string {
    return this.#sourceAddress;
  }

  get sourcePort(): number {
    return this.#sourcePort;
  }

  /** The top Via as responses carry it. */
  get responseVia(): string {
    if (this.#responseVia === undefined) {
      const via = this.topVia;
      const known = via.text !== '' && this.#sourceAddress !== '';
      this.#responseVia = known ? viaWithSource(via, this.#sourceAddress, this.#sourcePort) : via.text;
    }
    return this.#responseVia;
  }
}
