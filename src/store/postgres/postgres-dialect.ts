import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import { type ClientBase, Pool, type PoolConfig } from 'pg';
import { storableText } from '../storable.ts';
import { SlowReadError } from '../store.ts';
import { connectionConfig } from './connections.ts';

/** SQLSTATE query_canceled: `statement_timeout` was over. */
const CANCELED = '57014';

/** The same for reads that may be long: one that is not answered `limitMs` after its turn came, or has none for as long, is given up. */
export function readersDialect(
  url: string,
  { max, limitMs }: { readonly max: number; readonly limitMs: number },
): PostgresDialect {
  const config = { max, statement_timeout: limitMs, connectionTimeoutMillis: limitMs };
  return postgresDialect(url, config, (error, isCrowded) => {
    const isLate = isCrowded || (error as { code?: string }).code === CANCELED;
    return isLate ? new SlowReadError(limitMs, { cause: error }) : error;
  });
}

/** Kysely on a pool of connections to `url`. `translate`: what went wrong in words of ours; `isCrowded`: others had all connections. */
export function postgresDialect(
  url: string,
  config: PoolConfig,
  translate: (error: unknown, isCrowded: boolean) => unknown = (error) => error,
): PostgresDialect {
  const pool = new Pool({ ...connectionConfig(url), ...config, onConnect: stopCompiling });
  // A connection that breaks while nobody uses it is replaced; when that fails, its next user is told.
  pool.on('error', () => {});
  const lent: PostgresPool = {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw translate(error, pool.totalCount === pool.options.max);
      });
      const query = (sql: string, values: readonly unknown[]) =>
        client.query(sql, values.map(storable)).catch((error: unknown) => {
          throw translate(error, false);
        });
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

/** Compiling (JIT) takes longer than any question here, once for each month that it may look into. */
async function stopCompiling(client: ClientBase): Promise<void> {
  await client.query('set jit = off');
}
