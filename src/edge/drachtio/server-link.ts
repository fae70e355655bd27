import type { Timer } from '../../shared/clock.ts';
import { openStream, Trust } from '../drachtio-wire/streams.ts';
import { type ConnectionParts, type ConnectionUser, ServerConnection } from './server-connection.ts';

/** A drachtio-server that we connect to. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** Requests may be routed to us by one of these. */
  readonly tags?: readonly string[] | undefined;
  /** `ca`: file of the authority that signed the server's certificate; the system's ones by default. */
  readonly tls?: { readonly ca?: string };
}

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;

/** Keeps one connection to a configured server, again and again with growing pauses. */
export class ServerLink implements ConnectionUser {
  readonly name: string;
  readonly #server: ServerAddress;
  readonly #parts: ConnectionParts;
  readonly #user: ConnectionUser;
  readonly #trust: Trust | undefined;
  #connection: ServerConnection | undefined;
  #retry: Timer | undefined;
  #delayMs = FIRST_DELAY_MS;
  #closed = false;

  /** Throws ConfigError when the file of the authority cannot be read. */
  constructor(parts: ConnectionParts, server: ServerAddress, user: ConnectionUser) {
    this.name = `${server.host}:${server.port}`;
    this.#parts = parts;
    this.#server = server;
    this.#user = user;
    this.#trust = server.tls && new Trust(server.tls.ca);
  }

  open(): void {
    const { host, port, secret, tags } = this.#server;
    this.#retry = undefined;
    const stream = openStream(host, port, this.#trust, () => connection.begin());
    const connection = new ServerConnection(this.#parts, this.name, { secret, tags }, stream, this);
    this.#connection = connection;
  }

  onReady(connection: ServerConnection): void {
    this.#delayMs = FIRST_DELAY_MS;
    this.#user.onReady(connection);
  }

  onCancel(transactionId: string, message: string): void {
    this.#user.onCancel(transactionId, message);
  }

  onLost(connection: ServerConnection, reason: string, refused: boolean): void {
    this.#user.onLost(connection, reason, refused);
    if (this.#closed) return;
    const { clock, ids } = this.#parts;
    // Up to a fifth earlier, so that several workers do not come all at once.
    this.#retry = clock.after(this.#delayMs * (1 - ids.random() / 5), () => this.open());
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS);
  }

  /** Reads the file of the authority again, for the next connection. Throws ConfigError. */
  reloadTls(): void {
    this.#trust?.reload();
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
    this.#connection?.close();
  }
}
