import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import type { EdgeReply } from '../../../src/edge/edge.ts';
import { PASSWORD_FILE } from '../../../src/registrar/accounts.ts';
import { Bindings } from '../../../src/registrar/bindings.ts';
import { Registrar } from '../../../src/registrar/registrar.ts';
import { seededIds, systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { digestHa1 } from '../../../src/sip/auth/digest.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { digestAnswer } from '../../support/digest-answer.ts';
import { edgeRequest, type RequestFields } from '../../support/edge-request.ts';

const ha1 = (user: string) => digestHa1('md5', user, 'pbx400.local', `pw-${user}`);
const YAML = `
tenants: { demo: {} }
sip: { listen: [{ host: 192.0.2.1 }], registration: { contacts: 3 } }
extensions:
  8001: { tenant: demo, ha1: { md5: ${ha1('8001')} } }
  8002: { tenant: demo, ha1: { md5: ${ha1('8002')} } }
  8003: { tenant: demo, contact: "sip:8003@10.9.9.9:5070", ha1: { md5: ${ha1('8003')} } }
`;

let dir: string;
let clock: ManualClock;
let store: MemoryStore;
let registrar: Registrar;
let cseq = 0;

function open(yaml = YAML, ids = seededIds()): Promise<Registrar> {
  const file = join(dir, 'pbx400.yaml');
  writeFileSync(file, yaml);
  const config = loadConfig({ file, env: {}, overrides: { data: dir } });
  return Registrar.open({ config, store, clock, ids: { ...ids, random: () => 0 }, logger: silentLogger });
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-registrar-'));
  clock = new ManualClock(1_000_000);
  store = new MemoryStore();
  cseq = 0;
  registrar = await open();
});
afterEach(async () => {
  await registrar.close();
  expect(clock.pending).toBe(0);
  rmSync(dir, { recursive: true, force: true });
});

interface Attempt extends RequestFields {
  readonly user?: string;
  readonly password?: string;
}

/** Sends a request without credentials, then again with the answer to the challenge. */
async function authorised(attempt: Attempt, ask: (fields: RequestFields) => unknown): Promise<EdgeReply> {
  const { user = '8001', password = `pw-${user}`, ...rest } = attempt;
  const fields = { from: `<sip:${user}@pbx400.local>`, target: 'sip:pbx400.local', ...rest };
  const challenge = (await ask(fields)) as EdgeReply;
  expect(challenge.status).toBe(401);
  const [value = ''] = [challenge.headers?.['WWW-Authenticate'] ?? []].flat();
  const method = fields.method ?? 'REGISTER';
  const answer = digestAnswer(value, { username: user, password, method, uri: fields.target });
  return (await ask({ ...fields, headers: { ...fields.headers, Authorization: answer } })) as EdgeReply;
}

function register(attempt: Attempt = {}): Promise<EdgeReply> {
  const headers = {
    CSeq: `${++cseq} REGISTER`,
    Contact: '<sip:8001@10.0.0.7:5060>',
    Expires: '600',
    ...attempt.headers,
  };
  return authorised({ ...attempt, headers }, (fields) => registrar.handle(edgeRequest(fields)));
}

const uris = (user = '8001') => registrar.contacts(user).map(({ contact }) => contact);

