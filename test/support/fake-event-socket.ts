import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What a channel says of itself when it connects to us. */
export interface FakeChannel {
  readonly uuid: string;
  /** `User-Agent` of the INVITE that made it. */
  readonly userAgent: string;
}

const PROFILE = 'pbx400  profile  sip:mod_sofia@127.0.0.1:5080  RUNNING (0)\n';

/** Speaks as FreeSWITCH's event socket does, and misbehaves as a test asks. On loopback, any port. */
export class FakeEventSocket {
  readonly secret = 'the-secret-of-the-test';
  /** Answers to API commands, by the command's first word; undefined: never answered. */
  readonly answers = new Map<string, string | undefined>([
    ['sofia', PROFILE],
    ['global_getvar', 'core-1'],
    ['hupall', '+OK hangup all channels\n'],
    ['version', '1.11.2-release'],
    ['eval', 'strict=true'],
  ]);
  /** Every command that came. */
  readonly commands: string[] = [];
  /** In how many pieces. */
  pieces = 0;
  connections = 0;
  /** Says this instead of asking for the secret. */
  greeting = 'Content-Type: auth/request\n\n';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<FakeEventSocket> {
    const server = createServer();
    const fake = new FakeEventSocket(server);
    server.on('connection', (socket) => fake.#serve(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Sends these bytes on every connection. */
  say(text: string): void {
    for (const socket of this.#sockets) socket.write(text);
  }

  /** A channel of ours connects there and says who it is when it is asked. */
  async enter(port: number, { uuid, userAgent }: FakeChannel): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => {});
    socket.once('data', () =>
      socket.write(
        `Content-Type: command/reply\nEvent-Name: CHANNEL_DATA\nUnique-ID: ${uuid}\nChannel-Unique-ID: ${uuid}\n` +
          `variable_sip_user_agent: ${encodeURIComponent(userAgent)}\n\n`,
      ),
    );
    return socket;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    socket.write(this.greeting);
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      this.pieces++;
      text += bytes.toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#obey(socket, text.slice(0, end));
        text = text.slice(end + 2);
      }
    });
  }

  #obey(socket: Socket, command: string): void {
    this.commands.push(command);
    const [verb, name = ''] = command.split(/[ \n]/);
    if (verb !== 'api') {
      const reply = verb === 'auth' && name !== this.secret ? '-ERR invalid' : '+OK accepted';
      socket.write(`Content-Type: command/reply\nReply-Text: ${reply}\n\n`);
      return;
    }
    const answer = this.answers.get(name);
    if (answer === undefined) return;
    socket.write(`Content-Type: api/response\nContent-Length: ${Buffer.byteLength(answer)}\n\n${answer}`);
  }
}
