import { expect } from 'vitest';
import { createEmbeddedEdge } from '../../../src/edge/embedded/create-embedded-edge.ts';
import { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { TlsFiles } from '../../../src/shared/tls-identity.ts';
import { PATIENT } from '../../support/edges.ts';
import { until } from '../../support/until.ts';
import { WebSocketClient } from '../../support/web-socket-client.ts';
import type { EdgeWorld } from './edge-world.ts';

const PARTS = { clock: systemClock, ids: systemIds, logger: silentLogger };

/** An embedded edge that listens for WebSockets, and a browser as the far end; in real time. */
export class WebSocketWorld implements EdgeWorld {
  readonly edge: EmbeddedEdge;
  readonly far: EmbeddedEdge;
  readonly manualTime = false;

  /** `sentBy` of the browser: see {@link WebSocketClient}. */
  constructor(transport: 'ws' | 'wss', tls?: TlsFiles, sentBy?: string) {
    const listen = [{ transport, host: '127.0.0.1', port: 0 }];
    this.edge = createEmbeddedEdge({ listen, admission: PATIENT, ...(tls ? { tls } : {}) }, PARTS).edge;
    this.far = new EmbeddedEdge({
      ...PARTS,
      transports: new WebSocketClient(() => this.edge.addresses[0]!, sentBy),
      resolver: { resolve: () => [] },
      answerChallenge: () => undefined,
      busyShare: () => 0,
    });
  }

  uri(user: string): string {
    return this.#uri(user, this.edge);
  }

  farUri(user: string): string {
    return this.#uri(user, this.far);
  }

  async until(what: string, done: () => boolean, limitMs = 5000): Promise<void> {
    await until(what, done, { limitMs, everyMs: 2 });
  }

  pass(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
  }

  async close(): Promise<void> {
    await until('all legs have ended', () => this.edge.counts.legs + this.far.counts.legs === 0, {
      limitMs: 3000,
    });
    await Promise.all([this.far.close(), this.edge.close()]);
    const quiet = { server: 0, client: 0, timers: 0, legs: 0, dialogs: 0, replies: 0 };
    expect([this.edge.counts, this.far.counts]).toEqual([quiet, quiet]);
  }

  #uri(user: string, edge: EmbeddedEdge): string {
    // RFC 7118 5.5: ws for both; that it is wss is known from the connection.
    return `sip:${user}@127.0.0.1:${edge.addresses[0]!.port};transport=ws`;
  }
}
