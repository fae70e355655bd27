import type { Socket } from 'node:net';
import { AddressList } from '../../shared/address-list.ts';
import type { Timer } from '../../shared/clock.ts';
import { ConfigError, PbxError } from '../../shared/errors.ts';
import type { TlsFiles } from '../../shared/tls-identity.ts';
import { createListener, type ProtocolListener } from '../drachtio-wire/streams.ts';
import { IncomingConnections } from './incoming-connections.ts';
import { type ConnectionParts, type ConnectionUser, ServerConnection } from './server-connection.ts';
import { type ServerAddress, ServerLink } from './server-link.ts';

/** Where drachtio-servers connect to us: outbound mode. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Addresses and blocks of the servers: each is told the secret, and believed. */
  readonly from: readonly string[];
  readonly secret: string;
  readonly tls?: TlsFiles;
}

/** Told what becomes of the servers. */
export interface ServersUser {
  onReady(connection: ServerConnection): void;
  /** A connection that was ready is lost. */
  onLost(connection: ServerConnection, reason: string): void;
  onCancel(transactionId: string, message: string): void;
  /** Connections of which requests or dialogs are open. */
  inUse(): ReadonlySet<ServerConnection>;
}

/** Time that the first connection may take. */
const START_LIMIT_MS = 10_000;

/** All connections to drachtio-servers, made by us or by them. */
export class Servers implements ConnectionUser {
  readonly #parts: ConnectionParts;
  readonly #user: ServersUser;
  readonly #links: readonly ServerLink[];
  readonly #listenAddress: ListenAddress | undefined;
  readonly #known: AddressList;
  readonly #ready: ServerConnection[] = [];
  readonly #incoming: IncomingConnections;
  #listener: ProtocolListener | undefined;
  #next = 0;
  /** Why the last connection never came to be. */
  #trouble = '';
  #starting: { decided(): void; refused(reason: string): void } | undefined;
  #closed = false;

  constructor(
    parts: ConnectionParts,
    servers: readonly ServerAddress[],
    listen: ListenAddress | undefined,
    user: ServersUser,
  ) {
    this.#parts = parts;
    this.#user = user;
    this.#listenAddress = listen;
    this.#known = new AddressList(listen?.from ?? []);
    this.#incoming = new IncomingConnections(
      parts.clock,
      () => user.inUse(),
      (connection) => this.#dismiss(connection),
    );
    this.#links = servers.map((server) => new ServerLink(parts, server, this));
  }

  /** Connections that take commands. */
  get ready(): readonly ServerConnection[] {
    return this.#ready;
  }

  /** Port that listens for servers, in outbound mode. */
  get listenPort(): number | undefined {
    const address = this.#listener?.server.address();
    return address && typeof address === 'object' ? address.port : undefined;
  }

  /**
   * Connects; resolves with the first server that is ready. Throws PbxError when none is, ConfigError when a secret or
   * a certificate is wrong.
   */
  async start(): Promise<void> {
    try {
      if (this.#listenAddress) await this.#listen(this.#listenAddress);
      if (this.#links.length > 0) await this.#connect();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** The next server, in turn; undefined when none is there. */
  pick(): ServerConnection | undefined {
    return this.#ready[this.#next++ % Math.max(1, this.#ready.length)];
  }

  /** See {@link ServerConnection.wasOverloaded}. */
  wereOverloaded(sinceMs: number): boolean {
    return this.#ready.some((connection) => connection.wasOverloaded(sinceMs));
  }

  onReady(connection: ServerConnection): void {
    this.#ready.push(connection);
    this.#user.onReady(connection);
    this.#starting?.decided();
  }

  onLost(connection: ServerConnection, reason: string, refused: boolean): void {
    this.#incoming.remove(connection);
    if (refused) this.#starting?.refused(`drachtio-server ${connection.name}: ${reason}`);
    const at = this.#ready.indexOf(connection);
    if (at < 0) {
      this.#trouble = `: ${reason}`;
      this.#parts.logger.debug({ server: connection.name, reason }, 'no connection to a drachtio-server');
      return;
    }
    this.#ready.splice(at, 1);
    if (!this.#closed) this.#user.onLost(connection, reason);
  }

  onCancel(transactionId: string, message: string): void {
    this.#user.onCancel(transactionId, message);
  }

  /** Reads certificates and authorities again, for new connections. Throws ConfigError when one is not good. */
  reloadTls(): void {
    for (const link of this.#links) link.reloadTls();
    this.#listener?.reload();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const link of this.#links) link.close();
    this.#incoming.close();
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener) await new Promise<void>((done) => listener.server.close(() => done()));
  }

  #connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      const names = this.#links.map(({ name }) => name).join(', ');
      // No mistake: the server may be starting, too. Whoever starts us may try again.
      const limit: Timer = this.#parts.clock.after(START_LIMIT_MS, () => {
        this.#starting = undefined;
        reject(new PbxError('drachtio-none', `no drachtio-server answers at ${names}${this.#trouble}`));
      });
      const settle = () => {
        limit.cancel();
        this.#starting = undefined;
      };
      this.#starting = {
        decided: () => {
          settle();
          resolve();
        },
        refused: (message) => {
          settle();
          reject(new ConfigError(message, undefined, 'check secret and tls in sip.drachtio.servers'));
        },
      };
      for (const link of this.#links) link.open();
    });
  }

  async #listen({ host, port, tls }: ListenAddress): Promise<void> {
    const listener = createListener(tls, (stream) => this.#accept(stream));
    this.#listener = listener;
    return new Promise((resolve, reject) => {
      listener.server.once('error', (error) =>
        reject(
          new ConfigError(`sip.drachtio.listen ${host}:${port}: ${error.message}`, undefined, undefined, {
            cause: error,
          }),
        ),
      );
      listener.server.listen(port, host, resolve);
    });
  }

  #accept(stream: Socket): void {
    // A TLS handshake may end after the listener was closed.
    if (this.#closed) return void stream.destroy();
    // Its port says nothing: it has another for each request.
    const name = stream.remoteAddress ?? 'unknown';
    if (!this.#known.has(name)) {
      this.#parts.logger.warn(
        { address: name, fix: 'if it is a drachtio-server, add it to sip.drachtio.listen.from' },
        'a stranger connected where drachtio-servers do',
      );
      return void stream.destroy();
    }
    const secret = this.#listenAddress?.secret ?? '';
    const connection = new ServerConnection(this.#parts, name, { secret, routes: [] }, stream, this);
    this.#incoming.add(connection);
    connection.begin();
  }

  /** Nothing is lost with it: nobody is told. */
  #dismiss(connection: ServerConnection): void {
    this.#ready.splice(this.#ready.indexOf(connection), 1);
    connection.close();
  }
}
