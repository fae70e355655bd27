import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { type WebSocket, WebSocketServer } from 'ws';
import { AuthError } from '../auth/auth-error.ts';
import type { Principal } from '../auth/principal.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { asError, PbxError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { messageOf, type SharedMessage, type Snapshot, type StreamSocket } from '../stream/messages.ts';
import type { Streams } from '../stream/streams.ts';
import { type Heard, TOPIC_LENGTH } from '../stream/topics.ts';
import { isSafe } from './access.ts';
import type { PrincipalOf } from './authenticate.ts';
import { RequestError } from './errors.ts';
import { type Hearing, hearingOf, textOf } from './stream-grant.ts';
import { STREAM_PATH } from './stream-tickets.ts';
import { textFrame } from './web-socket-frame.ts';

/** Clients that are connected at once. */
const MAX_SOCKETS = 5000;
const MAX_MESSAGE_BYTES = 64 * 1024;
/** Who connects says hello within this. */
const HELLO_MS = 10_000;
/** Whether each may still hear what it hears is asked so often. */
const CHECK_MS = 3000;
/** Whose browser does not answer a ping (RFC 6455 5.5.2) until the next is gone. */
const ALIVE_MS = 20_000;

const hello = Type.Object(
  {
    type: Type.Literal('hello'),
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    topics: Type.Optional(Type.Array(Type.String({ maxLength: TOPIC_LENGTH }), { maxItems: 100 })),
    tenant: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
);

export interface EventSocketsParts {
  readonly streams: Streams;
  /** How things are that a client begins with. */
  readonly snapshot: (heard: Heard, hearing: Hearing) => Promise<Snapshot>;
  readonly principalOf: PrincipalOf;
  /** Pages of these origins may connect, besides those of the same host. */
  readonly origins: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** After these somebody may hear less than before. */
const CHANGES_RIGHTS = /^\/api\/v1\/(me|session|users|api-keys|roles)\b/;

/** The event stream over WebSocket, on the HTTP server at {@link STREAM_PATH}: its route lets in whom every other route would. */
export class EventSockets {
  readonly #parts: EventSocketsParts;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  readonly #upgrades = new WeakMap<IncomingMessage, { readonly socket: Duplex; readonly head: Buffer }>();
  readonly #sockets = new Set<EventSocket>();
  readonly #timers: readonly Timer[];
  #isChecking = false;

  constructor(app: FastifyInstance, parts: EventSocketsParts) {
    this.#parts = parts;
    app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.url?.split('?', 1)[0] !== STREAM_PATH) return refuse(socket);
      this.#upgrades.set(request, { socket, head });
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      socket.on('error', () => socket.destroy());
      response.assignSocket(socket as never);
      response.on('finish', () => socket.end());
      app.routing(request, response);
    });
    this.#timers = [
      parts.clock.every(CHECK_MS, () => void this.check()),
      parts.clock.every(ALIVE_MS, () => this.#pingAll()),
    ];
    app.addHook('onResponse', async ({ method, url }, { statusCode }) => {
      if (!isSafe(method) && statusCode < 300 && CHANGES_RIGHTS.test(url)) await this.check();
    });
    app.addHook('preClose', async () => {
      parts.streams.close();
      this.close();
    });
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Takes over the connection of a request that was let in. Throws RequestError, AuthError. */
  take(request: FastifyRequest, reply: FastifyReply): void {
    const upgrade = this.#upgrades.get(request.raw);
    if (!upgrade) throw new RequestError('bad-request', 'connect to it with a WebSocket');
    if (!this.#isKnown(request))
      throw new AuthError('forbidden', `pages of ${request.headers.origin} may not connect: http.origins`);
    if (this.#sockets.size >= MAX_SOCKETS)
      throw new AuthError('too-many-requests', `${MAX_SOCKETS} clients are connected`);
    reply.hijack();
    reply.raw.removeAllListeners('finish');
    reply.raw.detachSocket(upgrade.socket as never);
    this.#server.handleUpgrade(request.raw, upgrade.socket as never, upgrade.head, (webSocket) => {
      const socket = new EventSocket(webSocket, upgrade.socket, this.#parts, request.asked);
      this.#sockets.add(socket);
      webSocket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Ends the sockets of those who were signed out, or whose rights have changed. */
  async check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      const groups = Map.groupBy(this.#sockets, ({ credentials }) => credentials);
      for (const sockets of groups.values()) {
        const principal = await this.#parts.principalOf(sockets[0]!.asked).catch(() => undefined);
        for (const socket of sockets) socket.recheck(principal);
      }
    } catch (error) {
      this.#parts.log.warn({ error: asError(error).message }, 'rights of stream clients cannot be checked');
    } finally {
      this.#isChecking = false;
    }
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
    for (const socket of this.#sockets) socket.close(1001, 'the PBX stops');
    this.#server.close();
  }

  #pingAll(): void {
    for (const socket of this.#sockets) socket.ping();
  }

  /** RFC 6455 10.2: a cookie comes with whatever page connects. */
  #isKnown({ headers }: FastifyRequest): boolean {
    const { origin, host = '' } = headers;
    if (origin === undefined || this.#parts.origins.includes(origin)) return true;
    return URL.parse(origin)?.host === host.toLowerCase();
  }
}

function refuse(socket: Duplex): void {
  socket.on('error', () => {});
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
}

/** One client's connection. */
class EventSocket implements StreamSocket {
  /** The request with which it was let in. */
  readonly asked: FastifyRequest;
  readonly credentials: string;
  readonly #webSocket: WebSocket;
  readonly #connection: Duplex;
  readonly #parts: EventSocketsParts;
  readonly #patience: Timer;
  #principal: Principal;
  #client: { close(): void } | undefined;
  /** What it hears by, and for which company. */
  #granted: { readonly text: string; readonly named: string | undefined } | undefined;
  #isAlive = true;

  constructor(webSocket: WebSocket, connection: Duplex, parts: EventSocketsParts, asked: FastifyRequest) {
    this.#webSocket = webSocket;
    this.#connection = connection;
    this.#parts = parts;
    this.asked = asked;
    this.#principal = asked.principal;
    const { authorization, cookie } = asked.headers;
    this.credentials = `${authorization}\n${cookie}\n${asked.ip}`;
    this.#patience = parts.clock.after(HELLO_MS, () => this.close(4408, 'no hello'));
    webSocket.on('message', (text) => this.#heard(String(text)));
    webSocket.on('pong', () => {
      this.#isAlive = true;
    });
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('close', () => {
      this.#patience.cancel();
      this.#client?.close();
    });
  }

  get buffered(): number {
    return this.#connection.writableLength;
  }

  send(message: SharedMessage): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    message.frame ??= textFrame(message.text);
    this.#connection.write(message.frame);
  }

  hold(): void {
    this.#connection.cork();
  }

  release(): void {
    this.#connection.uncork();
  }

  close(code: number, reason: string): void {
    this.#client?.close();
    this.#webSocket.close(code, reason);
  }

  ping(): void {
    if (!this.#isAlive) return this.#webSocket.terminate();
    this.#isAlive = false;
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping();
  }

  /** Undefined: nobody any more. */
  recheck(principal: Principal | undefined): void {
    if (!principal) return this.close(4401, 'signed out');
    this.#principal = principal;
    const granted = this.#granted;
    if (!granted) return;
    try {
      if (textOf(hearingOf(principal, granted.named).grant) === granted.text) return;
    } catch {
      // No right is left.
    }
    this.close(4403, 'rights have changed');
  }

  #heard(text: string): void {
    try {
      const said = this.#parse(text);
      const header = this.asked.headers['pbx-tenant'];
      const named = said.tenant ?? (typeof header === 'string' ? header : undefined);
      const hearing = hearingOf(this.#principal, named);
      this.#client?.close();
      this.#granted = { text: textOf(hearing.grant), named };
      this.#patience.cancel();
      const asked = { after: said.after, topics: said.topics };
      this.#client = this.#parts.streams.open(this, hearing.grant, asked, (heard) =>
        this.#parts.snapshot(heard, hearing),
      );
    } catch (error) {
      const { code, message } = error instanceof PbxError ? error : { code: 'internal', message: '' };
      this.send(messageOf({ type: 'error', code, detail: message }));
      this.close(code === 'bad-request' ? 4400 : 4403, code);
    }
  }

  #parse(text: string): Static<typeof hello> {
    try {
      const said: unknown = JSON.parse(text);
      if (Value.Check(hello, said)) return said;
    } catch {
      // No JSON.
    }
    throw new RequestError(
      'bad-request',
      'a client says { "type": "hello", "after"?, "topics"?, "tenant"? }',
    );
  }
}
