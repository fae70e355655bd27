import { appendFile } from 'node:fs/promises';
import { asError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { StoreError } from '../store.ts';
import { BatchFile } from './batch-file.ts';
import { BatchGroup } from './batch-group.ts';
import { BatchLines, batchLine, headerLine, type WaitingBatch } from './batch-lines.ts';
import type { PackedBatch } from './journal-writer.ts';

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
  readonly #logger: Logger;
  /** How the lines of this process are read. */
  readonly #lines = new BatchLines();
  #header = '';
  #writing = 0;
  #reading = 0;
  /** In the files, or on their way. */
  #count = 0;
  /** In the files. */
  #kept = 0;
  /** Numbers of the last batch that was added, and of the last one that is in the database. */
  #lastNumber = 0;
  #stored = 0;
  #damaged = 0;
  #front: { readonly batch: WaitingBatch; readonly batches: number } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ files, maxBytes }: WaitingOptions, nodeId: string, logger: Logger) {
    this.#files = files.map((file) => new BatchFile(file));
    this.maxBytes = maxBytes;
    this.#nodeId = nodeId;
    this.#logger = logger;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Bytes in the files, what was taken out since they were last empty included; 0 as soon as nothing waits. */
  get bytes(): number {
    if (this.isEmpty) return 0;
    return this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Batches that were damaged or lost in their files since the process was started. */
  get damaged(): number {
    return this.#damaged;
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
      this.#front ??= await this.#readGroup(alone ? 1 : this.#kept);
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
    void this.#next(() => this.#clearFiles());
  }

  async #clearFiles(): Promise<void> {
    this.#writing = 0;
    this.#reading = 0;
    await Promise.allSettled(this.#files.map((file) => file.clear()));
  }

  /** Leaves the files for the next start. */
  async close(): Promise<void> {
    await this.#next(() => Promise.all(this.#files.map((file) => file.close())));
  }

  async #write(batch: PackedBatch): Promise<void> {
    let reason = 'there is no file for it';
    for (let index = this.#writing; index < this.#files.length; index++) {
      const file = this.#files[index]!;
      try {
        await file.append((file.bytes === 0 ? this.#headerFor(batch) : '') + batchLine(batch));
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

  #headerFor({ epoch }: PackedBatch): string {
    this.#header = headerLine(this.#nodeId, epoch);
    this.#lines.read(this.#header);
    return this.#header;
  }

  async #readGroup(most: number): Promise<{ batch: WaitingBatch; batches: number }> {
    const group = new BatchGroup();
    while (!group.isFull && group.size < Math.min(most, this.#kept)) {
      const batch = await this.#read();
      if (batch) group.add(batch);
    }
    const { size: batches } = group;
    if (batches > 0) return { batch: group.take(), batches };
    if (this.isEmpty) this.#clear();
    throw new StoreError('nothing that waits for the database can be read');
  }

  /** The batch in the next line; undefined: that was damaged, or lost with all behind it. */
  async #read(): Promise<WaitingBatch | undefined> {
    for (;;) {
      const file = this.#files[this.#reading]!;
      const isHeader = file.isUntaken;
      const line = await file.take();
      if (line === undefined && ++this.#reading === this.#files.length) return await this.#onLost();
      if (line === undefined || isHeader) continue;
      const batch = this.#lines.read(line);
      if (!batch) return await this.#setAside(file.path, line);
      if (batch.number > this.#stored) return batch;
    }
  }

  /** A line that a disk or a hand has damaged holds up none of the others. */
  async #setAside(path: string, line: string): Promise<undefined> {
    const number = Number(/^\{"batch":(\d+)/.exec(line)?.[1]);
    if (number <= this.#stored) return;
    const aside = `${path}.damaged`;
    await appendFile(aside, `${this.#header}${line}\n`, { mode: 0o600 });
    this.#count--;
    this.#kept--;
    this.#damaged++;
    this.#logger.error(
      { file: aside },
      'a batch of call events cannot be read: it was set aside, the others are stored',
    );
  }

  /** Somebody has cut the files. */
  async #onLost(): Promise<undefined> {
    const batches = this.#kept;
    this.#logger.error(
      { files: this.places, batches },
      'batches of call events are not in their file any more',
    );
    this.#count -= batches;
    this.#kept = 0;
    this.#damaged += batches;
    await this.#clearFiles();
  }

  #next<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}
