import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { TlsIdentity } from '../../shared/tls-identity.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { ListenOptions } from './listen-options.ts';
import { SentBy } from './local-address.ts';
import type { TransportAddress } from './transport.ts';
import type { TransportHost } from './transport-host.ts';
import { cannotListen } from './udp-listener.ts';
import { WebSocketFlow } from './web-socket-flow.ts';

/** Path of SIP over WebSocket on HTTP servers. */
export const SIP_PATH = '/sip';

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * SIP over WebSocket (RFC 7118) at {@link SIP_PATH} of an HTTP server: one of its own, or one that serves other
 * things as well.
 */
export class WebSocketListener {
  readonly #host: TransportHost;
  readonly #table: ConnectionTable;
  readonly #options: ListenOptions;
  readonly #http: Server;
  readonly #isShared: boolean;
  readonly #webSockets: WebSocketServer;
  readonly #stopReloading: () => void;
  #local: TransportAddress;
  #sentBy: SentBy;

  /**
   * @param identity for WSS on a server of our own.
   * @param shared a server that somebody else opens and closes. What listens to its upgrades already keeps those
   *   of other paths.
   */
  constructor(
    host: TransportHost,
    table: ConnectionTable,
    options: ListenOptions,
    identity?: TlsIdentity,
    shared?: Server,
  ) {
    this.#host = host;
    this.#table = table;
    this.#options = options;
    this.#isShared = shared !== undefined;
    this.#local = { transport: options.transport, address: options.host, port: options.port };
    this.#sentBy = new SentBy(options, options.port);
    if (identity && !shared) {
      const server = createHttpsServer({ ...identity.options }, refuse);
      this.#stopReloading = identity.onReload((fresh) => server.setSecureContext(fresh));
      this.#http = server;
    } else {
      this.#http = shared ?? createServer(refuse);
      this.#stopReloading = () => {};
    }
    if (!shared) {
      // Who connects and says nothing, or never ends his request, is cut off as on the other transports.
      this.#http.headersTimeout = host.limits.firstMessageMs;
      this.#http.requestTimeout = host.limits.firstMessageMs;
      this.#http.maxConnections = host.limits.maxConnections;
    }
    this.#webSockets = new WebSocketServer({
      noServer: true,
      maxPayload: host.limits.maxMessageBytes,
      perMessageDeflate: false,
      // RFC 7118 4.1: both must agree on the subprotocol
      handleProtocols: (offered) => (offered.has('sip') ? 'sip' : false),
    });
    this.#takeUpgrades();
  }

  get local(): TransportAddress {
    return this.#local;
  }

  /** Begins to listen, unless the server is shared. Throws ConfigError. */
  async open(): Promise<void> {
    const { host, port, transport } = this.#options;
    if (!this.#isShared) {
      await new Promise<void>((resolve, reject) => {
        this.#http.once('error', (cause) => reject(cannotListen(transport, host, port, cause)));
        this.#http.listen({ host, port, ipv6Only: isIPv6(host), exclusive: true }, resolve);
      });
      this.#http.removeAllListeners('error');
      this.#http.on('error', (error) =>
        this.#host.logger.warn({ err: error }, 'SIP WebSocket listener error'),
      );
    }
    const bound = this.#http.address();
    if (bound && typeof bound === 'object') this.#local = { ...this.#local, port: bound.port };
    this.#sentBy = new SentBy(this.#options, this.#local.port);
  }

  /** Stops listening, unless the server is shared; connections are closed by the table. Idempotent. */
  async close(): Promise<void> {
    this.#stopReloading();
    this.#webSockets.close();
    if (this.#isShared || !this.#http.listening) return;
    await new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }

  #takeUpgrades(): void {
    const others = this.#http.listeners('upgrade') as UpgradeListener[];
    this.#http.removeAllListeners('upgrade');
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.url?.split('?', 1)[0] === SIP_PATH) this.#onUpgrade(request, socket, head);
      else if (others.length === 0) socket.destroy();
      else for (const other of others) other.call(this.#http, request, socket, head);
    });
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { remoteAddress = '', remotePort: port = 0 } = request.socket;
    const address = plainAddress(this.#options.peerOf?.(request) ?? remoteAddress);
    if (!isKnownOrigin(request, this.#isShared, this.#options.origins ?? [])) {
      this.#host.logger.warn(
        { source: address, origin: request.headers.origin },
        'page of another origin refused',
      );
      return refuseUpgrade(socket, '403 Forbidden');
    }
    const protocols = request.headers['sec-websocket-protocol']?.split(',') ?? [];
    if (!protocols.some((name) => name.trim() === 'sip')) return refuseUpgrade(socket, '400 Bad Request');
    if (address === '' || !this.#table.hasRoomFor(address)) {
      this.#host.counters.limited++;
      return refuseUpgrade(socket, '503 Service Unavailable');
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const remote = { transport: this.#local.transport, address, port };
      const id = `${this.#local.transport}-${this.#host.ids.token()}`;
      const sentBy = this.#sentBy.for(address);
      const flow = new WebSocketFlow(this.#host, this.#table, webSocket, {
        id,
        local: this.#local,
        remote,
        sentBy,
      });
      this.#table.add(flow);
    });
  }
}

/**
 * RFC 6455 10.2: browsers say which page connects, and a page of somebody else must not use the agent's network. Of the
 * same origin, on a server of our own, which serves no pages, of the same host. Phones name no origin.
 */
function isKnownOrigin(request: IncomingMessage, isShared: boolean, known: readonly string[]): boolean {
  const { origin, host = '' } = request.headers;
  if (origin === undefined || known.includes(origin)) return true;
  const page = URL.parse(origin);
  const ours = URL.parse(`http://${host}`);
  if (!page || !ours) return false;
  return isShared ? `${page.host}` === host.toLowerCase() : page.hostname === ours.hostname;
}

/** The server of our own serves nothing but WebSockets. */
function refuse(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade' }).end();
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
}

/** An IPv4 peer of a dual-stack server as its IPv4 address. */
const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') ? address.slice(7) : address;
