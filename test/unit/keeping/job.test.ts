import { describe, expect, it } from 'vitest';
import { runJob } from '../../../src/keeping/job.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import type { JobFact } from '../../../src/store/events.ts';

const ORDER = { tenantId: 'demo', kind: 'retention', by: 'li' } as const;

function job() {
  const clock = new ManualClock();
  const told: JobFact[] = [];
  const parts = { clock, ids: seededIds(), tell: async (fact: JobFact) => void told.push(fact) };
  const short = () => told.map(({ did, done, total, outcome }) => [did, done, total, outcome]);
  return { clock, parts, told, short };
}

describe('a job', () => {
  it('tells that it begins, every 5 s how far it is, and with what it ended', async () => {
    const { clock, parts, told, short } = job();
    const outcome = await runJob(parts, ORDER, async (onProgress) => {
      for (let done = 1; done <= 12; done++) {
        await clock.advance(1000);
        onProgress(done, 12);
      }
      return { records: 12 };
    });
    expect(outcome).toEqual({ records: 12 });
    expect(short()).toEqual([
      ['begin', undefined, undefined, undefined],
      ['progress', 5, 12, undefined],
      ['progress', 10, 12, undefined],
      ['end', undefined, undefined, { records: 12 }],
    ]);
    expect(new Set(told.map((fact) => fact.job)).size).toBe(1);
    expect(told.at(-1)).toMatchObject({ type: 'job', ...ORDER, at: told[0]!.at + 12_000 });
  });

  it('tells why it failed, and throws it', async () => {
    const { parts, short } = job();
    const failing = runJob(parts, ORDER, () => Promise.reject(new Error('the disk is full')));
    await expect(failing).rejects.toThrow('the disk is full');
    expect(short().at(-1)).toEqual(['fail', undefined, undefined, { error: 'the disk is full' }]);
  });

  it('goes on when nobody can be told how far it is', async () => {
    const { clock, parts } = job();
    const tell = async ({ did }: JobFact) => {
      if (did === 'progress') throw new Error('away');
    };
    const outcome = await runJob({ ...parts, tell }, ORDER, async (onProgress) => {
      await clock.advance(6000);
      onProgress(1);
      return { records: 1 };
    });
    expect(outcome).toEqual({ records: 1 });
  });
});
