import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { DrachtioEdge } from '../../../src/edge/drachtio/drachtio-edge.ts';
import type { ServerAddress } from '../../../src/edge/drachtio/server-link.ts';
import { createEmbeddedEdge } from '../../../src/edge/embedded/create-embedded-edge.ts';
import { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { createSocketStack } from '../../../src/edge/user-agent/socket-stack.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { DigestClient } from '../../../src/sip/auth/digest-client.ts';
import { ChallengingTransports } from '../../support/challenging-transports.ts';
import { PATIENT } from '../../support/edges.ts';
import { until } from '../../support/until.ts';
import { BOB, Desk, type EdgeWorld, type ForeignLimit } from './edge-world.ts';

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

/** The drachtio edge on a server, and an embedded edge as the far end; in real time. */
export class DrachtioWorld implements EdgeWorld {
  readonly edge: DrachtioEdge;
  readonly far: EmbeddedEdge;
  readonly manualTime = false;
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

  async until(what: string, done: () => boolean, limitMs = 5000): Promise<void> {
    await until(what, done, { limitMs: Math.max(Math.min(limitMs, 15_000), 10_000), everyMs: 5 });
  }

  async pass(ms: number): Promise<void> {
    await sleep(ms);
  }

  async close(): Promise<void> {
    const quiet = { server: 0, client: 0, timers: 0, legs: 0, dialogs: 0, replies: 0 };
    const isQuiet = () => Object.values(this.edge.counts).every((count) => count === 0);
    await until('nothing left open', isQuiet, { limitMs: 3000, everyMs: 10 }).catch(() => {});
    const { counts } = this.edge;
    await Promise.all([this.edge.close(), this.far.close()]);
    expect(counts).toEqual(quiet);
  }

  get #suffix(): string {
    return this.#transport === 'udp' ? '' : `;transport=${this.#transport}`;
  }
}
