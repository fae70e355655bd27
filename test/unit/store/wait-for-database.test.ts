import { describe, expect, it } from 'vitest';
import { type Logger, silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { DatabaseAwayError, StoreError } from '../../../src/store/store.ts';
import { waitForDatabase } from '../../../src/store/wait-for-database.ts';

/** Fails with `error` until that many seconds have passed. */
function start(error: Error, awaySeconds: number) {
  const clock = new ManualClock();
  const said: unknown[] = [];
  const logger: Logger = Object.assign(Object.create(silentLogger), {
    warn: ({ waitedMs }: { waitedMs: number }) => said.push(waitedMs),
  });
  const open = async () => {
    if (clock.monotonic() < awaySeconds * 1000) throw error;
    return 'open';
  };
  const opened = waitForDatabase(open, { clock, logger }).catch((failed: unknown) => failed);
  return { clock, said, opened };
}
const AWAY = new DatabaseAwayError('the database cannot be used: ECONNREFUSED');

describe('a start while the database is away', () => {
  it('goes on within a second of its return, and says every 5 s that it waits', async () => {
    const { clock, said, opened } = start(AWAY, 11.5);
    await clock.advance(12_000);
    expect(await opened).toBe('open');
    expect(said).toEqual([0, 5000, 10_000]);
    expect(clock.pending).toBe(0);
  });

  it('fails after two minutes, and says how long it has waited', async () => {
    const { clock, opened } = start(AWAY, 1000);
    await clock.advance(121_000);
    const error = await opened;
    expect(error).toBeInstanceOf(DatabaseAwayError);
    expect(String(error)).toContain('ECONNREFUSED; so it was after 120 s of waiting');
    expect(clock.pending).toBe(0);
  });

  it('waits for nothing that does not pass by itself', async () => {
    const wrong = new StoreError('password authentication failed');
    const { said, opened } = start(wrong, 1000);
    expect(await opened).toBe(wrong);
    expect(said).toEqual([]);
  });
});
