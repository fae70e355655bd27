import { expect } from 'vitest';
import { createDrachtioServer } from '../../../src/edge/drachtio-server/create-drachtio-server.ts';
import type { DrachtioServer } from '../../../src/edge/drachtio-server/drachtio-server.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { PATIENT } from '../../support/edges.ts';
import { DrachtioWorld } from './drachtio-world.ts';
import { describeEdge } from './edge-suite.ts';

const PARTS = { clock: systemClock, ids: systemIds, logger: silentLogger };

/** The drachtio edge on our own protocol server, with the real drachtio-srf between them. */
class OwnWorld extends DrachtioWorld {
  readonly #server: DrachtioServer;

  constructor(server: DrachtioServer, transport: 'udp' | 'tcp') {
    const sipPort = server.addresses[0]!.port;
    super({ host: '127.0.0.1', port: server.adminPort, secret: 'own' }, sipPort, transport, ['silence']);
    this.#server = server;
  }

  override async close(): Promise<void> {
    try {
      await super.close();
      await this.until('the server forgets all', () => this.#server.counts.clients === 0);
      const { dialogs, requests } = this.#server.counts;
      expect({ dialogs, requests }).toEqual({ dialogs: 0, requests: 0 });
    } finally {
      await this.#server.close();
    }
  }
}

for (const transport of ['udp', 'tcp'] as const) {
  describeEdge(`drachtio over ${transport.toUpperCase()}, on our own protocol server`, async () => {
    const listen = [{ transport, host: '127.0.0.1', port: 0 }];
    const server = createDrachtioServer(
      { admin: { host: '127.0.0.1', port: 0 }, secret: 'own', listen, admission: PATIENT },
      PARTS,
    );
    await server.start();
    return new OwnWorld(server, transport);
  });
}
