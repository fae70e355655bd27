import { type RawBuilder, sql } from 'kysely';

type ColumnType = 'text' | 'integer' | 'bigint' | 'json' | RawBuilder<unknown>;

/** What the columns of a table are called in one engine, by what they mean; see README.md. */
export interface ColumnTypes {
  readonly engine: 'sqlite' | 'postgres';
  /** A primary key that the database counts; it never leaves it. */
  readonly place: ColumnType;
  /** Milliseconds since 1970 or of a duration, bytes, counts: 64 bit. */
  readonly integer: ColumnType;
  readonly text: ColumnType;
  readonly json: ColumnType;
}

export const SQLITE_TYPES: ColumnTypes = {
  engine: 'sqlite',
  place: 'integer',
  integer: 'integer',
  text: 'text',
  json: 'text',
};

export const POSTGRES_TYPES: ColumnTypes = {
  engine: 'postgres',
  place: sql`bigint generated always as identity`,
  integer: 'bigint',
  // In the order of bytes, as SQLite has it: pages and names come in one order from both.
  text: sql`text collate "C"`,
  // Not jsonb: it refuses \u0000, which callers may send, and gives keys in an order of its own.
  json: 'json',
};
