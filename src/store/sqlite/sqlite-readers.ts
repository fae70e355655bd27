import type { CompiledQuery } from 'kysely';
import { systemClock } from '../../shared/clock.ts';
import { ClosedError } from '../../shared/errors.ts';
import type { ShownPages, ShownPart } from '../cdr-repository.ts';
import { DatabaseThread, ThreadError, threadScript } from '../database-thread.ts';
import { SlowReadError } from '../store.ts';
import type { Parameter, ReaderProtocol, Row } from './protocol.ts';

/** A report that reads for seconds leaves one to the call list. */
const MAX_THREADS = 2;

/** Threads that read a database while another one writes it; started when they are needed. */
export class SqliteReaders implements ShownPages {
  readonly #file: string;
  readonly #limitMs: number;
  readonly #threads: DatabaseThread<ReaderProtocol>[] = [];
  readonly #idle: DatabaseThread<ReaderProtocol>[] = [];
  #waiting: PromiseWithResolvers<DatabaseThread<ReaderProtocol>>[] = [];
  #isClosed = false;

  /** `limitMs`: a read that takes longer, or waits longer for its turn, is given up. */
  constructor(file: string, limitMs: number) {
    this.#file = file;
    this.#limitMs = limitMs;
  }

  /** Rejects with SlowReadError, or StoreError. */
  async query(sql: string, parameters: readonly Parameter[]): Promise<{ readonly rows: Row[] }> {
    return await this.#ask('query', { sql, parameters, limitMs: this.#limitMs });
  }

  /** Rejects as {@link query}. */
  async shownPage({ sql, parameters }: CompiledQuery, limit: number, isWhole: boolean): Promise<ShownPart> {
    const query = { sql, parameters: parameters as readonly Parameter[], limitMs: this.#limitMs };
    return await this.#ask('shownPage', { ...query, limit, isWhole });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new ClosedError('the database'));
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  async #ask<Kind extends 'query' | 'shownPage'>(
    kind: Kind,
    request: ReaderProtocol[Kind]['request'],
  ): Promise<ReaderProtocol[Kind]['reply']> {
    const thread = await this.#take();
    try {
      return await thread.ask(kind, request);
    } catch (error) {
      const isLate = error instanceof ThreadError && error.reason === 'deadline';
      throw isLate ? new SlowReadError(this.#limitMs) : error;
    } finally {
      this.#giveBack(thread);
    }
  }

  async #take(): Promise<DatabaseThread<ReaderProtocol>> {
    if (this.#isClosed) throw new ClosedError('the database');
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#threads.length < MAX_THREADS) return await this.#start();
    const turn = Promise.withResolvers<DatabaseThread<ReaderProtocol>>();
    this.#waiting.push(turn);
    const timer = systemClock.after(this.#limitMs, () => {
      this.#waiting = this.#waiting.filter((other) => other !== turn);
      turn.reject(new SlowReadError(this.#limitMs));
    });
    return await turn.promise.finally(() => timer.cancel());
  }

  async #start(): Promise<DatabaseThread<ReaderProtocol>> {
    const script = threadScript('reader-worker', import.meta.url);
    const thread = new DatabaseThread<ReaderProtocol>(script, { file: this.#file }, this.#file);
    this.#threads.push(thread);
    try {
      await thread.opened;
      return thread;
    } catch (error) {
      this.#threads.splice(this.#threads.indexOf(thread), 1);
      throw error;
    }
  }

  #giveBack(thread: DatabaseThread<ReaderProtocol>): void {
    const next = this.#waiting.shift();
    if (next) next.resolve(thread);
    else this.#idle.push(thread);
  }
}
