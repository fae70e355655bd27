import {
  createEmbeddedEdge,
  type EmbeddedEdgeConfig,
} from '../../../src/edge/embedded/create-embedded-edge.ts';
import type { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { TlsFiles } from '../../../src/shared/tls-identity.ts';
import { PATIENT } from '../../support/edges.ts';
import { RealTimeWorld } from './real-time-world.ts';

/** Two embedded edges on real sockets. */
export class SocketWorld extends RealTimeWorld {
  readonly edge: EmbeddedEdge;
  readonly far: EmbeddedEdge;
  readonly #transport: 'udp' | 'tcp' | 'tls';
  readonly #host: string;

  constructor(transport: 'udp' | 'tcp' | 'tls', host: string, tls?: TlsFiles) {
    super();
    this.#transport = transport;
    this.#host = host;
    const listen = [{ transport, host, port: 0 }];
    const config: EmbeddedEdgeConfig = { listen, admission: PATIENT, ...(tls ? { tls } : {}) };
    const parts = { clock: systemClock, ids: systemIds, logger: silentLogger };
    this.edge = createEmbeddedEdge(config, parts).edge;
    this.far = createEmbeddedEdge(config, parts).edge;
  }

  uri(user: string): string {
    return this.#uri(user, this.edge);
  }

  farUri(user: string): string {
    return this.#uri(user, this.far);
  }

  #uri(user: string, edge: EmbeddedEdge): string {
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host;
    return `sip:${user}@${host}:${edge.addresses[0]!.port};transport=${this.#transport}`;
  }
}
