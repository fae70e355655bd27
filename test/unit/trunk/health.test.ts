import { describe, expect, it } from 'vitest';
import type { EdgeResponse, LegEnding } from '../../../src/edge/edge.ts';
import { FakeEdge } from '../../../src/edge/fake/fake-edge.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Health, type HealthOptions } from '../../../src/trunk/health.ts';
import { ProbeLog } from '../../../src/trunk/probe-log.ts';
import { TrunkFailures } from '../../../src/trunk/trunk-failures.ts';
import { wayOut } from '../../../src/trunk/way-out.ts';
import { CARRIER } from './trunk-house.ts';

const NO_ANSWER: LegEnding = { by: 'edge', cause: 'timeout', status: 408 };
const BUSY: LegEnding = { by: 'remote', cause: 'busy', status: 486 };

/** A peer, with what the log says of its trunk. */
class Peer extends FakeEdge {
  /** To OPTIONS; undefined: silence. */
  options: number | undefined;
  readonly log: string[] = [];
  readonly probes = new ProbeLog();
  readonly failures = new TrunkFailures();
  isOverloaded = false;
  readonly health: Health;
  readonly clock: ManualClock;

  constructor(changes: Partial<HealthOptions> = {}, clock = new ManualClock()) {
    super(clock);
    this.clock = clock;
    this.health = new Health(
      { uri: 'sip:192.0.2.1', probeMs: 30_000, failures: 3, successes: 2, ...changes },
      {
        edge: this,
        clock,
        ...{ ids: seededIds(), tenantId: 'demo', traces: undefined },
        log: this.probes,
        failures: this.failures,
        onChange: (state, why) => this.log.push(`${state}: ${why}`),
        onTrial: () => this.log.push('trial'),
      },
    );
    this.health.start();
  }

  override async request(request: { method: string; uri: string }): Promise<EdgeResponse> {
    return { ...(await super.request(request)), status: this.options ?? 408 };
  }

  override wasOverloaded(): boolean {
    return this.isOverloaded;
  }

  /** A call out; undefined when none may go. */
  dial() {
    if (!this.health.takesCall) return undefined;
    return wayOut(CARRIER, { uri: 'sip:1@h', from: { uri: 'sip:2@h' } }, () => {}, this.health);
  }

  /** Calls that the peer does not answer. */
  lose(count: number): void {
    for (let call = 0; call < count; call++) this.dial()!.onEnded(NO_ANSWER);
  }

  /** Ends with nothing left open. */
  end(): void {
    this.health.close();
    expect(this.clock.pending).toBe(0);
  }
}

describe('probes', () => {
  it('are kept with what failed of them, but for those that may be lost at our end', async () => {
    const peer = new Peer();
    peer.options = 200;
    await peer.clock.advance(0);
    peer.options = 503;
    await peer.clock.advance(30_000);
    peer.isOverloaded = true;
    await peer.clock.advance(30_000);
    const now = peer.clock.now();
    expect([...peer.probes.newest(now)].map(({ status }) => status)).toEqual([503, 200]);
    expect(peer.failures.all()).toMatchObject([{ kind: 'options', status: 503, at: now - 30_000 }]);
    peer.end();
  });

  it('take a trunk out when three in a row stay unanswered, and two with an answer bring it back', async () => {
    const peer = new Peer();
    await peer.clock.advance(59_999);
    expect(peer.health.state).toBe('up');
    await peer.clock.advance(1);
    expect(peer.health.state).toBe('down');
    peer.options = 404;
    await peer.clock.advance(30_000);
    expect(peer.health.state).toBe('down');
    await peer.clock.advance(30_000);
    expect(peer.log).toEqual([
      'down: 3 OPTIONS in a row got no answer',
      'up: 2 OPTIONS in a row were answered',
    ]);
    peer.end();
  });

  it('count in a row only: one answer between makes good what was lost', async () => {
    const peer = new Peer();
    for (const status of [408, 503, 200, 408, 408, 200]) {
      peer.options = status;
      await peer.clock.advance(peer.requests.length === 0 ? 0 : 30_000);
    }
    expect([peer.requests.length, peer.health.state]).toEqual([6, 'up']);
    peer.end();
  });

  it('that stay unanswered count for nothing while calls are delivered', async () => {
    const peer = new Peer();
    await peer.clock.advance(40_000);
    peer.dial()!.onHeard();
    await peer.clock.advance(600_000);
    expect(peer.health.state).toBe('up');
    // Its first answer shows that it knows OPTIONS: from then on they count.
    peer.options = 200;
    await peer.clock.advance(30_000);
    peer.options = undefined;
    await peer.clock.advance(90_000);
    expect(peer.log).toEqual(['down: 3 OPTIONS in a row got no answer']);
    peer.end();
  });
});

