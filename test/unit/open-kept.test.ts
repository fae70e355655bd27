import { expect, it } from 'vitest';
import type { Standing } from '../../src/acd/core/rest.ts';
import { openStandings } from '../../src/open-kept.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { MemoryAgentStandings } from '../../src/store/memory/memory-agent-standings.ts';
import type { StoredStanding } from '../../src/store/store.ts';

const busy = (reason: string): Standing => ({
  isSignedIn: true,
  wish: { state: 'busy', reason },
  seat: undefined,
  queues: undefined,
});

/** A database that can be away. */
class Outage extends MemoryAgentStandings {
  isAway = false;
  writes = 0;

  override async put(standing: StoredStanding): Promise<void> {
    this.writes += 1;
    if (this.isAway) throw new Error('the database is away');
    await super.put(standing);
  }
}

async function open() {
  const stored = new Outage();
  const clock = new ManualClock();
  const kept = await openStandings({ agentStandings: stored }, { clock, logger: silentLogger });
  const reasons = async () =>
    (await stored.all()).map(({ agent, standing }) => [agent, JSON.parse(standing).wish.reason]);
  return { stored, clock, kept, reasons };
}

it('how an agent stands is written again where that failed, and the last word of it only', async () => {
  const { stored, clock, kept, reasons } = await open();
  stored.isAway = true;
  kept.keep('demo', '8001', busy('first'));
  await clock.settle();
  kept.keep('demo', '8001', busy('second'));
  kept.keep('demo', '8002', busy('other'));
  await clock.settle();
  expect([stored.writes, await reasons()]).toEqual([1, []]);
  stored.isAway = false;
  await clock.advance(5_000);
  expect([stored.writes, await reasons()]).toEqual([
    3,
    [
      ['8001', 'second'],
      ['8002', 'other'],
    ],
  ]);
  await kept.close();
  expect(clock.pending).toBe(0);
});

it('what waits is written before the end', async () => {
  const { stored, kept, reasons } = await open();
  for (let count = 0; count < 5; count++) kept.keep('demo', '8001', busy(`${count}`));
  kept.keep('demo', '8002', undefined);
  await kept.close();
  expect([stored.writes, await reasons()]).toEqual([2, [['8001', '4']]]);
});

it('the end waits for no database that is away', async () => {
  const { stored, clock, kept, reasons } = await open();
  stored.isAway = true;
  kept.keep('demo', '8001', busy('lost'));
  await clock.settle();
  await kept.close();
  expect([clock.pending, await reasons()]).toEqual([0, []]);
});
