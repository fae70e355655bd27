/** Vitest's global set-up: one PostgreSQL for all test files of a run, started when the first of them asks for it. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { PostgresCluster } from './postgres-cluster.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Socket that answers with the URL of the PostgreSQL, or with `error: ` and why there is none. */
    readonly postgresSocket: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let cluster: Promise<PostgresCluster> | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-ask-'));
  const path = join(folder, 'postgres');
  const server = createServer((socket) => {
    cluster ??= PostgresCluster.start();
    cluster.then(
      ({ url }) => socket.end(url),
      (error: Error) => socket.end(`error: ${error.message}`),
    );
  });
  server.listen(path);
  await once(server, 'listening');
  project.provide('postgresSocket', path);
  return async () => {
    server.close();
    await cluster?.then(
      (started) => started.stop(),
      () => {},
    );
    rmSync(folder, { recursive: true, force: true });
  };
}
