import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { batchLine, headerLine } from '../../../../src/store/journal/batch-lines.ts';
import { DurableSink } from '../../../../src/store/journal/durable-sink.ts';
import type { PackedBatch } from '../../../../src/store/journal/journal-writer.ts';
import { LeftEvents } from '../../../../src/store/journal/left-events.ts';
import { lastNumberIn, leftFiles, putAside } from '../../../../src/store/journal/left-files.ts';
import { batchesIn, storeLeft } from '../../../../src/store/journal/store-left.ts';
import { WaitingBatches } from '../../../../src/store/journal/waiting-batches.ts';
import { until } from '../../../support/until.ts';

/** A database that refuses, or is silent, as long as told to. */
class FakeDatabase {
  readonly stored: number[] = [];
  readonly events: unknown[] = [];
  does: 'store' | 'refuse' | 'hang' = 'store';
  lastBatch = 0;
  #hanging: PromiseWithResolvers<void>[] = [];

  async write({ number, events }: PackedBatch): Promise<void> {
    if (this.does === 'refuse') throw new Error('database or disk is full');
    if (this.does === 'hang') {
      const hanging = Promise.withResolvers<void>();
      this.#hanging.push(hanging);
      await hanging.promise;
    }
    this.stored.push(number);
    this.events.push(...JSON.parse(events));
  }

  get hanging(): number {
    return this.#hanging.length;
  }

  refuse(): void {
    for (const { reject } of this.#hanging.splice(0)) reject(new Error('the answer was lost'));
  }

  answer(): void {
    for (const { resolve } of this.#hanging.splice(0)) resolve();
  }

  async resume() {
    return { lastBatch: this.lastBatch };
  }

  async recover() {
    this.stored.push(CLOSED);
    return { calls: 2 };
  }
}

/** Among the numbers of batches: the calls of a process were closed. */
const CLOSED = -1;

/** A disk that takes everything, and says so when it is told to. */
class SilentDisk extends WaitingBatches {
  answer = Promise.withResolvers<void>();

  override async append(batch: PackedBatch): Promise<void> {
    await super.append(batch);
    await this.answer.promise;
  }
}

let folder: string;
let clock: ManualClock;
let database: FakeDatabase;
let told: string[];
let waiting: WaitingBatches;
let sink: DurableSink;
let files: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-journal-'));
  files = [join(folder, 'journal.jsonl')];
  clock = new ManualClock();
  database = new FakeDatabase();
  told = [];
  build();
});
afterEach(async () => {
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
});

const note = (_fields: unknown, message: string) => told.push(message);
const logger = { ...silentLogger, warn: note, error: note } as unknown as typeof silentLogger;

function build(maxBytes = 1_000_000): void {
  waiting = new WaitingBatches({ files, maxBytes }, 'n1', logger);
  sink = new DurableSink({ database, waiting, clock, logger });
}

const batch = (number: number, events = `[${number}]`): PackedBatch => ({ number, now: 5, epoch: 0, events });
const left = async (file: string) => {
  const batches: PackedBatch[] = [];
  for await (const each of batchesIn(file)) batches.push(each);
  return batches;
};
const numbersIn = async (file: string) => (await left(file)).map(({ number }) => number);

