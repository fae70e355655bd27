import { type ClientConfig, types } from 'pg';
import { asError } from '../../shared/errors.ts';

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

/** What went wrong; a connection that each address of a host refused has no message of its own. */
export function reasonOf(error: unknown): string {
  const { message } = asError(error);
  if (message !== '') return message;
  const { errors, code } = error as { errors?: readonly unknown[]; code?: string };
  return errors?.map(reasonOf).join(', ') ?? code ?? 'no answer';
}
