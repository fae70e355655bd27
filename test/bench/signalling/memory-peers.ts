import { parseMessage, type SipRequest, type SipResponse } from '../../../src/sip/message/index.ts';
import type {
  Flow,
  TransportAddress,
  Transports,
  TransportUser,
} from '../../../src/sip/transport/transport.ts';

type Message = SipRequest | SipResponse;

const SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 101\r\n' +
  'a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n';
const LOCAL: TransportAddress = { transport: 'udp', address: '127.0.0.1', port: 5060 };

/** A call as its caller knows it. */
export interface OpenCall {
  readonly number: number;
  /** To of the 200, with the engine's tag, and its Contact; '' before. */
  to: string;
  target: string;
}

/** A caller and a line without sockets: what they send is parsed at once, what the engine sends is kept as text. */
export class MemoryPeers {
  /** Calls that got their 200. */
  answered = 0;
  readonly #calls = new Map<string, OpenCall>();
  readonly #caller: Flow;
  readonly #line: Flow;
  #user: TransportUser<Message> | undefined;
  #invites: string[] = [];
  #byes: string[] = [];

  constructor() {
    this.#caller = flowTo(6001, (text) => this.#toCaller(text));
    this.#line = flowTo(6002, (text) => this.#toLine(text));
  }

  /** For the edge. */
  get transports(): Transports<Message> {
    return {
      addresses: [LOCAL],
      open: async (user) => {
        this.#user = user;
      },
      flowTo: ({ port }) => (port === 6001 ? this.#caller : this.#line),
      flowById: () => undefined,
      close: async () => {},
    };
  }

  /** The caller places a call. */
  invite(number: number): OpenCall {
    const call: OpenCall = { number, to: '', target: '' };
    this.#calls.set(callIdOf(number), call);
    const to = 'To: <sip:4001234567@127.0.0.1:5060>';
    this.#receive(requestOf('INVITE', 'sip:4001234567@127.0.0.1:5060', call, 1, to, SDP), this.#caller);
    return call;
  }

  /** INVITEs that have come to the line and are not answered. */
  get ringing(): number {
    return this.#invites.length;
  }

  /** The line rings and answers whatever has come. */
  answerInvites(): void {
    for (const invite of this.#invites.splice(0)) {
      this.#receive(responseOf('180 Ringing', invite), this.#line);
      this.#receive(responseOf('200 OK', invite, SDP), this.#line);
    }
  }

  ack(call: OpenCall): void {
    if (call.to === '') return;
    this.answered++;
    this.#receive(requestOf('ACK', call.target, call, 1, call.to), this.#caller);
  }

  /** The caller hangs up. */
  bye(call: OpenCall): void {
    this.#calls.delete(callIdOf(call.number));
    if (call.to !== '') this.#receive(requestOf('BYE', call.target, call, 2, call.to), this.#caller);
  }

  /** The line answers each BYE that has come. */
  answerByes(): void {
    for (const bye of this.#byes.splice(0)) this.#receive(responseOf('200 OK', bye), this.#line);
  }

  #receive(text: string, flow: Flow): void {
    const message = parseMessage(Buffer.from(text));
    if (message) this.#user?.onMessage(message, flow);
  }

  #toCaller(text: string): void {
    if (!text.startsWith('SIP/2.0 200') || !text.includes('CSeq: 1 INVITE')) return;
    const call = this.#calls.get(line(text, 'Call-ID').slice('Call-ID: '.length));
    if (!call) return;
    call.to = line(text, 'To');
    const contact = line(text, 'Contact');
    call.target = contact.slice(contact.indexOf('<') + 1, contact.indexOf('>'));
  }

  #toLine(text: string): void {
    if (text.startsWith('INVITE')) this.#invites.push(text);
    else if (text.startsWith('BYE')) this.#byes.push(text);
  }
}

function flowTo(port: number, take: (text: string) => void): Flow {
  return {
    id: `u0-127.0.0.1-${port}`,
    remote: { transport: 'udp', address: '127.0.0.1', port },
    local: LOCAL,
    reliable: false,
    sentBy: '127.0.0.1:5060',
    open: true,
    // What a socket does to the text: it becomes bytes.
    send: (message) => take(Buffer.from(message as string).toString('latin1')),
  };
}

const callIdOf = (number: number) => `${number}-1234@127.0.0.1`;

function line(text: string, name: string): string {
  const at = text.indexOf(`\r\n${name}: `) + 2;
  return text.slice(at, text.indexOf('\r\n', at));
}

function requestOf(
  method: string,
  uri: string,
  { number }: OpenCall,
  cseq: number,
  to: string,
  body = '',
): string {
  const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
  return (
    `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:6001;rport;branch=z9hG4bK-${number}-${method}\r\n` +
    `Max-Forwards: 70\r\nFrom: <sip:13800138000@127.0.0.1:6001>;tag=${number}c\r\n${to}\r\n` +
    `Call-ID: ${callIdOf(number)}\r\nCSeq: ${cseq} ${method}\r\nContact: <sip:13800138000@127.0.0.1:6001>\r\n` +
    `${type}Content-Length: ${body.length}\r\n\r\n${body}`
  );
}

function responseOf(status: string, request: string, body = ''): string {
  const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
  const to = line(request, 'To');
  const tag = to.includes(';tag=') ? '' : `;tag=line`;
  return (
    `SIP/2.0 ${status}\r\n${line(request, 'Via')}\r\n${line(request, 'From')}\r\n${to}${tag}\r\n` +
    `${line(request, 'Call-ID')}\r\n${line(request, 'CSeq')}\r\nContact: <sip:line@127.0.0.1:6002>\r\n` +
    `${type}Content-Length: ${body.length}\r\n\r\n${body}`
  );
}
