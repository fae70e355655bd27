import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { layoutSince, unflatten } from '../../../../src/store/journal/flat-events.ts';
import {
  type EventBatch,
  type JournalSink,
  JournalWriter,
  type PackedBatch,
} from '../../../../src/store/journal/journal-writer.ts';
import { CallScript, sampleCall } from '../../../support/call-events.ts';

/** A sink that answers when told to. */
class SlowSink implements JournalSink {
  readonly writes: EventBatch[] = [];
  waiting = { away: false, bytes: 0, maxBytes: 100, damaged: 0, isFull: false };
  #answer: PromiseWithResolvers<void> | undefined;

  write(batch: PackedBatch): Promise<void> {
    this.writes.push({ ...batch, events: JSON.parse(batch.events) });
    this.#answer = Promise.withResolvers();
    return this.#answer.promise;
  }

  async drained(): Promise<void> {}

  done(): void {
    this.#answer?.resolve();
  }

  fail(): void {
    this.#answer?.reject(new Error('disk full'));
  }

  typesOf(index: number): string[] {
    const { events, epoch } = this.writes[index]!;
    return unflatten(events, layoutSince(epoch)).map(({ type }) => type);
  }
}

function setUp() {
  const clock = new ManualClock();
  const sink = new SlowSink();
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (_fields: unknown, message: string) => errors.push(message) };
  const options = { clock, sink, logger: logger as unknown as typeof silentLogger };
  const writer = new JournalWriter(options);
  return { clock, sink, errors, writer };
}

const append = (writer: JournalWriter, script: CallScript) => {
  for (const event of script.events) writer.append(event);
};

