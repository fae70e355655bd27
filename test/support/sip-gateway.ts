/** A carrier's or a gateway's end on a real UDP socket: answers OPTIONS and REGISTER as long as it is told to, calls in and hangs up. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parseMessage, SipRequest, SipResponse } from '../../src/sip/message/index.ts';
import { until } from './until.ts';

export class SipGateway {
  readonly host: string;
  readonly port: number;
  /** Whether it answers at all. */
  isAlive = true;
  /** To calls that go out over it; undefined: none. */
  refusesCalls: number | undefined = 503;
  readonly requests: SipRequest[] = [];
  readonly #responses: SipResponse[] = [];
  readonly #socket: Socket;
  #calls = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.host = socket.address().address;
    this.port = socket.address().port;
    socket.on('message', (bytes, { port, address }) => {
      const message = parseMessage(bytes);
      if (message instanceof SipResponse) this.#responses.push(message);
      if (!(message instanceof SipRequest)) return;
      this.requests.push(message);
      if (!this.isAlive || message.method === 'ACK') return;
      const status = message.method === 'INVITE' ? this.refusesCalls : 200;
      if (status !== undefined) socket.send(this.#answer(message, status), port, address);
    });
  }

  static async open(host: string): Promise<SipGateway> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    return new SipGateway(socket);
  }

  /** Calls a number at `server` (`host:port`); resolves when it rings, is answered or refused, with the status and what hangs up. */
  async call(
    server: string,
    called: string,
    caller: string,
  ): Promise<{ readonly status: number; readonly hangUp: () => Promise<void> }> {
    const [address = '', port = ''] = server.split(':');
    const callId = `gateway-${++this.#calls}-${this.port}`;
    const uri = `sip:${called}@${server}`;
    const branch = `z9hG4bK${callId}`;
    const sdp = [
      ...['v=0', `o=- 1 1 IN IP4 ${this.host}`, 's=-', `c=IN IP4 ${this.host}`, 't=0 0'],
      ...['m=audio 40000 RTP/AVP 8', 'a=rtpmap:8 PCMA/8000', ''],
    ].join('\r\n');
    const send = (method: string, more: readonly string[], body = '') => {
      const lines = [
        `${method} ${uri} SIP/2.0`,
        `Via: SIP/2.0/UDP ${this.host}:${this.port};branch=${branch}`,
        'Max-Forwards: 70',
        `From: <sip:${caller}@${this.host}>;tag=${callId}`,
        `Call-ID: ${callId}`,
        `Contact: <sip:${this.host}:${this.port}>`,
        ...more,
        `Content-Length: ${Buffer.byteLength(body)}`,
      ];
      this.#socket.send(`${lines.join('\r\n')}\r\n\r\n${body}`, Number(port), address);
    };
    send('INVITE', [`To: <${uri}>`, 'CSeq: 1 INVITE', 'Content-Type: application/sdp'], sdp);
    const answers = () => this.#responses.filter((one) => one.callId === callId);
    const status = await until(
      'an answer to the call',
      () => answers().find((one) => one.status >= 180)?.status,
    );
    const hangUp = async () => {
      const taken = answers().find(({ status }) => status === 200);
      if (!taken) {
        send('CANCEL', [`To: <${uri}>`, 'CSeq: 1 CANCEL']);
        await until('the end of it', () => answers().some(({ status }) => status === 487));
        return;
      }
      send('ACK', [`To: ${taken.to.text}`, 'CSeq: 1 ACK']);
      send('BYE', [`To: ${taken.to.text}`, 'CSeq: 2 BYE']);
      await until('an answer to BYE', () => answers().some(({ cseq }) => cseq.method === 'BYE'));
    };
    return { status, hangUp };
  }

  close(): void {
    this.#socket.close();
  }

  #answer(request: SipRequest, status: number): string {
    const contact = request.method === 'REGISTER' ? request.all('Contact')[0] : undefined;
    const lines = [
      `SIP/2.0 ${status} ${status === 200 ? 'OK' : 'Service Unavailable'}`,
      ...request.all('Via').map((via) => `Via: ${via}`),
      `From: ${request.from.text}`,
      `To: ${request.to.text}${request.to.tag === '' ? ';tag=gateway' : ''}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${request.cseq.number} ${request.cseq.method}`,
      ...(contact === undefined ? [] : [`Contact: ${contact};expires=600`]),
      'Content-Length: 0',
    ];
    return `${lines.join('\r\n')}\r\n\r\n`;
  }
}
