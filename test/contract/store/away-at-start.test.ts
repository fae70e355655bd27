/** Which failures of a start pass by themselves: the database is away, or somebody else holds it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { type Logger, silentLogger } from '../../../src/shared/logger.ts';
import { findRecords, openStore } from '../../../src/store/open-store.ts';
import { DatabaseAwayError, StoreError, type StoreLocation } from '../../../src/store/store.ts';
import { waitForDatabase } from '../../../src/store/wait-for-database.ts';
import { freeTcpPort } from '../../support/free-port.ts';
import { LOCKED, type OutageGround, POSTGRES_AWAY } from '../../support/outages.ts';
import type { ConfigDocument } from '../../support/pbx.ts';
import { postgresDatabase } from '../../support/postgres.ts';
import { postgresMissing } from '../../support/postgres-cluster.ts';
import { titleOn } from '../../support/sip-engines.ts';

const options = { nodeId: 'n1', clock: systemClock, logger: silentLogger };
const failure = (opening: Promise<unknown>) =>
  opening.then(
    () => undefined,
    (error: unknown) => error,
  );

for (const outage of [LOCKED, POSTGRES_AWAY]) {
  describe.skipIf(outage.missing)(titleOn('a start', outage), () => {
    let ground: OutageGround;
    let location: StoreLocation;
    beforeEach(async () => {
      ground = await outage.make();
      const config: ConfigDocument = {};
      ground.configure(config);
      location = config.store
        ? { engine: 'postgres', url: String(config.store) }
        : { engine: 'sqlite', file: join(ground.dataDir, 'pbx400.db') };
      await (await openStore(location, options)).close();
    });
    afterEach(() => ground.remove());

    it('waits for it, says so, and goes on', { timeout: 60_000 }, async () => {
      await ground.begin();
      const said: unknown[] = [];
      const logger: Logger = Object.assign(Object.create(silentLogger), {
        warn: ({ error }: { error: string }) => {
          if (said.push(error) === 1) void ground.end();
        },
      });
      const open = async () => {
        await findRecords(location).then((records) => records?.close());
        return await openStore(location, options);
      };
      const store = await waitForDatabase(open, { clock: systemClock, logger });
      await store.close();
      expect(said).toEqual([expect.stringContaining('cannot be used: ')]);
    });
  });
}

describe('what a start does not wait for', () => {
  it('another PBX with the same file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-away-'));
    const location = { engine: 'sqlite', file: join(folder, 'pbx400.db') } as const;
    const store = await openStore(location, options);
    const error = await failure(openStore(location, options));
    expect(error).toBeInstanceOf(StoreError);
    expect(error).not.toBeInstanceOf(DatabaseAwayError);
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it.skipIf(postgresMissing)('a wrong password, or a database that does not exist', async () => {
    const { url, drop } = await postgresDatabase();
    const wrong = new URL(url);
    wrong.password = 'wrong';
    const nowhere = new URL(url);
    nowhere.pathname = '/nowhere';
    for (const { href } of [wrong, nowhere]) {
      for (const open of [findRecords, (at: StoreLocation) => openStore(at, options)]) {
        const error = await failure(open({ engine: 'postgres', url: href }));
        expect(error).toBeInstanceOf(StoreError);
        expect(error).not.toBeInstanceOf(DatabaseAwayError);
      }
    }
    const closed = new URL(url);
    closed.port = String(await freeTcpPort());
    const away = await failure(openStore({ engine: 'postgres', url: closed.href }, options));
    expect(away).toBeInstanceOf(DatabaseAwayError);
    await drop();
  });
});
