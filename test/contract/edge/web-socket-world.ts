import { createEmbeddedEdge } from '../../../src/edge/embedded/create-embedded-edge.ts';
import { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { TlsFiles } from '../../../src/shared/tls-identity.ts';
import { PATIENT } from '../../support/edges.ts';
import { WebSocketClient } from '../../support/web-socket-client.ts';
import { RealTimeWorld } from './real-time-world.ts';

const PARTS = { clock: systemClock, ids: systemIds, logger: silentLogger };

/** An embedded edge that listens for WebSockets, and a browser as the far end. */
export class WebSocketWorld extends RealTimeWorld {
  readonly edge: EmbeddedEdge;
  readonly far: EmbeddedEdge;
  readonly #browser: WebSocketClient;

  /** `sentBy` of the browser: see {@link WebSocketClient}. */
  constructor(transport: 'ws' | 'wss', tls?: TlsFiles, sentBy?: string) {
    super();
    const listen = [{ transport, host: '127.0.0.1', port: 0 }];
    this.edge = createEmbeddedEdge({ listen, admission: PATIENT, ...(tls ? { tls } : {}) }, PARTS).edge;
    this.#browser = new WebSocketClient(() => this.edge.addresses[0]!, sentBy);
    this.far = new EmbeddedEdge({
      ...PARTS,
      transports: this.#browser,
      resolver: { resolve: () => [] },
      answerChallenge: () => undefined,
      busyShare: () => 0,
    });
  }

  /** The network of the browser is another: its connection is gone, and it has a new one. */
  moves(): Promise<void> {
    return this.#browser.connect();
  }

  uri(user: string): string {
    return this.#uri(user, this.edge);
  }

  farUri(user: string): string {
    return this.#uri(user, this.far);
  }

  #uri(user: string, edge: EmbeddedEdge): string {
    // RFC 7118 5.5: ws for both; that it is wss is known from the connection.
    return `sip:${user}@127.0.0.1:${edge.addresses[0]!.port};transport=ws`;
  }
}
