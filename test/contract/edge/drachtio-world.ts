import { expect } from 'vitest';
import { DrachtioEdge } from '../../../src/edge/drachtio/drachtio-edge.ts';
import type { ServerAddress } from '../../../src/edge/drachtio/server-link.ts';
import { createDrachtioServer } from '../../../src/edge/drachtio-server/create-drachtio-server.ts';
import type { DrachtioServer } from '../../../src/edge/drachtio-server/drachtio-server.ts';
import { createEmbeddedEdge } from '../../../src/edge/embedded/create-embedded-edge.ts';
import { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { createSocketStack } from '../../../src/edge/user-agent/socket-stack.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { DigestClient } from '../../../src/sip/auth/digest-client.ts';
import { ChallengingTransports } from '../../support/challenging-transports.ts';
import { PATIENT } from '../../support/edges.ts';
import { drachtioIsOld, RealDrachtio } from '../../support/real-drachtio.ts';
import { until } from '../../support/until.ts';
import { BOB, Desk, type ForeignLimit } from './edge-world.ts';
import { QUIET, RealTimeWorld } from './real-time-world.ts';

const PARTS = { clock: systemClock, ids: systemIds, logger: silentLogger };

/** A far end on real sockets, for engines that run in a process of their own. */
export function socketEdge(transport: 'udp' | 'tcp' = 'udp'): EmbeddedEdge {
  return createEmbeddedEdge(
    { listen: [{ transport, host: '127.0.0.1', port: 0 }], admission: PATIENT },
    PARTS,
  ).edge;
}

/** A far end that has started and answers what calls it. */
export async function answeringFar(
  transport: 'udp' | 'tcp' = 'udp',
): Promise<{ far: EmbeddedEdge; farDesk: Desk; uri: string }> {
  const far = socketEdge(transport);
  const farDesk = new Desk();
  farDesk.take = (leg) => void leg.answer(BOB).catch(() => {});
  await far.start(farDesk);
  return { far, farDesk, uri: `sip:8001@127.0.0.1:${far.addresses[0]!.port};transport=${transport}` };
}

/** The drachtio edge on a server, and an embedded edge as the far end. */
export class DrachtioWorld extends RealTimeWorld {
  readonly edge: DrachtioEdge;
  readonly far: EmbeddedEdge;
  readonly foreignLimits?: ReadonlySet<ForeignLimit>;
  readonly #sipPort: number;
  readonly #transport: 'udp' | 'tcp';
  readonly #farTransports: ChallengingTransports;

  constructor(
    server: ServerAddress,
    sipPort: number,
    transport: 'udp' | 'tcp' = 'udp',
    foreignLimits?: readonly ForeignLimit[],
  ) {
    super();
    if (foreignLimits) this.foreignLimits = new Set(foreignLimits);
    this.#sipPort = sipPort;
    this.#transport = transport;
    const digest = new DigestClient(systemIds);
    this.edge = new DrachtioEdge(
      { ...PARTS, answerChallenge: (...challenge) => digest.answer(...challenge), busyShare: () => 0 },
      { servers: [server], admission: PATIENT },
    );
    const { transports, ...parts } = createSocketStack(
      [{ transport, host: '127.0.0.1', port: 0 }],
      undefined,
      PARTS,
    );
    this.#farTransports = new ChallengingTransports(transports);
    this.far = new EmbeddedEdge(
      { ...PARTS, ...parts, transports: this.#farTransports, answerChallenge: () => undefined },
      { admission: PATIENT },
    );
  }

  farChallenges(method: string): void {
    this.#farTransports.methods.add(method);
  }

  uri(user: string): string {
    return `sip:${user}@127.0.0.1:${this.#sipPort}${this.#suffix}`;
  }

  farUri(user: string): string {
    return `sip:${user}@127.0.0.1:${this.far.addresses[0]?.port}${this.#suffix}`;
  }

  override async until(what: string, done: () => boolean, limitMs = 5000): Promise<void> {
    await until(what, done, { limitMs: Math.max(Math.min(limitMs, 15_000), 10_000), everyMs: 5 });
  }

  override async close(): Promise<void> {
    const isQuiet = () => Object.values(this.edge.counts).every((count) => count === 0);
    await until('nothing left open', isQuiet, { limitMs: 3000, everyMs: 10 }).catch(() => {});
    const { counts } = this.edge;
    await Promise.all([this.edge.close(), this.far.close()]);
    expect(counts).toEqual(QUIET);
  }

  get #suffix(): string {
    return this.#transport === 'udp' ? '' : `;transport=${this.#transport}`;
  }
}

/** On our own protocol server, with the real drachtio-srf between them. */
export class OwnDrachtioWorld extends DrachtioWorld {
  readonly #server: DrachtioServer;

  private constructor(server: DrachtioServer, transport: 'udp' | 'tcp') {
    const address = { host: '127.0.0.1', port: server.adminPort, secret: 'own' };
    super(address, server.addresses[0]!.port, transport, ['silence']);
    this.#server = server;
  }

  static async open(transport: 'udp' | 'tcp'): Promise<OwnDrachtioWorld> {
    const listen = [{ transport, host: '127.0.0.1', port: 0 }];
    const admin = { host: '127.0.0.1', port: 0 };
    const server = createDrachtioServer({ admin, secret: 'own', listen, admission: PATIENT }, PARTS);
    await server.start();
    return new OwnDrachtioWorld(server, transport);
  }

  override async close(): Promise<void> {
    try {
      await super.close();
      await this.until('the server forgets all', () => this.#server.counts.clients === 0);
      expect(this.#server.counts).toMatchObject({ dialogs: 0, requests: 0 });
    } finally {
      await this.#server.close();
    }
  }
}

/** On a real drachtio-server; each world has one of its own: one that has seen clients go sends them requests still. */
export class RealDrachtioWorld extends DrachtioWorld {
  readonly #server: RealDrachtio;

  private constructor(server: RealDrachtio, transport: 'udp' | 'tcp') {
    const { adminPort, secret, sipPort } = server;
    const limits: ForeignLimit[] = ['silence', 'unknown-methods'];
    if (drachtioIsOld) limits.push('reason-in-cancel', 'challenged-bye');
    super({ host: '127.0.0.1', port: adminPort, secret }, sipPort, transport, limits);
    this.#server = server;
  }

  static async open(transport: 'udp' | 'tcp'): Promise<RealDrachtioWorld> {
    return new RealDrachtioWorld(await RealDrachtio.start(), transport);
  }

  override async close(): Promise<void> {
    try {
      await super.close();
    } finally {
      await this.#server.close();
    }
  }
}
