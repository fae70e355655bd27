/** A new password for a phone, from the request to the next REGISTER. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EdgeReply } from '../../../src/edge/edge.ts';
import { entityBoard } from '../../../src/entity-board.ts';
import type { buildHttp } from '../../../src/http/build-http.ts';
import { phonePasswordBoard } from '../../../src/phone-password-board.ts';
import { Companies } from '../../../src/provisioning/companies.ts';
import { loadMachine } from '../../../src/provisioning/file/company-sections.ts';
import { EntitySources } from '../../../src/provisioning/file/entity-sources.ts';
import { PASSWORD_FILE } from '../../../src/registrar/accounts.ts';
import { Registrar } from '../../../src/registrar/registrar.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { digestHa1 } from '../../../src/sip/auth/digest.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { digestAnswer } from '../../support/digest-answer.ts';
import { edgeRequest } from '../../support/edge-request.ts';
import { AS_OPERATOR, httpOn, person, signIn } from '../../support/http.ts';

const BASE = 'pbx400.local';
const OPERATOR_OF_B = { authorization: AS_OPERATOR.authorization, cookie: '', 'pbx-tenant': 'b' };
let dir: string;
let clock: ManualClock;
let store: MemoryStore;
let phones: Registrar;
let app: ReturnType<typeof buildHttp>;
let li: Readonly<Record<string, string>>;
let cseq: number;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-phone-passwords-'));
  mkdirSync(join(dir, 'companies'));
  const file = join(dir, 'pbx400.yaml');
  writeFileSync(file, 'sip: { listen: [{ host: 192.0.2.1 }] }\n');
  const ofFile = 'tenants: { a: {}, b: {} }\ntenant: a\nextensions: { 8001: {} }\n';
  writeFileSync(join(dir, 'companies/a.yaml'), ofFile);
  const sources = new EntitySources({ file, dataDir: dir, companiesDir: join(dir, 'companies') });
  const config = loadMachine({ file, env: {}, overrides: { data: dir } });
  store = new MemoryStore();
  clock = new ManualClock(1_800_000_000_000);
  cseq = 0;
  const services = { clock, ids: seededIds() };
  const companies = await Companies.open({
    ...{ sources, store: store.entities, log: silentLogger },
    ...services,
  });
  const { provisioning } = companies;
  phones = await Registrar.open({ config, provisioning, store, logger: silentLogger, ...services });
  const entities = entityBoard({ companies, audit: store.audit, clock });
  app = httpOn(store, { entities, phonePasswords: phonePasswordBoard({ entities, phones }) });
  await person(store, 'li');
  await person(store, 'agent', { roles: ['agent'] });
  li = { ...(await signIn(app, 'li')) };
});
afterEach(async () => {
  await app.close();
  await phones.close();
  expect(clock.pending).toBe(0);
  rmSync(dir, { recursive: true, force: true });
});

async function ask(route: string, payload?: object, headers: object = {}) {
  const [method, path] = route.split(' ') as ['GET' | 'POST', string];
  const sent = { url: `/api/v1${path}`, headers: { ...li, ...headers }, ...(payload && { payload }) };
  const response = await app.inject({ method, ...sent });
  return { status: response.statusCode, body: response.json() };
}

/** What a phone that registers is answered. */
async function registered(user: string, domain: string, password: string): Promise<number> {
  const headers = {
    CSeq: `${++cseq} REGISTER`,
    Contact: `<sip:${user}@10.0.0.7:5060>`,
    Expires: '600',
  };
  const uri = `sip:${domain}`;
  const fields = { from: `<sip:${user}@${domain}>`, target: uri, headers };
  const challenge = (await phones.handle(edgeRequest(fields))) as EdgeReply;
  expect(challenge.status).toBe(401);
  const [value = ''] = [challenge.headers?.['WWW-Authenticate'] ?? []].flat();
  const Authorization = digestAnswer(value, { username: user, password, method: 'REGISTER', uri });
  const answering = phones.handle(edgeRequest({ ...fields, headers: { ...headers, Authorization } }));
  // Who is refused waits.
  await clock.advance(5000);
  return ((await answering) as EdgeReply).status;
}

