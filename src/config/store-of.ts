import { join, resolve } from 'node:path';
import { ConfigError, type Place } from '../shared/errors.ts';
import type { Config } from './config.ts';
import { createSecretFile, readSecretFile } from './data-dir.ts';
import type { ConfigFile } from './schema.ts';
import { secretText } from './secret-text.ts';
import { parseSize } from './size.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The embedded database, in the data folder. */
export const DATABASE_FILE = 'pbx400.db';
/** Name of this PBX in the rows that it writes, made at the first start. */
const NODE_FILE = 'node-id';
/** Call events that wait for the database. */
const JOURNAL_FILE = 'journal.jsonl';
/** 8 characters: enough for some hundred nodes, and they stand in every record. */
const NODE_BYTES = 6;

/** Where the store is. Throws ConfigError, which does not repeat what may be a password. */
export function storeOf(
  secret: ConfigFile['store'],
  dataDir: string,
  env: Env,
  place: () => Place | undefined,
): Config['store'] {
  if (secret === undefined) return { engine: 'sqlite', file: join(dataDir, DATABASE_FILE) };
  const fix = 'write postgres://user:password@host:port/database';
  const url = typeof secret === 'string' ? secret : secretText(secret, dataDir, env);
  if (typeof secret !== 'string' && !url) {
    const where = secret.env === undefined ? `file ${secret.file}` : `environment variable ${secret.env}`;
    throw new ConfigError(`store: ${where} is empty or missing`, place(), fix);
  }
  if (!url || !/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new ConfigError('store is no URL of a PostgreSQL database', place(), fix);
  }
  return { engine: 'postgres', url };
}

/** Where call events wait. `folder`: what paths are relative to. */
export function journalOf(
  { maxSize, second }: ConfigFile['journal'],
  folder: string,
  dataDir: string,
  nodeId: string,
): Config['journal'] {
  const files = [join(dataDir, JOURNAL_FILE)];
  // Several nodes may have the same second folder.
  if (second !== undefined) files.push(resolve(folder, second, `journal-${nodeId}.jsonl`));
  return { files, maxBytes: parseSize(maxSize) };
}

/** Made when it is missing and `prepare` is on; '' otherwise. */
export function nodeIdOf(dataDir: string, prepare: boolean): string {
  return (
    readSecretFile(dataDir, NODE_FILE) ?? (prepare ? createSecretFile(dataDir, NODE_FILE, NODE_BYTES) : '')
  );
}
