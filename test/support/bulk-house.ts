/** The API with companies in files and in a store, jobs that leave files, and tables to import. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entityBoard } from '../../src/entity-board.ts';
import type { Job } from '../../src/job/job-store.ts';
import { listNumberBoard } from '../../src/list-number-board.ts';
import { KeptNumbers } from '../../src/numbering/kept-numbers.ts';
import { NumberLists } from '../../src/numbering/number-list.ts';
import { openBulk } from '../../src/open-bulk.ts';
import { Companies } from '../../src/provisioning/companies.ts';
import { EntitySources } from '../../src/provisioning/file/entity-sources.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { PbxError } from '../../src/shared/errors.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { authOf, httpOn, jobsOn, person, type SignedIn, signIn } from './http.ts';

/** Companies a and b; a has, in a file, the extensions 8001 and 8002. */
const FILE = 'tenants: { a: {}, b: {} }\ntenant: a\nextensions: { 8001: {}, 8002: {} }\n';

export async function bulkHouse({ file = FILE, exportRows = 1000 } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'pbx400-bulk-'));
  mkdirSync(join(dir, 'companies'));
  writeFileSync(join(dir, 'pbx400.yaml'), 'timeZone: Asia/Shanghai\n');
  writeFileSync(join(dir, 'companies/a.yaml'), file);
  const store = new MemoryStore();
  const clock = systemClock;
  const ids = seededIds();
  const companies = await Companies.open({
    sources: new EntitySources({
      file: join(dir, 'pbx400.yaml'),
      dataDir: dir,
      companiesDir: join(dir, 'companies'),
    }),
    store: store.entities,
    clock,
    ids,
    log: silentLogger,
  });
  const { provisioning } = companies;
  const auth = authOf(store, {
    organisation: {
      hasAgent: (tenant, agent) => provisioning.snapshot.get('agent', tenant, agent) !== undefined,
      hasDepartment: (tenant, name) => provisioning.snapshot.get('department', tenant, name) !== undefined,
    },
  });
  const jobs = jobsOn(store, { folder: join(dir, 'jobs'), clock, ids });
  const tell = store.audit.append.bind(store.audit);
  const lists = new NumberLists(provisioning.snapshot.all('list'));
  const kept = new KeptNumbers({ store: store.listNumbers, lists, clock, log: silentLogger });
  const listNumbers = listNumberBoard({ store: store.listNumbers, kept, provisioning, tell, clock });
  const bulkParts = {
    ...{
      companies,
      users: auth.manyUsers,
      jobs,
      store: store.bulkChanges,
      cdrs: store.cdrs,
      recordings: {
        list: async () => [],
        listen: () => Promise.reject(new PbxError('not-found', 'there are no recordings')),
      },
      tell,
      clock,
      ids,
    },
    listNumbers: { store: store.listNumbers, lists, kept },
  };
  const openedBulk = () =>
    openBulk({ dataDir: dir, timeZone: 'Asia/Shanghai', http: { exportRows } }, bulkParts);
  const bulk = await openedBulk();
  const entities = entityBoard({ companies, audit: store.audit, clock });
  const app = httpOn(store, { auth, entities, jobs, listNumbers, ...bulk, clock });
  await person(store, 'li');
  await person(store, 'wang');
  await person(store, 'zhao', { roles: ['supervisor'] });
  await person(store, 'sun', { roles: ['report-reader'] });
  const li = await signIn(app, 'li');

  /** `POST /agents`. */
  async function ask(
    what: string,
    payload?: string | object | Buffer,
    headers: object = {},
    as: SignedIn = li,
  ) {
    const [method, path] = what.split(' ') as ['GET' | 'POST' | 'PATCH' | 'DELETE', string];
    const url = `/api/v1${path}`;
    const sent = { ...(payload !== undefined && { payload }) };
    const response = await app.inject({ method, url, headers: { ...as, ...headers }, ...sent });
    const isJson = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson ? response.json() : response.body,
    };
  }

  /** The job that an answer began, when it is over. */
  async function over({ body, status }: Awaited<ReturnType<typeof ask>>): Promise<Job> {
    if (status !== 202) throw new Error(JSON.stringify(body));
    const { id } = body.job;
    const ended = new Promise<Job>((done) => {
      jobs.events.on('changed', (job) => void (job.id === id && job.endedAt !== undefined && done(job)));
    });
    const { body: now } = await ask(`GET /jobs/${id}`);
    return now.endedAt ? now : await ended;
  }

  return {
    dir,
    store,
    companies,
    auth,
    jobs,
    lists,
    kept,
    bulk,
    app,
    ask,
    over,
    /** What a start does about imports of numbers that the end before cut off. */
    nextStart: async () => (await openedBulk()).numberImports.takeBackCutOff(),
    signIn: (login: string) => signIn(app, login),
    /** Sends a table to be looked through. */
    preview: (kind: string, table: string | Buffer, type = 'text/csv', as?: SignedIn) =>
      ask(`POST /imports?kind=${kind}&mode=preview&name=list`, table, { 'content-type': type }, as),
    close: async () => {
      await jobs.close();
      await app.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