it('is told once, and lets the phone in where the one before does not any more', async () => {
  expect((await ask('POST /extensions', { number: '8002' })).status).toBe(201);
  await clock.settle();
  const written = readFileSync(join(dir, PASSWORD_FILE), 'utf8');
  const [, old = '', domain = ''] = /^8002\t(.+)\t(.+)$/m.exec(written)!;
  expect([domain, await registered('8002', domain, old)]).toEqual([BASE, 200]);

  const { status, body } = await ask('POST /extensions/8002/password');
  expect(status).toBe(200);
  expect(body).toEqual({
    ...{ extension: '8002', domain, username: '8002' },
    password: expect.stringMatching(/^[\w-]{8,}$/),
  });
  expect(await registered('8002', domain, old)).toBe(403);
  expect(await registered('8002', domain, body.password)).toBe(200);

  const again = await ask('POST /extensions/8002/password');
  expect(again.body.password).not.toBe(body.password);
  expect(await registered('8002', domain, body.password)).toBe(403);
  expect(await registered('8002', domain, again.body.password)).toBe(200);
});

it('is kept as its digest only, which nobody is shown, and who made it is in the audit trail', async () => {
  await ask('POST /extensions', { number: '8002', name: '李雷' });
  const { body } = await ask('POST /extensions/8002/password');
  const md5 = digestHa1('md5', '8002', BASE, body.password);
  const shown = [await ask('GET /extensions/8002'), await ask('GET /extensions/8002/history')];
  expect(shown[0]!.body).toMatchObject({ name: '李雷', meta: { revision: 2, by: 'li@a' } });
  const trail = await store.audit.newest(9, Scope.of('a'));
  expect(trail[0]).toMatchObject({
    ...{ action: 'entity', by: 'li@a' },
    details: {
      did: 'change',
      kind: 'extension',
      name: '8002',
      fields: expect.arrayContaining([expect.stringMatching(/^ha1/)]),
    },
  });
  const told = JSON.stringify([shown, trail, await store.events.read('a', 0, 99)]);
  expect(told).not.toContain(body.password);
  expect(JSON.stringify([shown, trail])).not.toContain(md5);
  const kept = await store.entities.all();
  expect(JSON.stringify(kept)).toContain(md5);
  expect(JSON.stringify(kept)).not.toContain(body.password);
});

it("is for the company's own domain where the number alone does not tell whose phone it is", async () => {
  await ask('POST /extensions', { number: '8003' });
  await ask('POST /extensions', { number: '8003' }, OPERATOR_OF_B);
  const { body } = await ask('POST /extensions/8003/password');
  expect(body.domain).toBe(`a.${BASE}`);
  const ofB = await ask('POST /extensions/8003/password', undefined, OPERATOR_OF_B);
  expect(ofB.body.domain).toBe(`b.${BASE}`);
  expect(await registered('8003', `a.${BASE}`, body.password)).toBe(200);
  expect(await registered('8003', `b.${BASE}`, body.password)).toBe(403);
  expect(await registered('8003', `b.${BASE}`, ofB.body.password)).toBe(200);
});

it('stays in the realm that its phone has had one for', async () => {
  const realm = `a.${BASE}`;
  const md5 = digestHa1('md5', '8004', realm, 'its first password');
  await ask('POST /extensions', { number: '8004', ha1: { md5, realm } });
  expect(await registered('8004', realm, 'its first password')).toBe(200);
  const { body } = await ask('POST /extensions/8004/password');
  expect(body.domain).toBe(realm);
  expect(await registered('8004', realm, body.password)).toBe(200);
  expect(await registered('8004', realm, 'its first password')).toBe(403);
});

it('is for who may change extensions, of those that no file owns', async () => {
  const refused = await ask('POST /extensions/8001/password');
  expect([refused.status, refused.body.code]).toEqual([409, 'owned-by-file']);
  expect((await ask('POST /extensions/8009/password')).status).toBe(404);
  expect((await ask('POST /extensions/8001/password', undefined, OPERATOR_OF_B)).status).toBe(404);
  const agent = await signIn(app, 'agent');
  expect((await ask('POST /extensions/8001/password', undefined, { ...agent })).status).toBe(403);
});
