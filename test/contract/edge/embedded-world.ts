import { expect } from 'vitest';
import {
  EmbeddedEdge,
  type EmbeddedEdgeOptions,
  type EmbeddedEdgeParts,
} from '../../../src/edge/embedded/embedded-edge.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import type { TransportAddress, TransportName } from '../../../src/sip/transport/transport.ts';
import { ChallengingTransports } from '../../support/challenging-transports.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import type { EdgeWorld } from './edge-world.ts';
import { QUIET } from './real-time-world.ts';

/** Two embedded edges on a network in memory, on one manual clock. */
export class EmbeddedWorld implements EdgeWorld {
  readonly clock = new ManualClock(Date.UTC(2026, 9, 10, 2));
  readonly network = new MemoryNetwork(this.clock);
  readonly edge: EmbeddedEdge;
  readonly far: EmbeddedEdge;
  readonly manualTime = true;
  /** What names resolve to. */
  readonly names = new Map<string, readonly TransportAddress[] | Promise<readonly TransportAddress[]>>();
  /** Header line that challenges are answered with; by default they are not. */
  credentialsLine: string | undefined;
  /** How busy the event loop seems to be. */
  busyShare = 0;
  readonly #transport: TransportName;
  readonly #farTransports: ChallengingTransports;

  constructor(
    transport: TransportName = 'udp',
    options: EmbeddedEdgeOptions = {},
    farOptions: EmbeddedEdgeOptions = options,
  ) {
    this.#transport = transport;
    this.edge = this.newEdge([{ transport, address: '10.0.0.1', port: 5060 }], 1, options);
    this.#farTransports = new ChallengingTransports(
      this.network.host({ transport, address: '10.0.0.2', port: 5070 }),
    );
    this.far = this.#edgeOn(this.#farTransports, 2, farOptions);
  }

  /** An edge that listens on these addresses. */
  newEdge(listeners: readonly TransportAddress[], seed: number, options: EmbeddedEdgeOptions): EmbeddedEdge {
    return this.#edgeOn(this.network.host(...listeners), seed, options);
  }

  farChallenges(method: string): void {
    this.#farTransports.methods.add(method);
    this.credentialsLine = 'Proxy-Authorization: Digest username="8001"\r\n';
  }

  #edgeOn(
    transports: EmbeddedEdgeParts['transports'],
    seed: number,
    options: EmbeddedEdgeOptions,
  ): EmbeddedEdge {
    const ids = seededIds(seed);
    return new EmbeddedEdge(
      {
        clock: this.clock,
        ids: { random: ids.random, token: () => `${seed}x${ids.token()}` },
        logger: silentLogger,
        transports,
        resolver: { resolve: (uri) => this.names.get(uri.host) ?? [] },
        answerChallenge: () => this.credentialsLine,
        busyShare: () => this.busyShare,
      },
      options,
    );
  }

  uri(user: string): string {
    return this.#uri(user, '10.0.0.1', 5060);
  }

  farUri(user: string): string {
    return this.#uri(user, '10.0.0.2', 5070);
  }

  async until(what: string, done: () => boolean, limitMs = 5000): Promise<void> {
    if (!(await this.clock.runUntil(done, limitMs))) {
      expect.fail(`${what} did not happen within ${limitMs} ms; seen: ${this.network.trace.join(', ')}`);
    }
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  async close(): Promise<void> {
    // Every transaction gets the time to forget.
    await this.clock.advance(120_000);
    expect([this.edge.counts, this.far.counts]).toEqual([QUIET, QUIET]);
    await Promise.all([this.edge.close(), this.far.close()]);
    expect(this.clock.pending).toBe(0);
  }

  #uri(user: string, address: string, port: number): string {
    const transport = this.#transport === 'udp' ? '' : `;transport=${this.#transport}`;
    return `sip:${user}@${address}:${port}${transport}`;
  }
}
