import { describe } from 'vitest';
import { drachtioIsOld, drachtioMissing, RealDrachtio } from '../../support/real-drachtio.ts';
import { DrachtioWorld } from './drachtio-world.ts';
import { describeEdge } from './edge-suite.ts';
import type { ForeignLimit } from './edge-world.ts';

const title = drachtioMissing ? `skipped: ${drachtioMissing}` : 'on a real drachtio-server';

/** Each test has a server of its own: one that has seen clients come and go sends requests to those that went. */
class RealWorld extends DrachtioWorld {
  readonly #server: RealDrachtio;

  constructor(server: RealDrachtio, transport: 'udp' | 'tcp') {
    const { adminPort, secret, sipPort } = server;
    const limits: ForeignLimit[] = ['silence', 'unknown-methods'];
    if (drachtioIsOld) limits.push('reason-in-cancel', 'challenged-bye');
    super({ host: '127.0.0.1', port: adminPort, secret }, sipPort, transport, limits);
    this.#server = server;
  }

  override async close(): Promise<void> {
    try {
      await super.close();
    } finally {
      await this.#server.close();
    }
  }
}

describe.skipIf(drachtioMissing)(title, () => {
  for (const transport of ['udp', 'tcp'] as const) {
    describeEdge(
      `drachtio over ${transport.toUpperCase()}`,
      async () => new RealWorld(await RealDrachtio.start(), transport),
    );
  }
});