describe('DurableSink', () => {
  it('writes into the database and needs no file', async () => {
    await sink.write(batch(1));
    await sink.drained();
    expect([database.stored, existsSync(files[0]!), told]).toEqual([[1], false, []]);
    expect([sink.waiting.away, clock.pending]).toEqual([false, 0]);
  });

  it('keeps in a file what the database refuses, and stores it in order when it takes it again', async () => {
    database.does = 'refuse';
    for (const number of [1, 2, 3]) await sink.write(batch(number));
    expect(sink.waiting.away).toBe(true);
    expect(await numbersIn(files[0]!)).toEqual([1, 2, 3]);
    expect(statSync(files[0]!).mode & 0o777).toBe(0o600);
    await expect(sink.drained()).rejects.toThrow(
      'the call journal cannot be written: database or disk is full',
    );
    database.does = 'store';
    await sink.write(batch(4));
    expect(database.stored).toEqual([]);
    await sink.drained();
    await sink.write(batch(5));
    expect(database.events).toEqual([1, 2, 3, 4, 5]);
    // The database may know the first one; those that waited behind it are one batch.
    expect(database.stored).toEqual([1, 4, 5]);
    await until('the file is gone', () => !existsSync(files[0]!));
    expect(told).toEqual([
      'the call journal cannot be written: what happens waits in a file',
      'the call journal is in the database again',
    ]);
    expect(clock.pending).toBe(0);
  });

  it('stores the same batches again under the same number, whatever has come since', async () => {
    database.does = 'refuse';
    for (const number of [1, 2]) await sink.write(batch(number));
    await until('it has been refused', () => clock.pending === 1);
    database.does = 'hang';
    await clock.advance(1000);
    await until('the first is stored again', () => database.hanging === 1);
    await sink.write(batch(3, '[]'));
    database.answer();
    await until('the others are', () => database.hanging === 1);
    database.does = 'refuse';
    await sink.write(batch(4));
    database.refuse();
    await until('they have been refused', () => clock.pending === 1);
    database.does = 'store';
    await sink.drained();
    expect([database.stored, database.events]).toEqual([
      [1, 3, 4],
      [1, 2, 4],
    ]);
  });

  it('is away exactly as long as its file has something', async () => {
    database.does = 'refuse';
    let isOver = false;
    const seen = new Set<string>();
    const look = () => seen.add(`${sink.waiting.away} ${sink.waiting.bytes > 0}`);
    const watched = (async () => {
      for (; !isOver; await setImmediate()) look();
    })();
    await sink.write(batch(1));
    look();
    await until('it has been refused', () => clock.pending === 1);
    database.does = 'store';
    await sink.drained();
    look();
    await until('the file is gone', () => !existsSync(files[0]!));
    isOver = true;
    await watched;
    expect(seen).toEqual(new Set(['false false', 'true true']));
    expect(sink.waiting).toMatchObject({ away: false, bytes: 0 });
  });

  it('does not wait for a database that is silent, and gives it no batch twice', async () => {
    database.does = 'hang';
    const written = sink.write(batch(1));
    await clock.advance(500);
    await written;
    await sink.write(batch(2));
    expect([database.hanging, await numbersIn(files[0]!)]).toEqual([1, [1, 2]]);
    database.does = 'store';
    database.answer();
    await sink.drained();
    expect(database.stored).toEqual([1, 2]);
  });

  it('tries by itself once a second', async () => {
    database.does = 'refuse';
    await sink.write(batch(1));
    await until('it has been refused', () => clock.pending === 1);
    database.does = 'store';
    await clock.advance(1000);
    await until('it is stored', () => database.stored.length === 1);
  });

  it('goes on in the second file when the first one cannot be written', async () => {
    files = [join(folder, 'no-folder/journal.jsonl'), join(folder, 'second.jsonl')];
    build();
    database.does = 'refuse';
    for (const number of [1, 2]) await sink.write(batch(number));
    expect(await numbersIn(files[1]!)).toEqual([1, 2]);
    database.does = 'store';
    await sink.drained();
    expect(database.stored).toEqual([1, 2]);
  });

  it('rejects what no file takes; the same batch again is taken once', async () => {
    files = [];
    build();
    database.does = 'refuse';
    await expect(sink.write(batch(1))).rejects.toThrow('nowhere to wait for the database');
    expect(sink.waiting.away).toBe(false);
    database.does = 'store';
    await sink.write(batch(1));
    expect(database.stored).toEqual([1]);
  });

  it.each([
    // The database knows by its number what it has been given before.
    { what: 'silent, too', does: 'hang', stored: [1, 1, 2] },
    { what: 'refusing', does: 'refuse', stored: [1, 2] },
  ] as const)('stores what a silent disk took after all, of a database that was $what', async (each) => {
    const disk = new SilentDisk({ files, maxBytes: 1_000_000 }, 'n1', silentLogger);
    sink = new DurableSink({ database, waiting: disk, clock, logger: silentLogger });
    database.does = each.does;
    const refused = sink.write(batch(1)).then(
      () => false,
      () => true,
    );
    if (each.does === 'hang') await clock.advance(500);
    await until('it is given to the disk', () => clock.pending === 1);
    await clock.advance(1000);
    database.answer();
    expect(await refused).toBe(each.does === 'refuse');
    disk.answer.resolve();
    if (each.does === 'refuse') await sink.write(batch(1));
    await sink.write(batch(2));
    await until('nobody waits for the database', () => clock.pending === (each.does === 'refuse' ? 1 : 0));
    database.does = 'store';
    database.answer();
    await sink.drained();
    expect([database.stored, sink.waiting.away, clock.pending]).toEqual([each.stored, false, 0]);
  });

  it('takes a disk that answered late for slow: what comes next waits for it', async () => {
    const disk = new SilentDisk({ files, maxBytes: 1_000_000 }, 'n1', silentLogger);
    sink = new DurableSink({ database, waiting: disk, clock, logger });
    database.does = 'refuse';
    const given = expect(sink.write(batch(1))).rejects.toThrow('the disk has not answered for 1000 ms');
    await until('it is given to the disk', () => clock.pending === 1);
    await clock.advance(1000);
    await given;
    await clock.advance(1500);
    disk.answer.resolve();
    await until('it has answered', () => told.some((each) => each.includes('is slow')));
    disk.answer = Promise.withResolvers();
    let isKept = false;
    const next = sink.write(batch(2)).then(() => {
      isKept = true;
    });
    await clock.advance(4900);
    expect(isKept).toBe(false);
    disk.answer.resolve();
    await next;
    expect(await numbersIn(files[0]!)).toEqual([1, 2]);
  });

  it('sets a damaged line aside, and stores the others', async () => {
    database.does = 'refuse';
    for (const number of [1, 2, 3, 4]) await sink.write(batch(number));
    await until('it has been refused', () => clock.pending === 1);
    const [header, ...lines] = readFileSync(files[0]!, 'utf8').trim().split('\n');
    const damaged = lines[1]!.replace('"events":[', '"events":{');
    const text = [`#${header!.slice(1)}`, lines[0], damaged, ...lines.slice(2), ''].join('\n');
    writeFileSync(files[0]!, text);
    database.does = 'store';
    await sink.drained();
    expect(database.events).toEqual([1, 3, 4]);
    expect(sink.waiting).toMatchObject({ away: false, damaged: 1 });
    expect(told).toContain('a batch of call events cannot be read: it was set aside, the others are stored');
    const aside = `${files[0]}.damaged`;
    expect(readFileSync(aside, 'utf8')).toBe(`${header}\n${damaged}\n`);
    expect(statSync(aside).mode & 0o777).toBe(0o600);
    await sink.write(batch(5));
    expect(database.events).toEqual([1, 3, 4, 5]);
  });

  it('goes on when its file was cut, and says what is lost', async () => {
    database.does = 'refuse';
    for (const number of [1, 2, 3]) await sink.write(batch(number));
    await until('it has been refused', () => clock.pending === 1);
    truncateSync(files[0]!, headerLine('n1', 0).length + batchLine(batch(1)).length);
    database.does = 'store';
    await clock.advance(1000);
    await until('it is empty', () => !sink.waiting.away);
    expect(database.stored).toEqual([1]);
    expect(sink.waiting.damaged).toBe(2);
    await clock.advance(1000);
    await sink.write(batch(4));
    expect(database.stored).toEqual([1, 4]);
  });

  it('says at half of its size, and takes no more calls beyond it, until the database works', async () => {
    const maxBytes = 10 * headerLine('n1', 0).length;
    build(maxBytes);
    database.does = 'refuse';
    const events = JSON.stringify(['x'.repeat(maxBytes / 5)]);
    for (let number = 1; !sink.waiting.isFull; number++) await sink.write(batch(number, events));
    const { bytes } = sink.waiting;
    expect(bytes).toBeGreaterThanOrEqual(maxBytes);
    await sink.write(batch(99));
    expect(sink.waiting.bytes).toBeGreaterThan(bytes);
    expect(told.slice(1)).toEqual([
      'the file of the call journal is half full',
      'the file of the call journal is full: new calls are refused',
    ]);
    database.does = 'store';
    await sink.drained();
    expect([sink.waiting.isFull, database.stored.at(-1)]).toEqual([false, 99]);
  });
});

