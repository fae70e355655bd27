import { asError } from '../../shared/errors.ts';
import { StoreError } from '../store.ts';
import { BatchFile } from './batch-file.ts';
import { BatchLines, batchLine, headerLine, type WaitingBatch } from './batch-lines.ts';
import type { PackedBatch } from './journal-writer.ts';

/**
 * So many, and so many characters, are stored at once: a file takes batches faster than a database, and so smaller ones, and
 * one by one it would never catch up with calls that go on.
 */
const GROUP = { batches: 200, chars: 128 * 1024 } as const;

export interface WaitingOptions {
  /** Files in the order in which they are used: the next one when the disk of the one before is full. May be none. */
  readonly files: readonly string[];
  /** Of all files together: beyond it new calls are refused, and only what belongs to those in progress is added. */
  readonly maxBytes: number;
}

/**
 * Batches that wait for the database in files, the oldest first. What is in a file outlives the process, though not a
 * power cut: nothing waits for the disk.
 */
export class WaitingBatches {
  readonly maxBytes: number;
  readonly #files: readonly BatchFile[];
  readonly #nodeId: string;
  #lines = new BatchLines();
  #writing = 0;
  #reading = 0;
  /** In the files, or on their way. */
  #count = 0;
  /** In the files. */
  #kept = 0;
  /** Numbers of the last batch that was added, and of the last one that is in the database. */
  #lastNumber = 0;
  #stored = 0;
  #front: { readonly batch: WaitingBatch; readonly batches: number } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ files, maxBytes }: WaitingOptions, nodeId: string) {
    this.#files = files.map((file) => new BatchFile(file));
    this.maxBytes = maxBytes;
    this.#nodeId = nodeId;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Bytes in the files, what was taken out since they were last empty included; 0 as soon as nothing waits. */
  get bytes(): number {
    if (this.isEmpty) return 0;
    return this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get places(): readonly string[] {
    return this.#files.filter(({ bytes }) => bytes > 0).map(({ path }) => path);
  }

  /** Adds a batch, once however often it comes. Rejects with StoreError when no file takes it. */
  append(batch: PackedBatch): Promise<void> {
    this.#count++;
    return this.#next(async () => {
      if (batch.number <= this.#lastNumber) this.#count--;
      else await this.#write(batch);
    });
  }

  /** Resolves when the files are what the calls until now made of them; those that nothing waits in are gone. */
  get settled(): Promise<unknown> {
    return this.#turn;
  }

  /**
   * The oldest batch, or, unless `alone`, the oldest ones as one under the number of the last; the same until it is shifted.
   * Rejects when it cannot be read.
   */
  first(alone: boolean): Promise<WaitingBatch> {
    return this.#next(async () => {
      this.#front ??= await this.#readGroup(alone ? 1 : GROUP.batches);
      return this.#front.batch;
    });
  }

  /** What {@link first} gave, of that number, or the oldest batch is in the database. Returns how many batches that were. */
  shift(number: number): number {
    const batches = this.#front?.batches ?? 1;
    this.#stored = number;
    this.#front = undefined;
    this.#count -= batches;
    this.#kept -= batches;
    if (this.#count === 0) this.#clear();
    return batches;
  }

  #clear(): void {
    this.#lines = new BatchLines();
    this.#writing = 0;
    this.#reading = 0;
    void this.#next(() => Promise.allSettled(this.#files.map((file) => file.clear())));
  }

  /** Leaves the files for the next start. */
  async close(): Promise<void> {
    await this.#next(() => Promise.all(this.#files.map((file) => file.close())));
  }

  async #write(batch: PackedBatch): Promise<void> {
    let reason = 'there is no file for it';
    for (let index = this.#writing; index < this.#files.length; index++) {
      const file = this.#files[index]!;
      const header = file.bytes === 0 ? headerLine(this.#nodeId, batch.epoch) : '';
      try {
        await file.append(header + batchLine(batch));
        this.#writing = index;
        this.#lastNumber = batch.number;
        this.#kept++;
        return;
      } catch (error) {
        reason = asError(error).message;
      }
    }
    this.#count--;
    throw new StoreError(`the call journal has nowhere to wait for the database: ${reason}`);
  }

  async #readGroup(most: number): Promise<{ batch: WaitingBatch; batches: number }> {
    let last = await this.#read();
    const events = [last.events];
    for (let { length } = last.events; length < GROUP.chars; length += last.events.length) {
      if (events.length === Math.min(most, this.#kept)) break;
      last = await this.#read();
      events.push(last.events);
    }
    const lists = events.map((list) => list.slice(1, -1)).filter((list) => list !== '');
    return { batch: { ...last, events: `[${lists.join(',')}]` }, batches: events.length };
  }

  async #read(): Promise<WaitingBatch> {
    for (;;) {
      const line = await this.#files[this.#reading]!.take();
      const batch = line === undefined ? undefined : this.#lines.read(line);
      if (batch && batch.number > this.#stored) return batch;
      if (line === undefined && ++this.#reading === this.#files.length) {
        throw new StoreError(`a batch of the call journal is missing in ${this.places.join(', ')}`);
      }
    }
  }

  #next<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}
