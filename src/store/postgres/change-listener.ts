import { Client } from 'pg';
import type { Clock, Timer } from '../../shared/clock.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { StreamGrowth } from '../events.ts';
import { GROWTH_CHANNEL, SHARED_CHANNEL } from '../shared-table.ts';
import type { SharedEvents, SharedTopic } from '../store.ts';
import { connectionConfig } from './connections.ts';

/** The database is asked this often, should a notification be lost with its connection. */
const POLL_MS = 5000;
/** A server that does not answer in this time is given up. */
const SILENCE_MS = 10_000;

/**
 * Hears what any node changes: PostgreSQL notifies of a topic and its revision, and of companies whose streams have grown, and
 * nothing else crosses. Connects again by itself; what was changed meanwhile is found by asking, what has grown by who reads on.
 */
export class ChangeListener {
  readonly events = new TypedEvents<SharedEvents>();
  readonly growth = new TypedEvents<StreamGrowth>();
  readonly #url: string;
  readonly #timer: Timer;
  readonly #revisions = new Map<string, number>();
  #client: Client | undefined;
  #isAsking = false;
  #isClosed = false;

  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#timer = clock.every(POLL_MS, () => void this.#ask());
    void this.#ask();
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.cancel();
    await this.#drop();
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || this.#isClosed) return;
    this.#isAsking = true;
    try {
      const client = await this.#connect();
      const query = 'select topic, revision from shared_revision';
      const { rows } = await client.query<{ topic: SharedTopic; revision: number }>(query);
      for (const { topic, revision } of rows) this.#heard(topic, revision);
    } catch {
      // Others say that the database is away; the next time comes.
      await this.#drop();
    } finally {
      this.#isAsking = false;
    }
  }

  async #connect(): Promise<Client> {
    if (this.#client) return this.#client;
    const client = new Client({ ...connectionConfig(this.#url), query_timeout: SILENCE_MS });
    this.#client = client;
    client.on('error', () => void this.#drop());
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === GROWTH_CHANNEL) {
        this.growth.emit('grown', { tenantId: payload });
        return;
      }
      const [topic, revision] = payload.split(' ');
      this.#heard(topic as SharedTopic, Number(revision));
    });
    await client.connect();
    await client.query(`listen ${SHARED_CHANNEL}`);
    await client.query(`listen ${GROWTH_CHANNEL}`);
    return client;
  }

  #heard(topic: SharedTopic, revision: number): void {
    if (this.#isClosed || (this.#revisions.get(topic) ?? 0) >= revision) return;
    this.#revisions.set(topic, revision);
    this.events.emit('changed', { topic });
  }

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }
}