describe('what earlier processes left', () => {
  /** A start that finds files: of two batches and, in the other, of one. */
  async function start(): Promise<void> {
    writeFileSync(files[0]!, headerLine('n1', 7) + batchLine(batch(1)) + batchLine(batch(2)));
    putAside(files);
    writeFileSync(files[0]!, headerLine('n1', 8) + batchLine(batch(3)));
    putAside(files);
    const left = await LeftEvents.in(leftFiles(files));
    waiting = new WaitingBatches({ files, maxBytes: 1_000_000 }, 'n1', logger);
    sink = new DurableSink({ database, waiting, left, clock, logger });
  }
  const aside = (number: number) => join(folder, `journal.left-${number}.jsonl`);

  it('comes first, process by process; what happens meanwhile is kept behind it', async () => {
    database.does = 'hang';
    await start();
    await until('the first is on its way', () => database.hanging === 1);
    const { bytes } = sink.waiting;
    expect(sink.waiting).toMatchObject({ away: true, isFull: false });
    await sink.write(batch(4));
    expect([database.stored, await numbersIn(files[0]!)]).toEqual([[], [4]]);
    expect(sink.waiting.bytes).toBeGreaterThan(bytes);
    let isDrained = false;
    const drained = sink.drained().then(() => {
      isDrained = true;
    });
    database.answer();
    await until('the second is on its way', () => database.hanging === 1);
    expect([database.stored, isDrained, existsSync(aside(1))]).toEqual([[2, CLOSED], false, false]);
    expect(sink.waiting.bytes).toBeLessThan(bytes + statSync(files[0]!).size);
    database.does = 'store';
    database.answer();
    await drained;
    expect(database.stored).toEqual([2, CLOSED, 3, CLOSED, 4]);
    expect(database.events).toEqual([1, 2, 3, 4]);
    expect([sink.closedCalls, existsSync(aside(2)), sink.waiting.away]).toEqual([4, false, false]);
    await sink.write(batch(5));
    expect([database.stored.at(-1), clock.pending]).toEqual([5, 0]);
  });

  it('is tried until the database takes it', async () => {
    database.does = 'refuse';
    await start();
    await until('it has been refused', () => clock.pending === 1);
    await expect(sink.drained()).rejects.toThrow('the call journal cannot be written');
    await until('it has been refused again', () => clock.pending === 1);
    database.does = 'store';
    await clock.advance(1000);
    await sink.drained();
    expect(database.stored).toEqual([2, CLOSED, 3, CLOSED]);
  });

  it('is left to the next start by a stop that comes first, in its order', async () => {
    database.does = 'hang';
    await start();
    await until('the first is on its way', () => database.hanging === 1);
    await sink.write(batch(4));
    const waits = expect(sink.drained()).rejects.toThrow('the next start goes on');
    const stopped = sink.stopLeft();
    database.answer();
    await stopped;
    await waits;
    await expect(sink.drained()).rejects.toThrow('the next start goes on');
    expect(leftFiles(files)).toEqual([[aside(1)], [aside(2)], files]);
    putAside(files);
    expect(leftFiles(files)).toEqual([[aside(1)], [aside(2)], [aside(3)]]);
    expect(await numbersIn(aside(3))).toEqual([4]);
  });

  it('tells the number of its last batch, however long its lines', async () => {
    const long = batchLine(batch(123_456, JSON.stringify(['z'.repeat(200_000)])));
    writeFileSync(files[0]!, headerLine('n1', 7) + batchLine(batch(12)) + long + long.slice(0, 70_000));
    expect(await lastNumberIn(files[0]!)).toBe(123_456);
    writeFileSync(files[0]!, headerLine('n1', 7));
    expect(await lastNumberIn(files[0]!)).toBe(0);
  });
});

