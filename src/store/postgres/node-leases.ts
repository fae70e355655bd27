import type { Client } from 'pg';
import { type Beat, LEASE_MS } from '../node-lease.ts';
import type { LockedConnection } from './locked-connection.ts';

/** Milliseconds since 1970 by the database's clock: that of one machine, whatever the nodes' clocks say. */
const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** A lease that had run out begins anew: who was away himself may not call others lost. */
const RENEW = `update node set seen_at = clock.now, settings = $2,
    held_since = case when clock.now - seen_at > ${LEASE_MS} then clock.now else held_since end
  from (select ${NOW} as now) clock where node_id = $1 returning seen_at, held_since`;
const BEGIN = `insert into node (node_id, seen_at, held_since, settings)
  select $1, clock.now, clock.now, $2::text from (select ${NOW} as now) clock returning seen_at, held_since`;
const PEERS = 'select node_id, settings, $2 - seen_at as age from node where node_id <> $1 order by node_id';
/** Who was seen meanwhile is not lost. */
const TAKE_AWAY = `delete from node where node_id = $1 and ${NOW} - seen_at > ${LEASE_MS}`;
/** A node that leaves calls open keeps its lease until somebody has closed them. */
const LEAVE = `delete from node where node_id = $1
  and not exists (select 1 from call_journal where node_id = $1)`;

/** A lease as it stands. */
interface Lease {
  readonly seen_at: number;
  readonly held_since: number;
}

interface Other {
  readonly node_id: string;
  readonly settings: string;
  readonly age: number;
}

/** The lease of this node and what it says of the others, in the thread that writes the journal. */
export class NodeLeases {
  readonly #connection: LockedConnection;
  readonly #nodeId: string;

  constructor(connection: LockedConnection, nodeId: string) {
    this.#connection = connection;
    this.#nodeId = nodeId;
  }

  /** Renews the lease. `settings`: what others are told of this node's; `closeCallsOf`: what is done with the calls of a node that is gone, in the transaction that says so. */
  async beat(
    settings: string,
    closeCallsOf: (client: Client, nodeId: string) => Promise<number>,
  ): Promise<Beat> {
    const { lease, isNew, others } = await this.#connection.transaction((client) =>
      this.#renew(client, settings),
    );
    const peers = others.filter(({ age }) => age <= LEASE_MS);
    const lost: { nodeId: string; calls: number }[] = [];
    // A database that was away makes nobody lost: the others get as long to be seen as we do.
    const mayJudge = lease.seen_at - lease.held_since >= LEASE_MS;
    for (const { node_id: nodeId, age } of others) {
      if (!mayJudge || age <= LEASE_MS) continue;
      const calls = await this.#connection.transaction(async (client) => {
        const { rowCount } = await client.query(TAKE_AWAY, [nodeId]);
        return rowCount ? await closeCallsOf(client, nodeId) : undefined;
      });
      if (calls !== undefined) lost.push({ nodeId, calls });
    }
    const seen = peers.map(({ node_id, age, settings: theirs }) => ({
      nodeId: node_id,
      ageMs: age,
      settings: theirs,
    }));
    return { isNew, lost, peers: seen };
  }

  /** Gives the lease up, when no call is open. */
  async leave(): Promise<void> {
    await this.#connection.transaction((client) => client.query(LEAVE, [this.#nodeId]));
  }

  async #renew(client: Client, settings: string) {
    const renewed = await client.query<Lease>(RENEW, [this.#nodeId, settings]);
    const isNew = renewed.rowCount === 0;
    const { rows } = isNew ? await client.query<Lease>(BEGIN, [this.#nodeId, settings]) : renewed;
    const lease = rows[0]!;
    const peers = await client.query<Other>(PEERS, [this.#nodeId, lease.seen_at]);
    return { lease, isNew, others: peers.rows };
  }
}
