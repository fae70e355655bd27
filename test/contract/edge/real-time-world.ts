import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { DrachtioEdge } from '../../../src/edge/drachtio/drachtio-edge.ts';
import type { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { until } from '../../support/until.ts';
import type { EdgeWorld } from './edge-world.ts';

/** What an edge holds when nothing is left open. */
export const QUIET = { server: 0, client: 0, timers: 0, legs: 0, dialogs: 0, replies: 0 };

/** An edge and a far end on real sockets of this machine, in real time. */
export abstract class RealTimeWorld implements EdgeWorld {
  abstract readonly edge: EmbeddedEdge | DrachtioEdge;
  abstract readonly far: EmbeddedEdge;
  readonly manualTime = false;

  abstract uri(user: string): string;
  abstract farUri(user: string): string;

  async until(what: string, done: () => boolean, limitMs = 5000): Promise<void> {
    await until(what, done, { limitMs, everyMs: 2 });
  }

  async pass(ms: number): Promise<void> {
    await sleep(ms);
  }

  async close(): Promise<void> {
    const legs = () => this.edge.counts.legs + this.far.counts.legs;
    await until('all legs have ended', () => legs() === 0, { limitMs: 3000 });
    // A browser is gone before its server.
    await this.far.close();
    await this.edge.close();
    expect([this.edge.counts, this.far.counts]).toEqual([QUIET, QUIET]);
  }
}