describe('storeLeft', () => {
  it('stores many batches as one, in their order', async () => {
    const numbers = Array.from({ length: 450 }, (_, index) => index + 1);
    const lines = numbers.map((number) => batchLine(batch(number))).join('');
    writeFileSync(files[0]!, headerLine('n1', 7) + lines);
    database.lastBatch = 10;
    const report = await storeLeft(database, [files], { logger: silentLogger });
    expect(report).toEqual({ batches: 450, stored: 440, broken: 0, calls: 2 });
    expect(database.events).toEqual(numbers.slice(10));
    expect(database.stored).toEqual([210, 410, 450, CLOSED]);
  });

  it('stores what a process left, without what is in the database already, and removes the file', async () => {
    writeFileSync(
      files[0]!,
      headerLine('n1', 7) + [1, 2, 3].map((number) => batchLine(batch(number))).join(''),
    );
    database.lastBatch = 2;
    expect((await left(files[0]!))[0]).toMatchObject({ nodeId: 'n1', epoch: 7, events: '[1]' });
    await storeLeft(database, [[...files, join(folder, 'none')]], { logger: silentLogger });
    expect([database.stored, existsSync(files[0]!)]).toEqual([[3, CLOSED], false]);
  });

  it('closes the calls of each process before the batches of the next one come', async () => {
    const next = join(folder, 'next.jsonl');
    writeFileSync(files[0]!, headerLine('n1', 7) + batchLine(batch(1)));
    writeFileSync(next, headerLine('n1', 9) + batchLine(batch(2)));
    await storeLeft(database, [files, [next]], { logger: silentLogger });
    expect(database.stored).toEqual([1, CLOSED, 2, CLOSED]);
  });

  it('keeps a file aside whose disk was away at the last start, and closes nothing for it', async () => {
    writeFileSync(files[0]!, headerLine('n1', 7) + batchLine(batch(1)));
    database.lastBatch = 2;
    await storeLeft(database, [files], { logger: silentLogger });
    expect(database.stored).toEqual([]);
    expect(await numbersIn(`${files[0]}.late`)).toEqual([1]);
  });

  it('leaves the file when the database refuses', async () => {
    writeFileSync(files[0]!, headerLine('n1', 7) + batchLine(batch(1)));
    database.does = 'refuse';
    await expect(storeLeft(database, [files], { logger: silentLogger })).rejects.toThrow('disk is full');
    expect(await numbersIn(files[0]!)).toEqual([1]);
  });

  it('takes a line that was never whole for none, and keeps a file aside that it cannot read', async () => {
    writeFileSync(files[0]!, `${headerLine('n1', 7)}${batchLine(batch(1))}{"batch":2,"now"`);
    await storeLeft(database, [files], { logger: silentLogger });
    expect([database.stored, existsSync(files[0]!)]).toEqual([[1, CLOSED], false]);
    const damaged = `${headerLine('n1', 7)}{"batch":5,"now":1,"events":[1,\u0000}\n${batchLine(batch(6))}`;
    writeFileSync(files[0]!, damaged);
    await storeLeft(database, [files], { logger: silentLogger });
    expect(database.stored).toEqual([1, CLOSED, 6, CLOSED]);
    expect(readFileSync(`${files[0]}.broken`, 'utf8')).toBe(damaged);
  });

  it('reads lines that are longer than a read', async () => {
    const events = JSON.stringify(['y'.repeat(200_000)]);
    writeFileSync(files[0]!, headerLine('n1', 7) + batchLine(batch(1, events)) + batchLine(batch(2)));
    expect((await left(files[0]!)).map((each) => each.events.length)).toEqual([events.length, 3]);
  });
});