describe('bindings', () => {
  it('adds, lists, refreshes and removes contacts', async () => {
    const reply = await register();
    expect(reply).toMatchObject({
      status: 200,
      headers: { Contact: ['<sip:8001@10.0.0.7:5060>;expires=600'] },
    });
    await clock.advance(100_000);
    const query = await register({ headers: { Contact: [] } });
    expect(query.headers?.['Contact']).toEqual(['<sip:8001@10.0.0.7:5060>;expires=500']);
    await register();
    expect(registrar.contacts('8001')[0]?.expiresAt).toBe(clock.now() + 600_000);
    const gone = await register({ headers: { Contact: '<sip:8001@10.0.0.7:5060>;expires=0' } });
    expect([gone.status, gone.headers?.['Contact'], registrar.count]).toEqual([200, undefined, 0]);
  });

  it('gives the best first: by q, then the one that came last', async () => {
    await register({ headers: { Contact: ['<sip:8001@10.0.0.1>;q=0.5', '<sip:8001@10.0.0.2>'] } });
    await register({ headers: { Contact: '<sip:8001@10.0.0.3>;q=0.5' } });
    expect(uris()).toEqual(['sip:8001@10.0.0.2', 'sip:8001@10.0.0.3', 'sip:8001@10.0.0.1']);
    const reply = await register({ headers: { Contact: [] } });
    expect(reply.headers?.['Contact']).toContain('<sip:8001@10.0.0.3>;expires=600;q=0.500');
  });

  it('takes the same contact in another spelling for the same', async () => {
    await register({ headers: { Contact: '<sip:8001@Phone.Example;transport=UDP>' } });
    await register({ headers: { Contact: '<sip:%38001@phone.example;transport=udp;ob>' } });
    expect(uris()).toEqual(['sip:%38001@phone.example;transport=udp;ob']);
  });

  it('lets them expire, for callers at once and from memory soon', async () => {
    await register();
    await clock.advance(599_999);
    expect(uris()).toHaveLength(1);
    await clock.advance(1);
    expect(uris()).toEqual([]);
    await clock.advance(3000);
    expect(registrar.count).toBe(0);
    expect(await store.bindings.all()).toEqual([]);
  });

  it('removes all by the wildcard, which stands alone and with Expires 0', async () => {
    await register({ headers: { Contact: ['<sip:8001@10.0.0.1>', '<sip:8001@10.0.0.2>'] } });
    expect((await register({ headers: { Contact: '*' } })).status).toBe(400);
    expect(
      (await register({ headers: { Contact: ['*', '<sip:8001@10.0.0.1>'], Expires: '0' } })).status,
    ).toBe(400);
    expect(uris()).toHaveLength(2);
    expect((await register({ headers: { Contact: '*', Expires: '0' } })).status).toBe(200);
    expect(uris()).toEqual([]);
  });

  it('refuses what is too brief, shortens what is too long, takes an hour when nothing is said', async () => {
    const brief = await register({ headers: { Expires: '59' } });
    expect(brief).toMatchObject({ status: 423, headers: { 'Min-Expires': '60' } });
    for (const Expires of ['99999', 'soon', []]) {
      const reply = await register({ headers: { Expires } });
      expect(reply.headers?.['Contact']).toEqual(['<sip:8001@10.0.0.7:5060>;expires=3600']);
    }
  });

  it('spreads refreshes: grants up to a tenth less, never less than the least', async () => {
    await registrar.close();
    const file = join(dir, 'pbx400.yaml');
    const config = loadConfig({ file, env: {}, overrides: { data: dir } });
    const ids = { ...seededIds(), random: () => 0.5 };
    registrar = await Registrar.open({ config, store, clock, ids, logger: silentLogger });
    expect((await register()).headers?.['Contact']).toEqual(['<sip:8001@10.0.0.7:5060>;expires=570']);
    expect((await register({ headers: { Expires: '61' } })).headers?.['Contact']).toEqual([
      '<sip:8001@10.0.0.7:5060>;expires=60',
    ]);
  });

  it('does nothing out of order within one Call-ID (RFC 3261 10.3)', async () => {
    await register({ headers: { CSeq: '7 REGISTER' } });
    const late = await register({ headers: { CSeq: '6 REGISTER', Expires: '0' } });
    expect(late.status).toBe(500);
    expect((await register({ headers: { CSeq: '7 REGISTER', Contact: '*', Expires: '0' } })).status).toBe(
      500,
    );
    expect(uris()).toHaveLength(1);
    expect((await register({ callId: 'restarted', headers: { CSeq: '1 REGISTER' } })).status).toBe(200);
  });

  it('keeps to the limit of an extension: the one closest to its end makes room', async () => {
    for (const [index, expires] of [600, 300, 900].entries()) {
      await register({ headers: { Contact: `<sip:8001@10.0.0.${index}>;expires=${expires}` } });
    }
    await register({ headers: { Contact: '<sip:8001@10.0.0.9>' } });
    expect(uris().toSorted()).toEqual(['sip:8001@10.0.0.0', 'sip:8001@10.0.0.2', 'sip:8001@10.0.0.9']);
    const Contact = [1, 2, 3, 4].map((host) => `<sip:8001@10.1.0.${host}>`);
    expect((await register({ headers: { Contact } })).status).toBe(403);
  });

  it('refuses contacts that are no SIP URI, and extensions that it does not know', async () => {
    for (const Contact of ['<tel:+8675512345678>', 'not an address <', '<mailto:a@b>']) {
      expect((await register({ headers: { Contact } })).status, Contact).toBe(400);
    }
    const long = 'x'.repeat(2000);
    expect((await register({ headers: { Contact: `<sip:${long}@10.0.0.7>` } })).reason).toBe(
      'Contact Too Long',
    );
    expect((await register({ headers: { Path: `<sip:${long}@10.0.0.8;lr>` } })).reason).toBe('Path Too Long');
    expect(registrar.count).toBe(0);
    expect(await register({ headers: { Require: 'path, gruu' } })).toMatchObject({
      status: 420,
      headers: { Unsupported: 'gruu' },
    });
  });
});

