import { Kysely, sql } from 'kysely';
import { Client } from 'pg';
import type { Logger } from '../../shared/logger.ts';
import { POSTGRES_TYPES } from '../column-types.ts';
import { pendingChange } from '../migrations.ts';
import type { Tables } from '../schema.ts';
import { StoreError } from '../store.ts';
import { connectionConfig } from './connections.ts';
import { postgresDialect } from './postgres-dialect.ts';

/** A copy of the tables as they were, for who goes one version back. */
export interface ChangeCopy {
  /** Called when nobody else can change the tables any more, before we do. Rejects when there should be a copy and is none. */
  require(): void;
}

/** Names of PostgreSQL are cut at 63 bytes; the copy has a longer one while it is made. */
const NAME_BYTES = 58;
/** SQLSTATE object_in_use: somebody is connected to what is to be copied. */
const IN_USE = '55006';
/** insufficient_privilege, invalid_authorization_specification, invalid_password, invalid_catalog_name. */
const FORBIDDEN: ReadonlySet<string> = new Set(['42501', '28000', '28P01', '3D000']);

/**
 * Copies the database to one beside it when its tables are of an older version, as PostgreSQL does it: files, faster than rows, with
 * all that stands in them. Nobody may be connected meanwhile, so call it before anything is opened.
 */
export async function copyBeforeChange(url: string, logger: Logger): Promise<ChangeCopy> {
  const { change, name, version } = await lookAt(url);
  if (change === undefined) return { require: () => {} };
  const copy = `${name}_before_${change}`.slice(0, NAME_BYTES);
  try {
    await copyDatabase(urlBeside(url, name), { name, copy, version });
    logger.warn({ copy, change }, 'the database was copied before its tables are changed: the way back');
    return { require: () => {} };
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (code === IN_USE) return { require: () => refuse(name, error) };
    if (!FORBIDDEN.has(code)) throw error;
    const fix = `alter role USER createdb lets it be copied; else only a backup of the version before is a way back`;
    return {
      require: () =>
        logger.warn({ change, error: (error as Error).message, fix }, 'there is no copy of the database'),
    };
  }
}

function refuse(name: string, cause: unknown): never {
  const why = 'it is copied before its tables are changed, and others are connected to it';
  throw new StoreError(
    `${why}: end their sessions (select * from pg_stat_activity where datname = '${name}')`,
    { cause },
  );
}

async function lookAt(url: string) {
  const db = new Kysely<Tables>({ dialect: postgresDialect(url, { max: 1 }) });
  try {
    const change = await pendingChange(db, POSTGRES_TYPES);
    const query = sql<{ name: string; version: string }>`select current_database() as name,
      current_setting('server_version_num') as version`;
    const { name, version } = (await query.execute(db)).rows[0]!;
    return { change, name, version: Number(version) };
  } finally {
    await db.destroy();
  }
}

/** Another database of the same server: what is copied may have no connection, ours included. */
function urlBeside(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = name === 'postgres' ? '/template1' : '/postgres';
  return other.href;
}

/** The copy takes its name, and the place of an older one, when it is whole. */
async function copyDatabase(
  url: string,
  { name, copy, version }: { readonly name: string; readonly copy: string; readonly version: number },
): Promise<void> {
  const client = new Client(connectionConfig(url));
  await client.connect();
  try {
    const [source, target, part] = [name, copy, `${copy}_part`].map((each) => client.escapeIdentifier(each));
    // Before 15 there is no other strategy; the newer one writes each page into the log, too.
    const strategy = version >= 150_000 ? 'strategy file_copy' : '';
    await client.query(`drop database if exists ${part}`);
    await client.query(`create database ${part} template ${source} ${strategy}`);
    await client.query(`drop database if exists ${target}`);
    await client.query(`alter database ${part} rename to ${target}`);
  } finally {
    await client.end();
  }
}
