import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock, Timer } from '../../shared/clock.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import { isTransportName } from '../../shared/transport-name.ts';
import { FrameReader, frame } from '../drachtio-wire/frame.ts';
import { MAX_WAITING_BYTES, TickWriter } from '../drachtio-wire/tick-writer.ts';
import type { SocketAddress } from '../edge.ts';
import { OverloadSpan } from '../gate/overload-span.ts';
import { countsBytesOrCharacters } from './payload-end.ts';
import { SrfSocket } from './srf-socket.ts';

/**
 * ```
 * connecting --socket open--> authenticating --secret, routes--> ready --> lost
 *      \-------------------------\------------------------------------/
 * ```
 */
export type ConnectionState = 'connecting' | 'authenticating' | 'ready' | 'lost';

/** Who uses a connection. */
export interface ConnectionUser {
  /** The server took our secret and our routes. */
  onReady(connection: ServerConnection): void;
  /** The connection is gone, or never came to be. Once, last of all. `refused`: the secret or the certificate is wrong. */
  onLost(connection: ServerConnection, reason: string, refused: boolean): void;
  /** A CANCEL came for the INVITE with this transaction id; the server has answered both. */
  onCancel(transactionId: string, message: string): void;
}

export interface ConnectionParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Gives srf its end of the connection. */
  readonly attach: (socket: SrfSocket) => void;
}

/** What we say to a server first. */
export interface Introduction {
  readonly secret: string;
  /** What we are for: a server can be told to send a request to an application with a tag. */
  readonly tags?: readonly string[] | undefined;
  /** Methods that we want; all by default. */
  readonly routes?: readonly string[];
}

/** Methods of requests outside of dialogs that we want; a route is for one connection. */
const ROUTES = [
  'invite',
  'register',
  'options',
  'message',
  'subscribe',
  'notify',
  'refer',
  'publish',
  'info',
];

/** Stock drachtio-server takes no larger command: it would never answer anything again. */
const STOCK_COMMAND_BYTES = 12_000;
const MAX_FRAME_BYTES = 1 << 20;
const AUTHENTICATE_LIMIT_MS = 5000;
/** Seen at v0.8.4 and v0.9.10: of several answers that are due at once some never come; by its source, writes overlap. */
const TLS_OF_STOCK =
  'drachtio-server loses messages over its own TLS: let a proxy (stunnel, HAProxy) end TLS before its plain port';
const PING_MS = 10_000;
/** Our own clock is no later than that while we are alive. */
const LATE_MS = 1_000;

const BAR = 124;
const CR = 13;

/** One connection to a drachtio-server: framing, secret, routes and liveness. srf sees clean frames only. */
export class ServerConnection {
  /** `host:port` of the server. */
  readonly name: string;
  /** srf's end. */
  readonly socket: SrfSocket;
  /** Where the server listens for SIP. */
  addresses: readonly SocketAddress[] = [];
  readonly #parts: ConnectionParts;
  readonly #introduction: Introduction;
  readonly #stream: Socket;
  readonly #writer: TickWriter;
  readonly #user: ConnectionUser;
  readonly #routes: readonly string[];
  readonly #reader = new FrameReader(MAX_FRAME_BYTES, countsBytesOrCharacters);
  /** Our own commands that wait for their answer. */
  readonly #own = new Map<string, (tokens: readonly string[]) => void>();
  readonly #overload: OverloadSpan;
  #state: ConnectionState = 'connecting';
  #limit: Timer | undefined;
  #ping: Timer | undefined;
  #introduced = false;
  #heard = true;
  /** Monotonic, ms. */
  #checkDueAt = 0;
  #isStock = true;
  #keepsRefused = false;
  /** TLS that a stock server itself may speak. */
  #tlsOfStock = false;

