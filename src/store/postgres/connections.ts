import { type ClientConfig, types } from 'pg';
import { asError, PbxError } from '../../shared/errors.ts';
import { ThreadError } from '../database-thread.ts';

/** OIDs of `pg_type` whose values we want in another form than pg gives them. */
const INT8 = 20;
const JSON_TEXT = 114;

/** 64-bit numbers as numbers (all of ours are below 2^53), JSON as the text that was stored. */
const TYPES = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return Number;
    if (oid === JSON_TEXT) return (text: string) => text;
    return types.getTypeParser(oid, format as 'text');
  },
} as NonNullable<ClientConfig['types']>;

/** A machine that does not answer is given up after this. */
const CONNECT_MS = 5000;

/** How we connect to `url`. */
export function connectionConfig(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: 'pbx400',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: TYPES,
  };
}

/** Where a database is, without its password. */
export function placeOf(url: string): string {
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}

/** SQLSTATE: the server starts, stops or has no connection left (57P, 53300), or others use what nobody else may (55006). */
const NOT_NOW = new Set(['57P01', '57P02', '57P03', '53300', '55006']);
/** What the system says of a machine or a server that is not there (yet). */
const NOT_THERE = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
]);

/** Whether the server that failed so may answer later. */
export function isAway(error: unknown): boolean {
  if (error instanceof ThreadError) return NOT_NOW.has(error.reason) || NOT_THERE.has(error.reason);
  if (error instanceof PbxError) return error.cause !== undefined && isAway(error.cause);
  const { code, errors } = error as { code?: string; errors?: readonly unknown[] };
  // A connection that was given up, or broke off, has no code.
  if (code === undefined) return errors?.some(isAway) ?? true;
  return NOT_NOW.has(code) || NOT_THERE.has(code);
}

/** What went wrong; a connection that each address of a host refused has no message of its own. */
export function reasonOf(error: unknown): string {
  const { message } = asError(error);
  if (message !== '') return message;
  const { errors, code } = error as { errors?: readonly unknown[]; code?: string };
  return errors?.map(reasonOf).join(', ') ?? code ?? 'no answer';
}
