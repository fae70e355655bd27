import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { SharedDatabase } from './database-setup.ts';

let made = 0;
/** Of the files that share this process. */
let admin: Promise<Client> | undefined;

/** A database in the PostgreSQL of the test run. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it, whoever is connected. */
  drop(): Promise<void>;
}

/** Where something is that the files of a test run share. */
export async function sharedDatabase(name: SharedDatabase): Promise<string> {
  const socket = connect(inject('databaseSocket'));
  socket.write(name);
  const place = await text(socket);
  if (place.startsWith('error: ')) throw new Error(place);
  return place;
}

/** Without tables, or with all of them. */
export async function postgresDatabase(tables: 'none' | 'all' = 'none'): Promise<TestDatabase> {
  const server = await sharedDatabase('postgres');
  admin ??= connectTo(`${server}/postgres`);
  const client = await admin;
  const name = `t${process.pid}_${++made}`;
  const copied = tables === 'all' ? await sharedDatabase('postgres-tables') : '';
  await client.query(`create database ${name} ${copied}`);
  return {
    url: `${server}/${name}`,
    drop: async () => {
      await client.query(`drop database if exists ${name} with (force)`);
    },
  };
}

/** Goes with the process: to connect costs the server as much as to copy half a database. */
async function connectTo(url: string): Promise<Client> {
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Runs `work` on a connection of its own. */
export async function onDatabase<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
