/** A SIP end on a real UDP socket that says exactly what a test wants. It repeats and answers nothing by itself. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parseMessage, SipRequest, SipResponse } from '../../src/sip/message/index.ts';
import { until } from './until.ts';

const SDP = 'Content-Type: application/sdp';

type Message = SipRequest | SipResponse;

export class UdpParty {
  readonly messages: Message[] = [];
  readonly texts: string[] = [];
  readonly port: number;
  readonly host: string;
  readonly #socket: Socket;
  #branch = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
    this.host = socket.address().address;
    socket.on('message', (bytes) => {
      this.texts.push(bytes.toString());
      const message = parseMessage(bytes);
      if (message) this.messages.push(message);
    });
  }

  /** `host`: an address of loopback. */
  static async open(host = '127.0.0.1'): Promise<UdpParty> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    return new UdpParty(socket);
  }

  get uri(): string {
    return `sip:party@${this.host}:${this.port}`;
  }

  /** Requests of that method so far. */
  requests(method: string): SipRequest[] {
    return this.messages.filter(
      (one): one is SipRequest => one instanceof SipRequest && one.method === method,
    );
  }

  responses(method: string): SipResponse[] {
    return this.messages.filter(
      (one): one is SipResponse => one instanceof SipResponse && one.cseq.method === method,
    );
  }

  async request(method: string): Promise<SipRequest> {
    return until(`a ${method}`, () => this.requests(method).at(-1), { everyMs: 5 });
  }

  async response(method: string, status: number): Promise<SipResponse> {
    return until(
      `${status} to ${method}`,
      () => this.responses(method).find((response) => response.status === status),
      { everyMs: 5, show: () => this.texts.join('\n') },
    );
  }

  send(text: string, port: number): void {
    this.#socket.send(text, port, '127.0.0.1');
  }

  /** A request to a port of this machine; `lines` replace those of the same name. Returns its text. */
  ask(
    method: string,
    port: number,
    lines: Readonly<Record<string, string>> = {},
    body = '',
    uri?: string,
  ): string {
    const target = uri ?? `sip:400@127.0.0.1:${port}`;
    const headers: Record<string, string> = {
      Via: `SIP/2.0/UDP ${this.host}:${this.port};branch=z9hG4bK${this.port}x${++this.#branch}`,
      'Max-Forwards': '70',
      From: '"客服" <sip:party@example.com>;tag=party',
      To: `<sip:400@127.0.0.1:${port}>`,
      'Call-ID': `call-${this.port}`,
      CSeq: `1 ${method}`,
      Contact: `<${this.uri}>`,
      ...(body === '' ? {} : { 'Content-Type': 'application/sdp' }),
      ...lines,
      'Content-Length': String(Buffer.byteLength(body)),
    };
    const head = Object.entries(headers).filter(([, value]) => value !== '');
    const text = `${method} ${target} SIP/2.0\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
    this.send(text, port);
    return text;
  }

  /** Answers a request. */
  answer(request: SipRequest, status: number, port: number, lines: readonly string[] = [], body = ''): void {
    const tag = request.to.tag === '' && status > 100 ? ';tag=callee' : '';
    const all = [
      `SIP/2.0 ${status} Because`,
      ...request.all('Via').map((via) => `Via: ${via}`),
      ...request.all('Record-Route').map((route) => `Record-Route: ${route}`),
      `From: ${request.from.text}`,
      `To: ${request.to.text}${tag}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${request.cseq.number} ${request.cseq.method}`,
      ...(lines.some((line) => line.startsWith('Contact')) ? [] : [`Contact: <${this.uri}>`]),
      ...lines,
      ...(body === '' || lines.some((line) => line.startsWith('Content-Type')) ? [] : [SDP]),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    this.send(`${all.join('\r\n')}\r\n\r\n${body}`, port);
  }

  close(): void {
    this.#socket.close();
  }
}
