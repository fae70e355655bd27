import type { Clock, Timer } from '../../shared/clock.ts';
import type { ServerConnection } from './server-connection.ts';

/** Connections are looked at so often; one that holds nothing twice in a row is closed. */
const LOOK_MS = 5000;

/**
 * Connections that servers made to us (outbound mode). A server makes one for each request that it is told to bring here,
 * and leaves it to the application to end it: what holds nothing any more is closed, but for the newest of each server,
 * over which calls of ours go out.
 */
export class IncomingConnections {
  readonly #clock: Clock;
  readonly #inUse: () => ReadonlySet<ServerConnection>;
  readonly #close: (connection: ServerConnection) => void;
  /** The oldest first; whether it held nothing when it was last looked at. */
  readonly #idle = new Map<ServerConnection, boolean>();
  #timer: Timer | undefined;

  /** `inUse`: connections of which requests or dialogs are open. */
  constructor(
    clock: Clock,
    inUse: () => ReadonlySet<ServerConnection>,
    close: (connection: ServerConnection) => void,
  ) {
    this.#clock = clock;
    this.#inUse = inUse;
    this.#close = close;
  }

  add(connection: ServerConnection): void {
    this.#idle.set(connection, false);
    if (this.#idle.size > 1) this.#timer ??= this.#clock.every(LOOK_MS, () => this.#look());
  }

  /** It is gone; false when it was none of these. */
  remove(connection: ServerConnection): boolean {
    const known = this.#idle.delete(connection);
    if (this.#idle.size <= 1) this.#stop();
    return known;
  }

  /** Closes all. */
  close(): void {
    this.#stop();
    for (const connection of [...this.#idle.keys()]) connection.close();
  }

  #look(): void {
    const inUse = this.#inUse();
    const served = new Set<string>();
    for (const [connection, wasIdle] of [...this.#idle].reverse()) {
      // One that is not let in yet has a time limit of its own.
      if (connection.state !== 'ready') continue;
      const isNewest = !served.has(connection.name);
      served.add(connection.name);
      const isIdle = !isNewest && !inUse.has(connection);
      if (isIdle && wasIdle) this.#close(connection);
      else this.#idle.set(connection, isIdle);
    }
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
