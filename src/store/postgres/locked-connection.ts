import { Client } from 'pg';
import { StoreError } from '../store.ts';
import { connectionConfig } from './connections.ts';

/** The server gives up a statement after this, we a server that is silent for longer. */
const STATEMENT_MS = 10_000;
const SILENCE_MS = 15_000;
/** How long a PBX that is just ending is waited for, and one that is bringing the tables up to date. */
const LOCK_WAIT_MS = 3000;
const START_WAIT_MS = 10_000;
/** Locks of pbx400 among the advisory locks of the database: "pbx4". */
const LOCK_SPACE = 0x70627834;
/** SQLSTATE lock_not_available. */
const LOCKED = '55P03';
const IN_USE = 'another PBX is running with this database';

/**
 * The one connection over which the running PBX writes its journal. It holds two locks: one of its node, since a second PBX
 * with the same data folder would close the first one's calls as cut by a crash, and one of the database, which all nodes
 * share and who has none (`nodeId` '') needs for himself. Made when it is first used and again when it has broken.
 */
export class LockedConnection {
  readonly #url: string;
  readonly #nodeId: string;
  #client: Client | undefined;
  /** The database is ours alone, until {@link share}. */
  #isAlone = false;
  #isShared = false;

  constructor(url: string, nodeId = '') {
    this.#url = url;
    this.#nodeId = nodeId;
  }

  /** No other PBX uses the database: its tables may be changed. True at most until {@link share}. */
  get isAlone(): boolean {
    return this.#isAlone;
  }

  /** Lets other nodes in from now on; for nodes only. */
  async share(): Promise<void> {
    this.#isShared = true;
    if (!this.#isAlone || this.#nodeId === '') return;
    const client = await this.connect();
    if (!this.#isAlone) return;
    await client.query('select pg_advisory_lock_shared($1, 0)', [LOCK_SPACE]);
    await client.query('select pg_advisory_unlock($1, 0)', [LOCK_SPACE]);
    this.#isAlone = false;
  }

  /** Runs `work`, all of it or nothing; one at a time. Rejects as pg does, and when another PBX holds the lock. */
  async transaction<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    const client = await this.connect();
    // A query that is never answered would stop the journal for ever: ending in mid-query closes the socket.
    const silence = setTimeout(() => this.#drop(), SILENCE_MS);
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => this.#drop());
      throw error;
    } finally {
      clearTimeout(silence);
    }
  }

  async connect(): Promise<Client> {
    if (this.#client) return this.#client;
    const client = new Client({ ...connectionConfig(this.#url), statement_timeout: STATEMENT_MS });
    client.on('error', () => this.#drop());
    this.#client = client;
    try {
      await client.connect();
      await this.#takeLocks(client);
    } catch (error) {
      this.#drop();
      throw error;
    }
    return client;
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#isAlone = false;
    await client?.end();
  }

  async #takeLocks(client: Client): Promise<void> {
    // Locks go with the connection; where the network swallows its end, the server notices within half a minute.
    await client.query(
      'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3',
    );
    const whole = [LOCK_SPACE];
    if (this.#nodeId === '') {
      await takeLock(client, 'pg_advisory_lock($1, 0)', whole, LOCK_WAIT_MS);
      this.#isAlone = true;
      return;
    }
    await takeLock(client, 'pg_advisory_lock(hashtextextended($1, 0))', [this.#nodeId], LOCK_WAIT_MS);
    if (!this.#isShared) {
      const alone = 'select pg_try_advisory_lock($1, 0) as alone';
      const { rows } = await client.query<{ alone: boolean }>(alone, whole);
      this.#isAlone = rows[0]!.alone;
    }
    if (!this.#isAlone) await takeLock(client, 'pg_advisory_lock_shared($1, 0)', whole, START_WAIT_MS);
  }

  #drop(): void {
    this.close().catch(() => {});
  }
}

async function takeLock(
  client: Client,
  lock: string,
  parameters: readonly (string | number)[],
  waitMs: number,
): Promise<void> {
  // A statement's time must not end before the wait for the lock does.
  await client.query(`set lock_timeout = ${waitMs}; set statement_timeout = ${waitMs + STATEMENT_MS}`);
  try {
    await client.query(`select ${lock}`, [...parameters]);
  } catch (error) {
    const isLocked = (error as { code?: string }).code === LOCKED;
    throw isLocked ? new StoreError(IN_USE) : error;
  }
  await client.query(`set lock_timeout = ${LOCK_WAIT_MS}; set statement_timeout = ${STATEMENT_MS}`);
}