describe('calls', () => {
  it('without answer take a trunk out although it answers OPTIONS, which do not bring it back', async () => {
    const peer = new Peer();
    peer.options = 200;
    await peer.clock.advance(25_000);
    peer.lose(2);
    await peer.clock.advance(10_000);
    peer.lose(1);
    expect(peer.log).toEqual(['down: 3 calls in a row got no answer']);
    await peer.clock.advance(300_000);
    expect(peer.health.state).toBe('down');
    peer.end();
  });

  it('without answer, then no OPTIONS either: the peer was away, and its OPTIONS say that it is back', async () => {
    const peer = new Peer();
    peer.lose(3);
    await peer.clock.advance(30_000);
    peer.options = 200;
    await peer.clock.advance(60_000);
    expect(peer.log.at(-1)).toBe('up: 2 OPTIONS in a row were answered');
    peer.end();
  });

  it.each([
    ['a busy line', BUSY],
    ['a ring', undefined],
  ])('that are delivered make good what was lost: %s', (_, ending) => {
    const peer = new Peer({ probeMs: 0 });
    peer.lose(2);
    if (ending) peer.dial()!.onEnded(ending);
    else peer.dial()!.onHeard();
    peer.lose(2);
    expect(peer.health.state).toBe('up');
    peer.end();
  });

  it.each([
    ['was not placed', undefined],
    ['its caller gave up', { by: 'local', cause: 'cancelled' } as const],
    ['was refused with 503', { by: 'remote', cause: 'congestion', status: 503 } as const],
  ])('that tell nothing count for nothing: one that %s', (_, ending) => {
    const peer = new Peer({ probeMs: 0 });
    peer.lose(2);
    peer.dial()!.onEnded(ending);
    expect(peer.health.state).toBe('up');
    peer.lose(1);
    expect(peer.health.state).toBe('down');
    peer.end();
  });
});

describe('a trunk that is down', () => {
  it('is tried by single calls, each a third of its absence after the last, from 5 s to 60 s', async () => {
    const peer = new Peer({ probeMs: 0 });
    peer.lose(3);
    const trials: number[] = [];
    for (let second = 1; second <= 600; second++) {
      await peer.clock.advance(1000);
      const way = peer.dial();
      if (!way) continue;
      trials.push(second);
      expect(peer.dial()).toBeUndefined();
      way.onEnded(NO_ANSWER);
    }
    const pauses = trials.map((at, index) => at - (trials[index - 1] ?? 0));
    expect(pauses.slice(0, 3)).toEqual([5, 5, 5]);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.slice(-3)).toEqual([60, 60, 60]);
    peer.end();
  });

  it('is up again as soon as a trial rings, not when the talk ends, and tries again when one was given up', async () => {
    const peer = new Peer({ probeMs: 0 });
    peer.lose(3);
    await peer.clock.advance(5000);
    peer.dial()!.onEnded({ by: 'local', cause: 'cancelled' });
    const way = peer.dial()!;
    way.onHeard();
    expect(peer.log).toEqual([
      'down: 3 calls in a row got no answer',
      'trial',
      'trial',
      'up: a call was delivered',
    ]);
    way.onEnded(NO_ANSWER);
    peer.lose(2);
    expect(peer.health.state).toBe('up');
    peer.end();
  });

  it('can be set up by hand', () => {
    const peer = new Peer({ probeMs: 0 });
    peer.lose(3);
    peer.health.setUp();
    peer.health.setUp();
    expect(peer.log.slice(1)).toEqual(['up: set up by hand']);
    peer.lose(2);
    expect(peer.health.state).toBe('up');
    peer.end();
  });

  // Whatever the moment at which it went down, and with OPTIONS that it never answers.
  it.each([0, 7, 13, 21])('carries calls within 10 s after 30 s away: down %i s late', async (lateS) => {
    const peer = new Peer({ probeMs: 0 });
    await peer.clock.advance(lateS * 1000);
    peer.lose(3);
    let delivered = -1;
    for (let second = lateS; delivered < 0 && second < 60; second++) {
      const way = peer.dial();
      const isBack = second >= 30;
      await peer.clock.advance(1000);
      if (!way) continue;
      if (isBack) way.onHeard();
      // The limit for the first response.
      else await peer.clock.advance(3000).then(() => way.onEnded(NO_ANSWER));
      if (isBack) delivered = second;
      else second += 3;
    }
    expect(delivered).toBeGreaterThanOrEqual(30);
    expect(delivered).toBeLessThanOrEqual(40);
    peer.end();
  });
});

it('counts nothing while we are overloaded: what the peer said may be lost at our end', async () => {
  const peer = new Peer();
  peer.isOverloaded = true;
  peer.lose(5);
  await peer.clock.advance(300_000);
  expect([peer.health.status.state, peer.log]).toEqual(['up', []]);
  peer.isOverloaded = false;
  peer.lose(3);
  expect(peer.log).toEqual(['down: 3 calls in a row got no answer']);
  expect(peer.health.status).toEqual({
    state: 'down',
    why: '3 calls in a row got no answer',
    sinceMs: 300_000,
    nextTryMs: 305_000,
  });
  peer.end();
});
