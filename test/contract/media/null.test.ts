import { expect } from 'vitest';
import { NullMediaEngine } from '../../../src/media/null/null-engine.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { describeMediaEngine } from './media-contract.ts';
import type { MediaWorld } from './media-fixture.ts';

const ids = seededIds();

async function open(maxEndpoints?: number): Promise<MediaWorld> {
  const clock = new ManualClock();
  const engine = new NullMediaEngine({ clock, ids, ...(maxEndpoints && { maxEndpoints }) });
  await engine.start();
  return {
    engine,
    pass: (ms) => clock.advance(ms),
    settle: async (work) => {
      let settled = false;
      const mark = () => {
        settled = true;
      };
      work.then(mark, mark);
      await clock.runUntil(() => settled);
      return work;
    },
    close: async () => {
      await engine.close();
      expect(engine.open).toBe(0);
      expect(clock.pending).toBe(0);
    },
  };
}

const { capabilities } = new NullMediaEngine({ clock: new ManualClock(), ids });
describeMediaEngine({ name: 'null', capabilities, open: () => open(), openForTwo: () => open(2) });