describe('JournalWriter', () => {
  it('writes what has come within 50 ms as one batch, complete and in order', async () => {
    const { clock, sink, writer } = setUp();
    const script = sampleCall('c1');
    append(writer, script);
    await clock.advance(49);
    expect(sink.writes).toHaveLength(0);
    await clock.advance(1);
    expect(unflatten(sink.writes[0]!.events, layoutSince(0))).toEqual(script.events);
    expect(writer.stats.pendingEvents).toBe(script.events.length);
    sink.done();
    await clock.settle();
    expect(writer.stats).toMatchObject({ pendingEvents: 0, flushes: 1 });
    writer.close();
    expect(clock.pending).toBe(0);
  });

  it('writes one batch at a time, the next one 50 ms after the last began', async () => {
    const { clock, sink, writer } = setUp();
    writer.append(new CallScript('c1').arrive().events[0]!);
    await clock.advance(50);
    writer.append(new CallScript('c2').arrive().events[0]!);
    await clock.advance(30);
    expect(sink.writes).toHaveLength(1);
    sink.done();
    await clock.advance(19);
    expect(sink.writes).toHaveLength(1);
    await clock.advance(1);
    expect(sink.writes.map(({ number, now }) => [number, now])).toEqual([
      [1, 50],
      [2, 100],
    ]);
  });

  it('repeats a batch that failed under its old number, and says so', async () => {
    const { clock, sink, writer, errors } = setUp();
    writer.append(new CallScript('c1').arrive().events[0]!);
    await clock.advance(50);
    sink.fail();
    await clock.settle();
    writer.append(new CallScript('c2').arrive().events[0]!);
    await clock.advance(1000);
    expect(sink.writes.map(({ number, events }) => [number, events[3]])).toEqual([
      [1, 'c1'],
      [1, 'c1'],
    ]);
    sink.done();
    await clock.advance(50);
    expect(sink.writes[2]).toMatchObject({ number: 2 });
    expect(errors).toHaveLength(1);
    expect(writer.stats.failures).toBe(1);
  });

  it('hands over a backlog in pieces, one right after the other, in order', async () => {
    const { clock, sink, writer } = setUp();
    const calls = Array.from({ length: 6000 }, (_, index) => new CallScript(`c${index}`).arrive().end());
    for (const call of calls) append(writer, call);
    expect(writer.stats.pendingEvents).toBe(12_000);
    await clock.advance(50);
    for (let batch = 0; batch < 2; batch++) {
      sink.done();
      await clock.advance(0);
    }
    sink.done();
    await clock.settle();
    expect(sink.writes.map((_, index) => sink.typesOf(index).length)).toEqual([5000, 5000, 2000]);
    expect(sink.writes.map(({ now }) => now)).toEqual([50, 50, 50]);
    expect(writer.stats).toMatchObject({ pendingEvents: 0, flushes: 3 });
    writer.close();
    expect(clock.pending).toBe(0);
  });

  it('keeps all in memory while nothing takes it, and lets no more calls in', async () => {
    const { clock, sink, writer, errors } = setUp();
    append(writer, sampleCall('c1'));
    await clock.advance(50);
    expect(writer.takesCalls).toBe(true);
    sink.fail();
    await clock.settle();
    append(writer, sampleCall('c2'));
    expect([writer.takesCalls, writer.stats.pendingEvents]).toEqual([
      false,
      2 * sampleCall('').events.length,
    ]);
    expect(errors).toEqual([
      'the call journal can be written nowhere: it waits in memory, new calls are refused',
    ]);
    await clock.advance(1000);
    expect(writer.takesCalls).toBe(false);
    sink.done();
    await clock.settle();
    expect(writer.takesCalls).toBe(true);
    sink.waiting = { ...sink.waiting, isFull: true };
    expect(writer.takesCalls).toBe(false);
    writer.close();
    expect(writer.rest().map(({ events }) => JSON.parse(events)[3])).toEqual(['c2']);
  });

  it('lets no more calls in while the database takes less than comes, until it has taken some', async () => {
    const { clock, sink, writer, errors } = setUp();
    const { length } = sampleCall('').events;
    for (let calls = 0; calls * length < 49_000; calls++) append(writer, sampleCall(`c${calls}`));
    await clock.advance(50);
    expect([writer.takesCalls, errors]).toEqual([true, []]);
    for (let calls = 0; calls * length < 10_000; calls++) append(writer, sampleCall(`d${calls}`));
    expect(writer.takesCalls).toBe(false);
    expect(errors).toEqual([
      'the database is slower than the calls: what happens waits in memory, new calls are refused',
    ]);
    for (let taken = 0; taken < 2; taken++) {
      sink.done();
      await clock.advance(50);
    }
    expect(writer.takesCalls).toBe(true);
    writer.close();
  });

  it('counts events that belong to no call, or that it does not know', () => {
    const { writer, errors } = setUp();
    writer.append(new CallScript('c1').emit('answered', {}).events[0]!);
    writer.append({ ...new CallScript('c1').arrive().events[0]!, type: 'hummed' } as never);
    expect(writer.stats).toMatchObject({ strayEvents: 2, pendingEvents: 0 });
    expect(errors).toEqual(['the call journal does not know the event hummed']);
  });

  it('tells the store that it is alive, every second while calls are open, seldom while none is', async () => {
    const { clock, sink, writer } = setUp();
    const script = new CallScript('c1').arrive().end();
    writer.append(script.events[0]!);
    await clock.advance(50);
    sink.done();
    await clock.advance(1000);
    expect(sink.writes[1]).toEqual({ number: 2, now: 1050, epoch: 0, events: [] });
    writer.append(script.events[1]!);
    sink.done();
    await clock.advance(50);
    sink.done();
    await clock.advance(9_999);
    expect(sink.writes).toHaveLength(3);
    await clock.advance(1);
    expect(sink.writes[3]).toMatchObject({ number: 4, events: [] });
    sink.done();
    await clock.settle();
    writer.close();
    expect(clock.pending).toBe(0);
  });

  it('writes at once what somebody waits for, and together what came during a write', async () => {
    const { clock, sink, writer } = setUp();
    const arrive = (id: string) => writer.append(new CallScript(id).arrive().events[0]!);
    const kept: string[] = [];
    const wait = (id: string, place: number) => void writer.durable(place)?.then(() => kept.push(id));
    wait('c1', arrive('c1'));
    wait('c2', arrive('c2'));
    const third = arrive('c3');
    wait('c3', third);
    expect(sink.writes.map(({ events }) => events[3])).toEqual(['c1']);
    sink.done();
    await clock.settle();
    expect(kept).toEqual(['c1']);
    expect([sink.writes.length, sink.typesOf(1)]).toEqual([2, ['arrived', 'arrived']]);
    sink.done();
    await clock.settle();
    expect(kept).toEqual(['c1', 'c2', 'c3']);
    expect(writer.durable(third)).toBeUndefined();
  });

  it('knows what is in the database, and what only waits for it in a file', async () => {
    const { clock, sink, writer } = setUp();
    const first = writer.append(new CallScript('c1').arrive().events[0]!);
    expect(writer.isStored(first)).toBe(false);
    await clock.advance(50);
    expect(writer.isStored(first)).toBe(false);
    sink.done();
    await clock.settle();
    expect(writer.isStored(first)).toBe(true);
    const second = writer.append(new CallScript('c2').arrive().events[0]!);
    await clock.advance(50);
    sink.waiting = { ...sink.waiting, away: true, bytes: 10 };
    sink.done();
    await clock.settle();
    expect([writer.durable(second), writer.isStored(second), writer.isStored(first)]).toEqual([
      ...[undefined, false, true],
    ]);
    sink.waiting = { ...sink.waiting, away: false, bytes: 0 };
    expect(writer.isStored(second)).toBe(true);
    writer.close();
    expect(clock.pending).toBe(0);
  });

  it('holds nobody up while nothing can be written', async () => {
    const { clock, sink, writer } = setUp();
    const place = writer.append(new CallScript('c1').arrive().events[0]!);
    let isOver = false;
    void writer.durable(place)?.then(() => {
      isOver = true;
    });
    sink.fail();
    await clock.settle();
    expect([isOver, writer.durable(place)]).toEqual([true, undefined]);
    writer.close();
  });

  it('flushes at once when asked, and tells when that fails', async () => {
    const { clock, sink, writer } = setUp();
    await writer.flush();
    writer.append(new CallScript('c1').arrive().events[0]!);
    const flushed = writer.flush();
    expect(sink.writes).toHaveLength(1);
    sink.done();
    await flushed;
    writer.append(new CallScript('c2').arrive().events[0]!);
    const failed = expect(writer.flush()).rejects.toThrow('the call journal cannot be written: disk full');
    sink.fail();
    await failed;
    writer.close();
    expect(clock.pending).toBe(0);
  });

  it('takes nothing once closed', async () => {
    const { clock, writer } = setUp();
    writer.close();
    append(writer, sampleCall('c1'));
    expect(writer.stats.pendingEvents).toBe(0);
    expect(writer.stats.strayEvents).toBe(sampleCall('').events.length);
    expect(clock.pending).toBe(0);
  });
});
