import { parseMessage, SipRequest, SipResponse } from '../../src/sip/message/index.ts';
import type { TransportAddress } from '../../src/sip/transport/transport.ts';
import type { MemoryNetwork } from './memory-network.ts';

/** Parts of a message that a test writes; the rest is as it must be. */
export interface PeerContent {
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** A dialog from the peer's side, as far as a test needs it. */
export interface PeerDialog {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  cseq: number;
}

/** A SIP end that says exactly what a test wants, on a network in memory. It repeats and answers nothing by itself. */
export class SipPeer {
  readonly address: TransportAddress;
  readonly messages: (SipRequest | SipResponse)[] = [];
  readonly #network: MemoryNetwork;
  readonly #to: TransportAddress;
  #branch = 0;

  constructor(network: MemoryNetwork, address: string, to: TransportAddress, port = 5090) {
    this.#network = network;
    this.address = { transport: to.transport, address, port };
    this.#to = to;
    network.attach(this.address, {
      receive: (text) => {
        const message = parseMessage(Buffer.from(text));
        if (message) this.messages.push(message);
      },
    });
  }

  get requests(): SipRequest[] {
    return this.messages.filter((message) => message instanceof SipRequest);
  }

  get responses(): SipResponse[] {
    return this.messages.filter((message) => message instanceof SipResponse);
  }

  get statuses(): number[] {
    return this.responses.map(({ status }) => status);
  }

  /** Requests of that method, in order. */
  all(method: string): SipRequest[] {
    return this.requests.filter((request) => request.method === method);
  }

  last(method: string): SipRequest {
    const request = this.all(method).at(-1);
    if (!request) throw new Error(`no ${method} among ${this.requests.map((one) => one.method).join(' ')}`);
    return request;
  }

  /** The last response to a method. */
  answer(method: string): SipResponse | undefined {
    return this.responses.filter(({ cseq }) => cseq.method === method).at(-1);
  }

  get contact(): string {
    return `sip:peer@${this.address.address}:${this.address.port}`;
  }

  raw(text: string): void {
    this.#network.carry(this.address, this.#to, text);
  }

  newBranch(): string {
    return `z9hG4bKpeer${this.address.port}-${++this.#branch}`;
  }

  /** Sends a request outside of dialogs; returns its text, to be sent again. */
  request(
    method: string,
    callId: string,
    content: PeerContent & { cseq?: number; branch?: string; user?: string } = {},
  ): string {
    const { cseq = 1, branch = this.newBranch(), user = '400' } = content;
    const uri = `sip:${user}@${this.#to.address}:${this.#to.port}`;
    const text = write(
      `${method} ${uri} SIP/2.0`,
      [
        `Via: SIP/2.0/UDP ${this.address.address}:${this.address.port};branch=${branch}`,
        'Max-Forwards: 70',
        `From: <sip:peer@example.com>;tag=peer`,
        `To: <${uri}>`,
        `Call-ID: ${callId}`,
        `CSeq: ${cseq} ${method}`,
        `Contact: <${this.contact}>`,
        ...(content.headers ?? []),
      ],
      content.body,
    );
    this.raw(text);
    return text;
  }

  /** The dialog that a response to a request of ours made. */
  dialogOf(response: SipResponse): PeerDialog {
    return {
      callId: response.callId,
      local: response.from.text,
      remote: response.to.text,
      target: response.contact?.uri.text ?? '',
      cseq: response.cseq.number,
    };
  }

  /** The dialog that an answer of ours with `tag` made. */
  dialogFrom(request: SipRequest, tag: string): PeerDialog {
    return {
      callId: request.callId,
      local: `${request.to.text};tag=${tag}`,
      remote: request.from.text,
      target: request.contact?.uri.text ?? '',
      cseq: 0,
    };
  }

  /** Sends a request in a dialog; ACK keeps the CSeq. */
  inDialog(dialog: PeerDialog, method: string, content: PeerContent = {}): string {
    if (method !== 'ACK') dialog.cseq++;
    const text = write(
      `${method} ${dialog.target} SIP/2.0`,
      [
        `Via: SIP/2.0/UDP ${this.address.address}:${this.address.port};branch=${this.newBranch()}`,
        'Max-Forwards: 70',
        `From: ${dialog.local}`,
        `To: ${dialog.remote}`,
        `Call-ID: ${dialog.callId}`,
        `CSeq: ${dialog.cseq} ${method}`,
        `Contact: <${this.contact}>`,
        ...(content.headers ?? []),
      ],
      content.body,
    );
    this.raw(text);
    return text;
  }

  /** Answers a request; `tag` goes into To when there is none. */
  respond(request: SipRequest, status: number, tag = '', content: PeerContent = {}): void {
    const to = request.to.tag === '' && tag !== '' ? `${request.to.text};tag=${tag}` : request.to.text;
    const contact = (content.headers ?? []).some((line) => line.startsWith('Contact'));
    const text = write(
      `SIP/2.0 ${status} Because`,
      [
        ...request.all('Via').map((via) => `Via: ${via}`),
        `From: ${request.from.text}`,
        `To: ${to}`,
        `Call-ID: ${request.callId}`,
        `CSeq: ${request.cseq.number} ${request.cseq.method}`,
        ...(contact ? [] : [`Contact: <${this.contact}>`]),
        ...(content.headers ?? []),
      ],
      content.body,
    );
    this.raw(text);
  }
}

function write(line: string, headers: readonly string[], body = ''): string {
  const type = body === '' ? [] : ['Content-Type: application/sdp'];
  const all = [line, ...headers, ...type, `Content-Length: ${Buffer.byteLength(body)}`];
  return `${all.join('\r\n')}\r\n\r\n${body}`;
}
