import { expect } from 'vitest';
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
import { until } from '../../support/until.ts';
import type { EdgeWorld } from './edge-world.ts';

/** Two embedded edges on real sockets of this machine, in real time. */
export class SocketWorld implements EdgeWorld {
  readonly edge: EmbeddedEdge;
  readonly far: EmbeddedEdge;
  readonly manualTime = false;
  readonly #transport: 'udp' | 'tcp' | 'tls';
  readonly #host: string;

  constructor(transport: 'udp' | 'tcp' | 'tls', host: string, tls?: TlsFiles) {
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
    await Promise.all([this.edge.close(), this.far.close()]);
    const quiet = { server: 0, client: 0, timers: 0, legs: 0, dialogs: 0, replies: 0 };
    expect([this.edge.counts, this.far.counts]).toEqual([quiet, quiet]);
  }

  #uri(user: string, edge: EmbeddedEdge): string {
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host;
    return `sip:${user}@${host}:${edge.addresses[0]!.port};transport=${this.#transport}`;
  }
}
