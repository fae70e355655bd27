import { expect } from 'vitest';
import { DrachtioServer } from '../../../../src/edge/drachtio-server/drachtio-server.ts';
import type { HandlerRule } from '../../../../src/edge/drachtio-server/request-handlers.ts';
import { seededIds } from '../../../../src/shared/ids.ts';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import type { TransportAddress } from '../../../../src/sip/transport/transport.ts';
import { DrachtioClient } from '../../../support/drachtio-client.ts';
import { MemoryNetwork } from '../../../support/memory-network.ts';

export const SIP: TransportAddress = { transport: 'udp', address: '10.0.0.1', port: 5060 };
export const SECRET = 's';

export interface MemoryServerOptions {
  readonly listeners?: readonly TransportAddress[];
  /** Host that peers are told, with the listener's port; by default the listener's own. */
  readonly advertised?: string;
  /** Where every name leads. */
  readonly named?: () => readonly TransportAddress[];
  readonly handlers?: readonly HandlerRule[];
  readonly isEmergency?: (number: string) => boolean;
  /** What the application wants. */
  readonly routes?: readonly string[];
}

/** A server on a network in memory with a manual clock, and its application. */
export class MemoryServer {
  readonly clock = new ManualClock(Date.UTC(2026, 9, 10, 2));
  readonly network = new MemoryNetwork(this.clock);
  readonly server: DrachtioServer;
  app!: DrachtioClient;
  /** How busy the server's event loop seems to be. */
  busyShare = 0;
  readonly #routes: readonly string[];

  protected constructor(options: MemoryServerOptions) {
    const { listeners = [SIP], advertised, named, handlers = [], isEmergency, routes = ['invite'] } = options;
    const transports = this.network.host(...listeners);
    if (advertised !== undefined) transports.sentBy = ({ port }) => `${advertised}:${port}`;
    this.#routes = routes;
    this.server = new DrachtioServer(
      {
        clock: this.clock,
        ids: seededIds(),
        logger: silentLogger,
        transports,
        resolver: { resolve: () => (named ? Promise.resolve(named()) : []) },
        busyShare: () => this.busyShare,
      },
      {
        admin: { host: '127.0.0.1', port: 0 },
        secret: SECRET,
        handlers,
        ...(isEmergency && { isEmergency }),
      },
    );
  }

  static async open(options: MemoryServerOptions = {}): Promise<MemoryServer> {
    const world = new MemoryServer(options);
    await world.start();
    return world;
  }

  protected async start(): Promise<void> {
    await this.server.start();
    this.app = await DrachtioClient.ready(this.server.adminPort, SECRET, this.#routes);
  }

  /** Applications of this server. */
  protected get clients(): readonly DrachtioClient[] {
    return [this.app];
  }

  /** Time passes; what the applications were told and say arrives before and after. */
  async pass(ms: number): Promise<void> {
    await this.#settle();
    await this.clock.advance(ms);
    await this.#settle();
    await this.clock.advance(5);
  }

  /** Fails when anything is left open `idleMs` after the last message. */
  async close(idleMs = 70_000): Promise<void> {
    await this.pass(idleMs);
    const { server, client, timers, dialogs, requests } = this.server.counts;
    for (const each of this.clients) each.close();
    await this.server.close();
    expect({ server, client, timers, dialogs, requests }).toEqual({
      server: 0,
      client: 0,
      timers: 0,
      dialogs: 0,
      requests: 0,
    });
    expect(this.clock.pending).toBe(0);
  }

  async #settle(): Promise<void> {
    for (const client of this.clients) if (!client.closed) await client.command('ping');
  }
}