describe('ways to a phone', () => {
  it('sends to the address that the phone is seen at when its contact names another (NAT)', async () => {
    await register({
      source: { address: '203.0.113.5', port: 31_000 },
      headers: { Contact: '<sip:8001@192.168.1.2:5060>' },
    });
    expect(registrar.routes('8001')).toEqual([
      {
        uri: 'sip:8001@192.168.1.2:5060',
        from: { uri: 'sip:8001@pbx400.local' },
        nextHop: 'sip:203.0.113.5:31000;transport=udp',
      },
    ]);
  });

  it('believes the contact when it names the address that it is seen at', async () => {
    await register();
    expect(registrar.routes('8001')[0]).not.toHaveProperty('nextHop');
  });

  it('keeps the Path and gives it back to who understands it (RFC 3327)', async () => {
    const Path = ['<sip:edge1.example;lr>', '<sip:edge2.example;lr>'];
    const reply = await register({ headers: { Path, Supported: 'path' }, source: { address: '10.5.5.5' } });
    expect(reply.headers?.['Path']).toEqual(Path);
    expect(registrar.routes('8001')[0]).toEqual({
      uri: 'sip:8001@10.0.0.7:5060',
      from: { uri: 'sip:8001@pbx400.local' },
      routeSet: Path,
    });
  });

  it('uses the connection of a flow, one for each instance and reg-id (RFC 5626)', async () => {
    const contact = (port: number) =>
      `<sip:8001@10.0.0.7:${port};transport=tcp>;+sip.instance="<urn:uuid:1>";reg-id=1`;
    const over = (flow: string, port: number) =>
      register({
        flow,
        source: { transport: 'tcp', port },
        headers: { Contact: contact(port), Supported: 'path, outbound' },
      });
    const reply = await over('flow-1', 40_001);
    expect(reply.headers).toMatchObject({ Require: 'outbound', 'Flow-Timer': '120' });
    await over('flow-2', 40_002);
    expect(registrar.routes('8001')).toMatchObject([
      { flow: 'flow-2', uri: 'sip:8001@10.0.0.7:40002;transport=tcp' },
    ]);
  });
});

describe('who may register', () => {
  it('refuses another user, another domain, a wrong password', async () => {
    expect((await register({ to: '<sip:8002@pbx400.local>' })).status).toBe(403);
    expect((await register({ to: '<sip:8001@elsewhere.example>' })).status).toBe(404);
    expect((await register({ to: '<sip:8001@192.0.2.1>' })).status).toBe(200);
    const wrong = register({ user: '8002', password: 'x' });
    await clock.advance(250);
    expect((await wrong).status).toBe(403);
    expect(registrar.count).toBe(1);
  });

  it('answers an unknown extension exactly like a wrong password, in words and in time', async () => {
    for (const user of ['8001', '9999']) {
      let reply: EdgeReply | undefined;
      void register({ user, password: 'x' }).then((value) => {
        reply = value;
      });
      await clock.advance(249);
      expect(reply).toBeUndefined();
      await clock.advance(1);
      expect(reply).toEqual({ status: 403, reason: 'Forbidden' });
    }
  });

  it('answers guesses ever later and, after ten, not even the right password', async () => {
    const began = clock.now();
    for (let guess = 0; guess < 20; guess++) {
      const reply = register({ password: `guess-${guess}` });
      await clock.runUntil(() => false, 5000);
      expect((await reply).status).toBe(403);
    }
    expect(clock.now() - began).toBeGreaterThan(60_000);
    const right = register();
    await clock.advance(4000);
    expect((await right).status).toBe(403);
    await clock.advance(60_000);
    expect((await register()).status).toBe(200);
  });

  it('leaves nothing waiting when it closes', async () => {
    const wrong = register({ password: 'x' });
    await clock.settle();
    await registrar.close();
    expect((await wrong).status).toBe(403);
    expect(clock.pending).toBe(0);
    registrar = await open();
  });
});

