import { Client } from 'pg';
import { connectionConfig } from './connections.ts';

/** The server gives up a statement after this, we a server that is silent for longer. */
const STATEMENT_MS = 10_000;
const SILENCE_MS = 15_000;
/** How long a PBX that is just ending is waited for. */
const LOCK_WAIT_MS = 3000;
/** Locks of pbx400 among the advisory locks of the database: "pbx4". */
const LOCK_SPACE = 0x70627834;
/** SQLSTATE lock_not_available. */
const LOCKED = '55P03';

/**
 * The one connection over which the running PBX writes its journal. It holds a lock: a second PBX would close the first
 * one's calls as cut by a crash. Made when it is first used and again when it has broken.
 */
export class LockedConnection {
  readonly #url: string;
  #client: Client | undefined;

  constructor(url: string) {
    this.#url = url;
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
      await takeLock(client);
    } catch (error) {
      this.#drop();
      throw error;
    }
    return client;
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  #drop(): void {
    this.close().catch(() => {});
  }
}

async function takeLock(client: Client): Promise<void> {
  // The lock goes with the connection; where the network swallows its end, the server notices within half a minute.
  await client.query(`set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3;
    set lock_timeout = ${LOCK_WAIT_MS}`);
  try {
    await client.query('select pg_advisory_lock($1, 0)', [LOCK_SPACE]);
  } catch (error) {
    const isLocked = (error as { code?: string }).code === LOCKED;
    throw isLocked ? new Error('another PBX is running with this database') : error;
  }
}
