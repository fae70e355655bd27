/** Row-level security on PostgreSQL: what a query forgets leaks nothing. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiKey, User } from '../../../src/auth/auth-store.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { type Logger, silentLogger } from '../../../src/shared/logger.ts';
import { openPostgresDatabase } from '../../../src/store/postgres/open-postgres-store.ts';
import { TENANT_ROLE } from '../../../src/store/postgres/tenant-wall.ts';
import type { Tables } from '../../../src/store/schema.ts';
import { type OpenDatabase, storeOn } from '../../../src/store/store-on.ts';
import { sampleCall } from '../../support/call-events.ts';
import { onDatabase, postgresDatabase, type TestDatabase } from '../../support/postgres.ts';
import { postgresMissing } from '../../support/postgres-cluster.ts';
import { titleOn } from '../../support/sip-engines.ts';

const SOMEBODY: Omit<User, 'id' | 'tenantId'> = {
  reseller: undefined,
  login: 'li',
  name: 'li',
  roles: [],
  isActive: true,
  agent: undefined,
  department: undefined,
  password: '',
  mustChange: false,
  secondFactor: undefined,
  createdAt: 1,
  revision: 1,
};
const A_KEY: Omit<ApiKey, 'id' | 'tenantId' | 'secretHash'> = {
  name: 'crm',
  prefix: 'pbx_',
  permissions: [],
  addresses: [],
  createdAt: 1,
  createdBy: 'li',
  endsAt: undefined,
  usedAt: undefined,
};

describe.skipIf(postgresMissing)(
  titleOn('the second wall between companies', { name: 'PostgreSQL', missing: postgresMissing }),
  () => {
    let database: TestDatabase;
    let owner: { readonly name: string; readonly url: string };
    const closes: (() => Promise<void>)[] = [];
    const run = (statement: string, url = database.url) =>
      onDatabase(url, (client) => client.query(statement));

    /** A database as `createdb --owner` makes it: its user is no superuser and may make no roles. */
    beforeEach(async () => {
      database = await postgresDatabase();
      const url = new URL(database.url);
      const name = `owner_${url.pathname.slice(1)}`;
      await run(`create role ${name} login password 'x'`);
      await run(
        `alter database ${url.pathname.slice(1)} owner to ${name}; alter schema public owner to ${name}`,
      );
      url.username = name;
      url.password = 'x';
      owner = { name, url: url.href };
    });
    afterEach(async () => {
      for (const close of closes.splice(0)) await close();
      await database.drop();
      const admin = new URL(database.url);
      admin.pathname = '/postgres';
      await run(`drop role ${owner.name}`, admin.href);
    });

    /** What the installation's owner does, see scripts/deploy/README.md. */
    async function makeRole(): Promise<void> {
      await run(
        `do $$ begin create role ${TENANT_ROLE} nologin; exception when duplicate_object then null; end $$`,
      );
      await run(`grant ${TENANT_ROLE} to ${owner.name}`);
    }

    /** Two companies, each with rows in all tables that a call and an administrator write to. */
    async function filled(url: string, logger: Logger = silentLogger): Promise<OpenDatabase> {
      const opened = await openPostgresDatabase({ url, nodeId: 'n1' });
      const store = storeOn(opened, { clock: systemClock, logger });
      closes.push(() => store.close());
      for (const tenantId of ['a', 'b']) {
        for (const event of sampleCall(`of-${tenantId}`, { tenantId }).events) store.journal.append(event);
        const entity = { id: tenantId, tenantId, kind: 'queue', name: 'sales', revision: 1, body: '{}' };
        await store.entities.change({ put: [entity], removed: [], at: 1, by: 'li' });
        await store.switches.turn({ tenant: tenantId, name: 'night', untilMs: undefined }, true, 1);
        await store.phoneSettings.set({ tenant: tenantId, extension: '8001', setting: 'busy', value: '' }, 1);
        await store.auth.users.add({ ...SOMEBODY, id: `u-${tenantId}`, tenantId });
        const role = { name: 'lead', title: { en: '', zh: '' }, rights: [], createdAt: 1, revision: 1 };
        await store.auth.roles.add({ ...role, id: `r-${tenantId}`, tenantId });
        await store.auth.apiKeys.add({ ...A_KEY, id: `k-${tenantId}`, tenantId, secretHash: tenantId });
        await store.audit.append({ tenantId, at: 1, action: 'backup', by: 'li', details: {} });
        await store.accounts.save([{ tenantId, username: tenantId, realm: 'r', md5: 'm', sha256: 's' }]);
      }
      await store.journal.flush();
      return opened;
    }

    /** All that know their tenant, also those that somebody adds one day; or the parts of those that have some. */
    async function tablesOf(url: string, isPart = false): Promise<readonly (keyof Tables)[]> {
      const { rows } = await run(
        `select relname from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'tenant_id'
          where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relispartition = ${isPart}`,
        url,
      );
      return rows.map(({ relname }) => relname);
    }

    it('hides the rows of others from a query that forgets whose it reads', async () => {
      await makeRole();
      const { reads, db } = await filled(owner.url);
      const tables = await tablesOf(owner.url);
      expect(tables).toEqual(expect.arrayContaining(['cdr', 'binding', 'entity', 'event_batch', 'audit']));
      const seen = new Set<string>();
      for (const table of tables) {
        const everybody = await db.selectFrom(table).selectAll().execute();
        const own = await reads!('a', (behind) => behind.selectFrom(table).selectAll().execute());
        const ofA = everybody.filter((row) => 'tenant_id' in row && row.tenant_id === 'a');
        expect(own, table).toHaveLength(ofA.length);
        if (everybody.length > own.length) seen.add(table);
        expect(await reads!('nobody', (behind) => behind.selectFrom(table).selectAll().execute())).toEqual(
          [],
        );
      }
      expect([...seen]).toEqual(
        expect.arrayContaining([
          'account',
          'api_key',
          'audit',
          'cdr',
          'company_role',
          'entity',
          'entity_history',
          'event_batch',
          'phone_setting',
          'switch_state',
          'user_account',
        ]),
      );
    });

    it('lets nobody behind it read the months of a table by themselves, and shows them whole to who saves them', async () => {
      await makeRole();
      const { reads, db } = await filled(owner.url);
      const parts = await tablesOf(owner.url, true);
      expect(parts.length).toBeGreaterThan(10);
      let rows = 0;
      for (const part of parts) {
        const behind = reads!('a', (each) => each.selectFrom(part).selectAll().execute());
        await expect(behind, part).rejects.toThrow('permission denied');
        if (part.startsWith('cdr_')) rows += (await db.selectFrom(part).selectAll().execute()).length;
      }
      expect(rows).toBe(2);
      const { rows: unforced } = await run(
        `select relname from pg_class where relispartition and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)`,
        owner.url,
      );
      expect(unforced).toEqual([]);
    });

    it('shows nothing without a company, lets nothing be written, and ends with its transaction', async () => {
      await makeRole();
      const { reads, db } = await filled(owner.url);
      await onDatabase(owner.url, async (client) => {
        await client.query(`set role ${TENANT_ROLE}`);
        expect((await client.query('select * from cdr')).rows).toEqual([]);
        await client.query("set pbx400.tenant = 'a'");
        expect((await client.query('select * from cdr')).rows).toHaveLength(1);
        for (const statement of ["update cdr set caller = 'x'", 'delete from cdr', 'select * from node']) {
          await expect(client.query(statement)).rejects.toThrow('permission denied');
        }
      });
      const write = sql`insert into switch_state (tenant_id, name) values ('a', 'x')`;
      await expect(reads!('a', (behind) => write.execute(behind))).rejects.toThrow();
      for (let index = 0; index < 20; index++) {
        expect(await db.selectFrom('cdr').select('tenant_id').execute()).toHaveLength(2);
      }
    });

    it('is raised by itself where the user may make roles, and for tables that come later', async () => {
      const { reads, db } = await filled(database.url);
      expect(await reads!('a', (behind) => behind.selectFrom('cdr').select('tenant_id').execute())).toEqual([
        { tenant_id: 'a' },
      ]);
      await sql`create table later (tenant_id text)`.execute(db);
      await sql`insert into later values ('a'), ('b')`.execute(db);
      for (const close of closes.splice(0)) await close();
      const again = await openPostgresDatabase({ url: database.url, nodeId: 'n1' });
      closes.push(() => again.close());
      const later = await again.reads!('b', (behind) => sql`select * from later`.execute(behind));
      expect(later.rows).toEqual([{ tenant_id: 'b' }]);
    });

    it('is missed, and said to be, on a plain database whose user may not become the role', async () => {
      const said: string[] = [];
      const logger = { ...silentLogger, warn: (_fields: object, text: string) => said.push(text) };
      const { reads, db } = await filled(owner.url, logger as unknown as Logger);
      expect(reads).toBeUndefined();
      expect(said).toEqual([expect.stringContaining('row-level security is off')]);
      expect(await db.selectFrom('cdr').select('tenant_id').execute()).toHaveLength(2);
    });
  },
);
