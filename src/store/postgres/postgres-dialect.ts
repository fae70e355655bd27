import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import { Pool, type PoolConfig } from 'pg';
import { storableText } from '../storable.ts';
import { connectionConfig } from './connections.ts';

/** Kysely on a pool of connections to `url`. */
export function postgresDialect(url: string, config: PoolConfig): PostgresDialect {
  const pool = new Pool({ ...connectionConfig(url), ...config });
  // A connection that breaks while nobody uses it is replaced; when that fails, its next user is told.
  pool.on('error', () => {});
  const lent: PostgresPool = {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect();
      const query = (sql: string, values: readonly unknown[]) => client.query(sql, values.map(storable));
      return {
        // Of the two ways that pg has, Kysely takes the other only to stream, which nobody does here.
        query: query as unknown as PostgresPoolClient['query'],
        release: (destroy?: boolean) => client.release(destroy),
      };
    },
  };
  return new PostgresDialect({ pool: lent });
}

const storable = (value: unknown): unknown => (typeof value === 'string' ? storableText(value) : value);
