import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { inject } from 'vitest';

let made = 0;

/** An empty database in the PostgreSQL of the test run. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it, whoever is connected. */
  drop(): Promise<void>;
}

export async function postgresDatabase(): Promise<TestDatabase> {
  const server = await text(connect(inject('postgresSocket')));
  if (server.startsWith('error: ')) throw new Error(server);
  const name = `t${process.pid}_${++made}`;
  const admin = (statement: string) => onDatabase(`${server}/postgres`, (client) => client.query(statement));
  await admin(`create database ${name}`);
  return {
    url: `${server}/${name}`,
    drop: async () => {
      await admin(`drop database if exists ${name} with (force)`);
    },
  };
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
