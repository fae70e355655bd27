import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Retention, type RetentionParts } from '../../../src/recording/retention.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

const NOW = Date.parse('2026-10-10T10:00:00+08:00');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let folder: string;
let clock: ManualClock;
const inUse = new Set<string>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-retention-'));
  clock = new ManualClock(NOW);
  inUse.clear();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, ageMs: number, bytes = 100): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, Buffer.alloc(bytes));
  utimesSync(file, (NOW - ageMs) / 1000, (NOW - ageMs) / 1000);
  return file;
}

const left = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => e.name)
    .sort();

function retention(limits: Partial<RetentionParts>): Retention {
  return new Retention({
    folder,
    clock,
    log: silentLogger,
    inUse: (file) => inUse.has(file),
    held: async () => new Set(),
    onDelete: async () => {},
    ...limits,
  });
}

describe('Retention', () => {
  it('deletes what is older than its days, of all tenants', async () => {
    write('demo/2026-07-11/old.wav', 91 * DAY);
    write('other/2026-07-11/old.opus', 91 * DAY);
    write('demo/2026-07-13/young.wav', 89 * DAY);
    expect(await retention({ keepDays: 90 }).run()).toEqual({ deleted: 2, freedBytes: 200, leftBytes: 100 });
    expect(left()).toEqual(['young.wav']);
  });

  it('deletes the oldest until the rest fits, to the file', async () => {
    for (let index = 0; index < 10; index++) write(`demo/d${index % 3}/${index}.wav`, index * 20 * 60_000);
    // 0 is the youngest; 1000 bytes, of which 450 may stay
    expect(await retention({ maxBytes: 450 }).run()).toEqual({ deleted: 6, freedBytes: 600, leftBytes: 400 });
    expect(left()).toEqual(['0.wav', '1.wav', '2.wav', '3.wav']);
  });

  it('applies both limits', async () => {
    write('a.wav', 10 * DAY);
    write('b.wav', 2 * DAY);
    write('c.wav', DAY);
    await retention({ keepDays: 5, maxBytes: 100 }).run();
    expect(left()).toEqual(['c.wav']);
  });

  it('never deletes a file in use, even when the rest cannot fit without', async () => {
    inUse.add(write('demo/talking.wav', 100 * DAY, 1000));
    write('demo/old.wav', 99 * DAY);
    write('demo/young.wav', HOUR);
    expect(await retention({ keepDays: 90, maxBytes: 500 }).run()).toEqual({
      deleted: 2,
      freedBytes: 200,
      leftBytes: 1000,
    });
    expect(left()).toEqual(['talking.wav']);
  });

  it('deletes nothing that is on hold, and others in its place', async () => {
    const held = new Set([write('old-held.wav', 100 * DAY), write('a.wav', 9 * HOUR)]);
    write('old.wav', 100 * DAY);
    for (const [index, name] of ['b', 'c', 'd'].entries()) write(`${name}.wav`, (8 - index) * HOUR);
    const run = await retention({ keepDays: 90, maxBytes: 350, held: async () => held }).run();
    expect(run).toEqual({ deleted: 3, freedBytes: 300, leftBytes: 300 });
    expect(left()).toEqual(['a.wav', 'd.wav', 'old-held.wav']);
    const broken = async () => Promise.reject(new Error('no database'));
    await retention({ keepDays: 1, maxBytes: 1, held: broken }).run();
    expect(left()).toHaveLength(3);
  });

  it('removes folders that stand empty, not those made just now, and follows no link', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'pbx400-outside-'));
    writeFileSync(join(outside, 'mine.wav'), 'x');
    utimesSync(join(outside, 'mine.wav'), 0, 0);
    symlinkSync(outside, join(folder, 'link'));
    symlinkSync(join(outside, 'mine.wav'), join(folder, 'link.wav'));
    mkdirSync(join(folder, 'demo/2026-01-01'), { recursive: true });
    utimesSync(join(folder, 'demo/2026-01-01'), (NOW - 2 * DAY) / 1000, (NOW - 2 * DAY) / 1000);
    mkdirSync(join(folder, 'demo/new'));
    utimesSync(join(folder, 'demo/new'), NOW / 1000, NOW / 1000);
    await retention({ keepDays: 1 }).run();
    expect(readdirSync(join(folder, 'demo'))).toEqual(['new']);
    expect(existsSync(join(outside, 'mine.wav'))).toBe(true);
    rmSync(outside, { recursive: true });
  });

  it('does nothing where there is no folder yet', async () => {
    rmSync(folder, { recursive: true });
    expect(await retention({ keepDays: 1 }).run()).toEqual({ deleted: 0, freedBytes: 0, leftBytes: 0 });
  });

  it('tells of files before it deletes them, and deletes them also when nobody can take that down', async () => {
    const old = [write('a.wav', 9 * DAY), write('b.opus', 8 * DAY), write('c.wav', HOUR)];
    const told: string[][] = [];
    const onDelete: RetentionParts['onDelete'] = async (files) => {
      told.push(files.map(({ path }) => path).sort());
      expect(old.every((file) => existsSync(file))).toBe(true);
      throw new Error('disk full');
    };
    await retention({ keepDays: 5, onDelete }).run();
    expect(told).toEqual([old.slice(0, 2)]);
    expect(left()).toEqual(['c.wav']);
  });

  it('runs at the start and every hour until it is closed', async () => {
    const keeper = retention({ keepDays: 1 });
    write('a.wav', 23.5 * HOUR);
    keeper.start();
    await keeper.run();
    expect(left()).toEqual(['a.wav']);
    await clock.advance(HOUR);
    await keeper.run();
    expect(left()).toEqual([]);
    await keeper.close();
    expect(clock.pending).toBe(0);
  });

  it('stops in the middle when it is closed', async () => {
    for (let index = 0; index < 200; index++) write(`demo/${index}.wav`, 2 * DAY);
    const keeper = retention({ keepDays: 1 });
    const run = keeper.run();
    await keeper.close();
    expect((await run).deleted).toBeLessThan(200);
  });
});
