import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { digestAnswer } from './digest-answer.ts';
import { until } from './until.ts';

export interface RegisterOptions {
  readonly user: string;
  readonly password?: string;
  /** User of the credentials; `user` by default. */
  readonly username?: string;
  /** User of the To header; `user` by default. */
  readonly to?: string;
  /** Contact header's value; the phone's own address by default; '' for a query. */
  readonly contact?: string;
  readonly expires?: number;
  /** As it calls itself. */
  readonly userAgent?: string;
}

export interface CallOptions {
  readonly user: string;
  readonly password: string;
  /** User of the From header. */
  readonly from: string;
  readonly called: string;
  /** Header lines besides. */
  readonly more?: readonly string[];
  /** Offered, and the call is acknowledged when it is taken; without: nobody acknowledges a 200. */
  readonly sdp?: string;
}

/** A response, head only, as lines. */
export interface SipAnswer {
  readonly status: number;
  readonly text: string;
  header(name: string): string | undefined;
  headers(name: string): string[];
}

/** A phone of a few lines on a real UDP socket: what a stranger's bytes look like to the registrar. */
export class UdpPhone {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #domain: string;
  readonly #server: { readonly host: string; readonly port: number };
  readonly #answers = new Map<string, SipAnswer>();
  #count = 0;

  /** `server` is `host:port`; `host` an address of 127.0.0.0/8; `domain`: whose phone it takes itself for. */
  static async open(server: string, host = '127.0.0.1', domain = 'pbx400.local'): Promise<UdpPhone> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    const [address = '', port = ''] = server.split(':');
    return new UdpPhone(socket, host, domain, { host: address, port: Number(port) });
  }

  private constructor(socket: Socket, host: string, domain: string, server: { host: string; port: number }) {
    this.#socket = socket;
    this.#host = host;
    this.#domain = domain;
    this.#server = server;
    socket.on('message', (bytes) => {
      const answer = parse(bytes.toString());
      if (answer.status < 200) return;
      if (answer.status >= 300 && answer.header('CSeq')?.endsWith(' INVITE')) this.#acknowledge(answer);
      this.#answers.set(answer.header('Call-ID') + (answer.header('CSeq') ?? ''), answer);
    });
  }

  get address(): string {
    return `${this.#host}:${this.#socket.address().port}`;
  }

  /** REGISTER, then again with credentials when it is challenged; the last answer. */
  async register(options: RegisterOptions): Promise<SipAnswer> {
    const callId = `${++this.#count}-${process.pid}@${this.address}`;
    const challenge = await this.#send(options, callId, 1, undefined);
    const value = challenge.header('WWW-Authenticate');
    if (challenge.status !== 401 || value === undefined || options.password === undefined) return challenge;
    const { username = options.user, password } = options;
    const answer = digestAnswer(value, {
      username,
      password,
      method: 'REGISTER',
      uri: `sip:${this.#domain}`,
    });
    return this.#send(options, callId, 2, answer);
  }

  /** INVITE, then again with credentials; the last answer that is final. */
  async call({ user: username, password, from, called, more = [], sdp }: CallOptions): Promise<SipAnswer> {
    const callId = `${++this.#count}-${process.pid}@${this.address}`;
    const uri = `sip:${called}@${this.#domain}`;
    const lines = [`From: <sip:${from}@${this.#domain}>;tag=${this.#count}`, `To: <${uri}>`];
    const contact = `Contact: <sip:${from}@${this.address}>`;
    const invite = (cseq: number, credentials: string[]) =>
      this.#ask('INVITE', uri, callId, cseq, [...lines, contact, ...more, ...credentials], sdp);
    const challenge = await invite(1, []);
    const value = challenge.header('WWW-Authenticate');
    if (challenge.status !== 401 || value === undefined) return challenge;
    const answer = digestAnswer(value, { username, password, method: 'INVITE', uri });
    const final = await invite(2, [`Authorization: ${answer}`]);
    if (sdp !== undefined && final.status === 200) this.#acknowledge(final);
    return final;
  }

  close(): void {
    this.#socket.close();
  }

  async #send(
    { user, to = user, contact = `<sip:${user}@${this.address}>`, expires = 300, userAgent }: RegisterOptions,
    callId: string,
    cseq: number,
    authorization: string | undefined,
  ): Promise<SipAnswer> {
    const lines = [
      `From: <sip:${user}@${this.#domain}>;tag=${this.#count}`,
      `To: <sip:${to}@${this.#domain}>`,
      ...(contact === '' ? [] : [`Contact: ${contact}`, `Expires: ${expires}`]),
      ...(userAgent === undefined ? [] : [`User-Agent: ${userAgent}`]),
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    ];
    return this.#ask('REGISTER', `sip:${this.#domain}`, callId, cseq, lines);
  }

  /** RFC 3261 17.1.1.3: stock servers take the next INVITE of the call for one too many before that. */
  #acknowledge(refusal: SipAnswer): void {
    const lines = [
      `ACK ${refusal.header('To')?.match(/<(.+?)>/)?.[1]} SIP/2.0`,
      ...['Via', 'From', 'To', 'Call-ID'].map((name) => `${name}: ${refusal.header(name)}`),
      `CSeq: ${refusal.header('CSeq')?.replace('INVITE', 'ACK')}`,
      'Max-Forwards: 70',
      'Content-Length: 0',
    ];
    this.#socket.send(`${lines.join('\r\n')}\r\n\r\n`, this.#server.port, this.#server.host);
  }

  /** Sends a request and waits for its final answer. */
  #ask(
    method: string,
    uri: string,
    callId: string,
    cseq: number,
    headers: string[],
    sdp = '',
  ): Promise<SipAnswer> {
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.address};branch=z9hG4bK${callId.replace(/\W/g, '')}${cseq};rport`,
      'Max-Forwards: 70',
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      ...headers,
      ...(sdp === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${sdp.length}`,
    ];
    this.#socket.send(`${lines.join('\r\n')}\r\n\r\n${sdp}`, this.#server.port, this.#server.host);
    const key = `${callId}${cseq} ${method}`;
    return until(`answer to ${method}`, () => this.#answers.get(key), { limitMs: 10_000 });
  }
}

function parse(text: string): SipAnswer {
  const lines = text.split('\r\n');
  const headers = (name: string) =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      .map((line) => line.slice(name.length + 1).trim());
  return { status: Number(lines[0]?.split(' ')[1]), text, headers, header: (name) => headers(name)[0] };
}