describe('identify', () => {
  const invite = (attempt: Attempt = {}) =>
    authorised({ method: 'INVITE', target: 'sip:4001234567@pbx400.local', ...attempt }, (fields) =>
      registrar.identify(edgeRequest(fields)),
    );

  it('knows a phone by its digest', async () => {
    expect(await invite()).toEqual({ extension: '8001', tenant: 'demo' });
    expect(await invite({ user: '8002', from: '<sip:8001@pbx400.local>' })).toMatchObject({ status: 403 });
  });

  it('answers guesses by INVITE late as well, and with those by REGISTER there are ten in all', async () => {
    for (const [guess, delayMs] of [250, 500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000].entries()) {
      let reply: EdgeReply | undefined;
      const ask = guess % 2 === 0 ? invite : register;
      void ask({ password: `guess-${guess}` }).then((value) => {
        reply = value;
      });
      await clock.advance(delayMs - 1);
      expect(reply).toBeUndefined();
      await clock.advance(1);
      expect(reply).toEqual({ status: 403, reason: 'Forbidden' });
    }
    const right = invite();
    await clock.advance(4000);
    expect(await right).toEqual({ status: 403, reason: 'Forbidden' });
  });

  it('does not say a word to strangers, and treats every user of our domain alike', async () => {
    const stranger = edgeRequest({
      method: 'INVITE',
      from: '<sip:8001@192.0.2.1>',
      source: { address: '198.51.100.1' },
    });
    expect(registrar.identify(stranger)).toBeUndefined();
    const unknown = edgeRequest({ method: 'INVITE', from: '<sip:9999@pbx400.local>' });
    expect(registrar.identify(unknown)).toMatchObject({ status: 401 });
  });

  it('asks phones that are registered or have a fixed address, whatever domain they name', async () => {
    await register();
    expect(await invite({ from: '<sip:8001@192.0.2.1>' })).toEqual({ extension: '8001', tenant: 'demo' });
    const fixed = { user: '8003', from: '<sip:8003@192.0.2.1>', source: { address: '10.9.9.9' } };
    expect(await invite(fixed)).toEqual({ extension: '8003', tenant: 'demo' });
  });
});

describe('over a restart', () => {
  it('keeps contacts and drops what has expired or hung on a connection', async () => {
    await register();
    await register({ headers: { Contact: '<sip:8001@10.0.0.8>;expires=60' } });
    const web = { Contact: '<sip:x@abc.invalid;transport=ws>' };
    await register({ user: '8002', source: { transport: 'wss' }, flow: 'f', headers: web });
    await registrar.close();
    await clock.advance(60_000);
    registrar = await open();
    expect(uris()).toEqual(['sip:8001@10.0.0.7:5060']);
    expect(uris('8002')).toEqual([]);
    expect(await store.bindings.all()).toHaveLength(1);
    expect(await authorised({}, (fields) => registrar.handle(edgeRequest(fields)))).toMatchObject({
      status: 200,
    });
  });

  it('saves a storm of registrations in pieces, and all of it', async () => {
    const counts: number[] = [];
    const { apply } = store.bindings;
    store.bindings.apply = (changed, removed) => {
      counts.push(changed.length);
      return apply.call(store.bindings, changed, removed);
    };
    const bindings = new Bindings(clock, store.bindings, silentLogger);
    const put = (index: number) =>
      bindings.put({
        tenantId: 'demo',
        aor: `sip:${index}@pbx400.local`,
        key: 'k',
        contact: `sip:${index}@10.0.0.1`,
        q: 1000,
        expiresAt: clock.now() + 600_000,
        callId: 'c',
        cseq: 1,
        path: [],
        source: 'udp:10.0.0.1:5060',
        userAgent: undefined,
        flow: undefined,
        outbound: false,
      });
    for (let index = 0; index < 1700; index++) put(index);
    await clock.advance(1060);
    expect(counts).toEqual([500, 500, 500]);
    for (let index = 0; index < 600; index++) put(index);
    await bindings.close();
    expect(counts).toEqual([500, 500, 500, 500, 300]);
    expect(await store.bindings.all()).toHaveLength(1700);
  });

  it('saves again what the store refused', async () => {
    const { apply } = store.bindings;
    store.bindings.apply = () => Promise.reject(new Error('disk full'));
    await register();
    await clock.advance(1000);
    store.bindings.apply = apply;
    await clock.advance(1000);
    expect(await store.bindings.all()).toHaveLength(1);
  });
});

describe('first start', () => {
  it('makes an account for an extension without a secret and tells the password once', async () => {
    await registrar.close();
    const yaml = 'tenants: { demo: {} }\nextensions: { 8001: { tenant: demo }, 8002: { tenant: demo } }';
    registrar = await open(yaml, systemIds);
    const file = join(dir, PASSWORD_FILE);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(lines.map(([user, , realm]) => [user, realm])).toEqual([
      ['8001', 'pbx400.local'],
      ['8002', 'pbx400.local'],
    ]);
    const password = lines[0]?.[1] ?? '';
    expect(password).toHaveLength(16);
    expect((await register({ password })).status).toBe(200);
    expect(JSON.stringify(await store.accounts.all())).not.toContain(password);
    await registrar.close();
    registrar = await open(yaml, systemIds);
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(2);
    expect((await register({ password })).status).toBe(200);
  });
});