  constructor(
    parts: ConnectionParts,
    name: string,
    introduction: Introduction,
    stream: Socket,
    user: ConnectionUser,
  ) {
    this.#parts = parts;
    this.#overload = new OverloadSpan(() => parts.clock.monotonic());
    this.name = name;
    this.#introduction = introduction;
    this.#stream = stream;
    this.#writer = new TickWriter(stream);
    this.#user = user;
    this.#routes = introduction.routes ?? ROUTES;
    this.socket = new SrfSocket({
      onWrite: (bytes) => this.#onWrite(bytes),
      onEnd: () => this.#lose('closed by srf'),
    });
    stream.setNoDelay(true);
    stream.setKeepAlive(true, 30_000);
    stream.on('data', (chunk: Buffer) => this.#onBytes(chunk));
    stream.on('error', (error) => this.#lose(error.message, isUntrusted(stream)));
    stream.on('close', () => this.#lose('closed by the server'));
    this.#limit = parts.clock.after(AUTHENTICATE_LIMIT_MS, () => {
      this.#lose(this.#tlsOfStock ? `answers are lost, ${TLS_OF_STOCK}` : 'no answer');
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** A drachtio-server, with its traps, and none of ours. */
  get isStock(): boolean {
    return this.#isStock;
  }

  /**
   * drachtio-server before v0.9 keeps a re-INVITE that was refused, and takes the answers of the next INVITE at the same
   * place in its memory for answers to it. An ACK in the dialog makes it forget.
   */
  get keepsRefused(): boolean {
    return this.#keepsRefused;
  }

  /** Whether the server, one of ours, has been overloaded since then (monotonic, ms). */
  wasOverloaded(sinceMs: number): boolean {
    return this.#overload.touches(sinceMs);
  }

  /** The stream is open: says who we are. */
  begin(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'authenticating';
    // srf writes its authenticate command at once; see #onWrite.
    this.#parts.attach(this.socket);
  }

  /** Idempotent; `onLost` follows at once. What was written before still goes out. */
  close(): void {
    if (this.#state === 'lost') return;
    this.#writer.flush();
    this.#stream.end();
    this.#lose('closed');
  }

  #lose(reason: string, refused = false): void {
    if (this.#state === 'lost') return;
    this.#state = 'lost';
    this.#limit?.cancel();
    this.#ping?.cancel();
    this.#own.clear();
    if (this.#stream.writableEnded) this.#stream.destroySoon();
    else this.#stream.destroy();
    this.socket.destroy();
    this.#user.onLost(this, reason, refused);
  }

  #onWrite(bytes: Buffer): void {
    if (this.#state === 'lost') return;
    if (!this.#introduced) return this.#authenticate(bytes);
    if (bytes.length > (this.#isStock ? STOCK_COMMAND_BYTES : MAX_FRAME_BYTES)) return this.#refuse(bytes);
    this.#writer.write(bytes);
    if (this.#writer.waiting > MAX_WAITING_BYTES) this.#lose('does not read');
  }

  /** srf does not know the secret: what it does not know, its debug lines cannot show. */
  #authenticate(bytes: Buffer): void {
    this.#introduced = true;
    const id = commandId(bytes);
    this.#own.set(id, (tokens) => this.#onAuthenticated(tokens));
    const { secret, tags = [] } = this.#introduction;
    this.#writer.write(frame(`${id}|authenticate|${secret}|${tags.join(',')}`));
  }

  #onAuthenticated(tokens: readonly string[]): void {
    const [, , , verdict, addresses = '', version = ''] = tokens;
    if (verdict !== 'OK') return this.#lose('the secret is wrong', true);
    // The control port of a server that is starting is open before its SIP is; what it says later it never corrects.
    if (addresses === '') return this.#lose('its SIP is not up yet');
    this.addresses = parseHostports(addresses);
    this.#isStock = !version.includes('pbx400');
    this.#keepsRefused = this.#isStock && /^v0\.[0-8]\./.test(version);
    this.#tlsOfStock = this.#isStock && this.#stream instanceof TLSSocket;
    if (this.#tlsOfStock) this.#parts.logger.warn({ server: this.name, version }, TLS_OF_STOCK);
    // A server that has come to us has asked somebody else where requests go, and sends them at once.
    if (this.#routes.length === 0) this.#routed();
    let unanswered = this.#routes.length;
    for (const route of this.#routes) {
      this.#command(`route|${route}`, () => {
        if (--unanswered === 0) this.#routed();
      });
    }
    // Applications are not used to hear of 100 and of the server's load; we want to know whether anybody is there.
    if (!this.#isStock) this.#command('trying', () => {});
    // Servers since v0.8.2 answer pings; older ones would hang up.
    if (!/^v0\.([0-7]\.|8\.[01]\b)/.test(version)) {
      this.#checkDueAt = this.#parts.clock.monotonic() + PING_MS;
      this.#ping = this.#parts.clock.every(PING_MS, () => this.#checkAlive());
    }
  }

  /** Before the server has all routes it answers requests with 503. */
  #routed(): void {
    this.#limit?.cancel();
    this.#state = 'ready';
    this.#user.onReady(this);
  }

  #checkAlive(): void {
    const nowMs = this.#parts.clock.monotonic();
    // Standing still we have read nothing: what has come since is read before the next check.
    const isLate = nowMs > this.#checkDueAt + LATE_MS;
    this.#checkDueAt = nowMs + PING_MS;
    if (!this.#heard && !isLate) return this.#lose('does not answer pings');
    this.#heard = false;
    this.#command('ping', () => {});
  }

  #command(command: string, onAnswer: (tokens: readonly string[]) => void): void {
    const id = this.#parts.ids.token();
    this.#own.set(id, onAnswer);
    this.#writer.write(frame(`${id}|${command}`));
  }

  /** A command that is too long is answered here: every command gets an answer. */
  #refuse(bytes: Buffer): void {
    this.#parts.logger.warn(
      { server: this.name, bytes: bytes.length },
      'a command is too long for the server',
    );
    const answer = `${this.#parts.ids.token()}|response|${commandId(bytes)}|NOK|message too large`;
    process.nextTick(() => this.socket.deliver(Buffer.from(frame(answer))));
  }

  #onBytes(chunk: Buffer): void {
    this.#heard = true;
    try {
      this.#reader.push(chunk, (payload) => this.#onPayload(payload));
    } catch (error) {
      this.#parts.logger.error({ server: this.name, err: error }, 'a drachtio-server is not understood');
      this.#lose('not understood');
    }
  }

  #onPayload(payload: Buffer): void {
    const typeAt = payload.indexOf(BAR) + 1;
    const type = payload.toString('latin1', typeAt, payload.indexOf(BAR, typeAt));
    if (type === 'response') {
      const tokens = headLine(payload).split('|');
      const onAnswer = this.#own.get(tokens[2] ?? '');
      if (onAnswer) {
        this.#own.delete(tokens[2]!);
        // srf wants to know that it is authenticated.
        if (this.#state === 'authenticating') this.#deliver(payload);
        return onAnswer(tokens);
      }
    } else if (type === 'overload') {
      this.#overload.note(headLine(payload).endsWith('|on'));
      return;
    } else if (type === 'sip') {
      if (this.#isCancel(payload)) this.#onCancel(payload);
    } else {
      // srf would throw, and take the process with it.
      this.#parts.logger.debug({ server: this.name, type }, 'a frame of an unknown type');
      return;
    }
    this.#deliver(payload);
  }

  #isCancel(payload: Buffer): boolean {
    const start = payload.indexOf(CR) + 2;
    return payload.toString('latin1', start, start + 7) === 'CANCEL ';
  }

  #onCancel(payload: Buffer): void {
    const tokens = headLine(payload).split('|');
    this.#user.onCancel(tokens[8] ?? '', payload.toString('utf8', payload.indexOf(CR) + 2));
  }

  #deliver(payload: Buffer): void {
    this.socket.deliver(Buffer.concat([Buffer.from(`${payload.length}#`), payload]));
  }
}

/** The server's certificate is of no authority that we trust, or of another host. */
function isUntrusted(stream: Socket): boolean {
  return stream instanceof TLSSocket && Boolean(stream.authorizationError);
}

/** Id of a command that srf wrote: between `#` and the first bar. */
function commandId(bytes: Buffer): string {
  return bytes.toString('latin1', bytes.indexOf(35) + 1, bytes.indexOf(BAR));
}

function headLine(payload: Buffer): string {
  const end = payload.indexOf(CR);
  return payload.toString('utf8', 0, end < 0 ? payload.length : end);
}

/** `udp/127.0.0.1:5060,tcp/[::1]:5060`: the addresses that a server tells. What is strange is left out. */
export function parseHostports(text: string): SocketAddress[] {
  const addresses: SocketAddress[] = [];
  for (const part of text.split(',')) {
    const [, transport = '', address = '', port] =
      /^([a-z]+)\/\[?([^\]]+?)\]?:(\d+)$/.exec(part.trim()) ?? [];
    if (isTransportName(transport)) addresses.push({ transport, address, port: Number(port) });
  }
  return addresses;
}
