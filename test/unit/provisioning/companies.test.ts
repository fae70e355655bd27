import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProposedEntity, pruned } from '../../../src/provisioning/change.ts';
import { ChangeRefused, mistakeText } from '../../../src/provisioning/check/mistake.ts';
import { Companies, type CompaniesParts } from '../../../src/provisioning/companies.ts';
import { EntitySources } from '../../../src/provisioning/file/entity-sources.ts';
import { readEntityFiles } from '../../../src/provisioning/file/read-entities.ts';
import type { CompanyPrompt } from '../../../src/provisioning/kind/prompt.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import type { Logger } from '../../../src/shared/logger.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { StoredEntity } from '../../../src/store/store.ts';

let dir: string;
let store: MemoryStore;
let said: unknown[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-companies-'));
  store = new MemoryStore();
  said = [];
  mkdirSync(join(dir, 'companies'));
  write('timeZone: Asia/Shanghai', 'pbx400.yaml');
  write('tenants: { a: {} }\ntenant: a\nextensions: { 8001: {}, 8002: {} }\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const OWNING = 'companies/a.yaml';
const write = (text: string, name = OWNING) => writeFileSync(join(dir, name), text);
const sourcesIn = () =>
  new EntitySources({ file: join(dir, 'pbx400.yaml'), dataDir: dir, companiesDir: join(dir, 'companies') });

function open(more: Partial<CompaniesParts> = {}): Promise<Companies> {
  const log = { ...silentLogger, error: (what: unknown) => said.push(what) } as unknown as Logger;
  return Companies.open({
    sources: sourcesIn(),
    store: store.entities,
    prompts: new Set(['queue-music', 'voicemail-greeting']),
    clock: new ManualClock(1000),
    ids: seededIds(),
    log,
    ...more,
  });
}

/** What a file that is applied says. */
function entitiesOf(text: string): readonly ProposedEntity[] {
  write(text, 'applied');
  const { entities, mistakes } = readEntityFiles([join(dir, 'applied')], { withoutSecrets: true });
  if (mistakes[0]) throw mistakes[0];
  return entities as unknown as readonly ProposedEntity[];
}

const apply = (companies: Companies, text: string) =>
  companies.apply({ put: entitiesOf(text), removed: [], by: 'li' });

/** Extensions of company a, many at once. */
const manyExtensions = (count: number): readonly ProposedEntity[] =>
  Array.from({ length: count }, (_, index) => {
    const name = String(100_000 + index);
    return { kind: 'extension', tenant: 'a', name, value: { name }, isWhole: true };
  });

async function refusal(change: Promise<unknown>): Promise<string[]> {
  const error = await change.then(
    () => undefined,
    (each: unknown) => each,
  );
  if (!(error instanceof ChangeRefused)) throw error;
  return error.mistakes.map(mistakeText);
}

describe('a change', () => {
  it('is taken as a whole, told, and there after a restart', async () => {
    const companies = await open();
    const told: string[] = [];
    companies.provisioning.events.on('changed', ({ changes }) => {
      told.push(changes.map(({ kind, name }) => `${kind} ${name}`).join(', '));
    });
    const plan = await apply(
      companies,
      'tenant: a\nagents: { 8001: {} }\nqueues: { sales: { agents: [8001] } }',
    );
    expect(plan.map(({ verb, kind, name }) => `${verb} ${kind} ${name}`)).toEqual([
      'add agent 8001',
      'add queue sales',
    ]);
    expect(told).toEqual(['agent 8001, queue sales']);
    const again = (await open()).provisioning.snapshot;
    expect(again.get('queue', 'a', 'sales')).toEqual(
      companies.provisioning.snapshot.get('queue', 'a', 'sales'),
    );
  });

  it('of many is proved and taken in slices: the loop has its turn after every twenty bodies', async () => {
    let turns = 0;
    let holds: number[] = [];
    const companies: Companies = await open({
      turn: async () => {
        turns++;
        holds.push(companies.provisioning.snapshot.all('extension').length);
        await new Promise(setImmediate);
      },
    });
    const many = manyExtensions(2000);
    const change = { put: many, removed: [], by: 'li' };
    await companies.prove(change);
    expect(turns).toBeGreaterThanOrEqual(many.length / 20);
    expect(companies.provisioning.snapshot.all('extension')).toHaveLength(2);
    [turns, holds] = [0, []];
    await companies.take(change);
    expect(turns).toBeGreaterThanOrEqual(many.length / 20);
    // All or nothing: nobody saw a part of it meanwhile.
    expect(new Set(holds)).toEqual(new Set([2]));
    expect(companies.provisioning.snapshot.all('extension')).toHaveLength(2002);
    turns = 0;
    expect(await companies.usedBy({ kind: 'extension', tenant: 'a', name: '100001' })).toEqual([]);
    expect(turns).toBeGreaterThanOrEqual((2002 * 3) / 1000);
    turns = 0;
    const { snapshot } = companies.provisioning;
    const removed = many.map(({ kind, tenant, name }) => ({ kind, tenant, name }));
    await companies.take({ put: [], removed, by: 'li' });
    expect(turns).toBeGreaterThanOrEqual((2002 * 3) / 1000);
    expect(snapshot.all('extension')).toHaveLength(2002);
    expect(companies.provisioning.snapshot.all('extension')).toHaveLength(2);
  });

  it('of many that name what there is not says what was meant of the first ones only', async () => {
    const companies = await open();
    await companies.take({ put: manyExtensions(1), removed: [], by: 'li' });
    const put = Array.from({ length: 80 }, (_, index) => {
      const name = String(9000 + index);
      const value = { name, extension: String(100_010 + index) };
      return { kind: 'agent', tenant: 'a', name, value, isWhole: true } as const;
    });
    const reasons = await refusal(companies.take({ put, removed: [], by: 'li' }));
    expect(reasons).toHaveLength(80);
    expect(reasons.filter((reason) => reason.includes('did you mean'))).toHaveLength(50);
    expect(reasons.at(-1)).toBe(
      "a /agents/9079/extension: tenant 'a' has no extension '100089'; extensions are 8001, 8002, 100000",
    );
  });

  it('has a revision, a time and an author', async () => {
    const companies = await open();
    await apply(companies, 'tenant: a\nlists: { vip: {} }');
    await apply(companies, 'tenant: a\nlists: { vip: { numbers: [13800138000] } }');
    const [{ id, revision }] = [...(await store.entities.all())] as [StoredEntity];
    expect(revision).toBe(2);
    const past = await store.entities.history(id);
    expect(past.map(({ by, at, revision: each }) => ({ by, at, each }))).toEqual([
      { by: 'li', at: 1000, each: 1 },
      { by: 'li', at: 1000, each: 2 },
    ]);
  });

  it('is refused as a whole, with the way to each mistake and what to do', async () => {
    const companies = await open();
    const before = companies.provisioning.snapshot;
    const change = apply(
      companies,
      'tenant: a\nlists: { vip: {} }\nqueues: { sales: { agents: [8009], music: queue-musik } }',
    );
    expect(await refusal(change)).toEqual([
      "a /queues/sales/agents/0: tenant 'a' has no agent '8009'; define it under agents:",
      "a /queues/sales/music: there is no prompt 'queue-musik'; did you mean 'queue-music'?",
    ]);
    expect(companies.provisioning.snapshot).toBe(before);
    expect(await store.entities.all()).toEqual([]);
  });

  it('is refused where a hotline that it touches would break', async () => {
    const companies = await open();
    await apply(companies, 'tenant: a\nqueues: { sales: {} }');
    await companies.begin((snapshot, tenants) =>
      !tenants.has('a') || snapshot.get('queue', 'a', 'sales')
        ? []
        : [{ kind: 'hotline', tenant: 'a', name: '400', path: ['flow'], reason: 'no sales', fix: 'keep it' }],
    );
    const change = { put: [], removed: [{ kind: 'queue', tenant: 'a', name: 'sales' } as const], by: 'li' };
    expect(await refusal(companies.plan(change))).toEqual(['a /hotlines/400/flow: no sales; keep it']);
  });

  it('that changes nothing is none', async () => {
    const companies = await open();
    await apply(companies, 'tenant: a\nlists: { vip: {} }');
    const { revision } = companies.provisioning.snapshot;
    expect(await apply(companies, 'tenant: a\nlists: { vip: {} }\nextensions: { 8001: {} }')).toEqual([]);
    expect(companies.provisioning.snapshot.revision).toBe(revision);
  });

  it('of what a file owns is refused, with the place', async () => {
    const change = apply(await open(), 'tenant: a\nextensions: { 8001: { name: Li } }');
    expect(await refusal(change)).toEqual([
      `a /extensions/8001: extension '8001' belongs to ${join(dir, OWNING)}:3; change it there, or remove it there first`,
    ]);
  });

  it('from outside is held to the schema', async () => {
    const value = { ringMs: 'soon', colour: 'red' };
    const change = (await open()).apply({
      put: [{ kind: 'queue', tenant: 'a', name: 'sales', value }],
      removed: [],
      by: 'api',
    });
    expect((await refusal(change)).join()).toMatch(/\/queues\/sales\/ringMs: must be integer/);
    expect((await store.entities.all()).length).toBe(0);
  });

  it('keeps secrets that it leaves out, and its plan shows none', async () => {
    const companies = await open();
    const trunk = (register: string) =>
      `tenant: a\ntrunks: { t: { addresses: [192.0.2.1], register: { ${register} } } }`;
    await apply(companies, trunk('username: u, password: old-secret'));
    const plan = await apply(companies, trunk('username: v'));
    expect(plan).toMatchObject([
      { verb: 'change', name: 't', fields: [{ field: 'register.username', before: 'u', after: 'v' }] },
    ]);
    const passwordNow = () => companies.provisioning.snapshot.get('trunk', 'a', 't')?.register?.password;
    expect(passwordNow()).toBe('old-secret');
    const other = await apply(companies, trunk('username: v, password: new-secret'));
    expect(passwordNow()).toBe('new-secret');
    expect(JSON.stringify([plan, other])).not.toMatch(/old-secret|new-secret/);
    expect(other).toMatchObject([{ verb: 'change', fields: [{ field: 'register.password' }] }]);
  });

  it('wants a secret anew where it would be told somebody else', async () => {
    const companies = await open();
    const secret = (more: string) => `tenant: a\nsecrets: { crm: { ${more} } }`;
    await apply(companies, secret('hosts: [crm.example.com], value: old'));
    await apply(companies, secret('hosts: [crm.example.com], title: CRM'));
    const valueNow = () => companies.provisioning.snapshot.get('secret', 'a', 'crm')?.value;
    expect(valueNow()).toBe('old');
    const elsewhere = apply(companies, secret('hosts: [crm.example.com, mallory.example]'));
    expect((await refusal(elsewhere)).join()).toMatch(/\/secrets\/crm.*value/);
    await apply(companies, secret('hosts: [crm.example.com, erp.example.com], value: new'));
    expect(valueNow()).toBe('new');
  });

  it('with --prune takes out what the named kinds and companies have besides', async () => {
    const companies = await open();
    await apply(companies, 'tenant: a\nlists: { vip: {}, gold: {} }\nmailboxes: { box: {} }');
    const put = entitiesOf('tenant: a\nlists: { vip: {} }');
    const plan = await companies.apply({
      put,
      removed: pruned(put, [{ kind: 'list', tenant: 'a' }], companies.stored),
      by: 'li',
    });
    expect(plan.map(({ verb, kind, name }) => `${verb} ${kind} ${name}`)).toEqual(['remove list gold']);
  });
});

describe('files', () => {
  it('are taken again when they are right; a mistake is told once, with its place, and changes nothing', async () => {
    const companies = await open();
    write('tenants: { a: {} }\ntenant: a\nextensions: { 8001: {} }\nqueues: { sales: { agents: [8001] } }\n');
    const before = companies.provisioning.snapshot;
    await companies.readFiles();
    await companies.readFiles();
    expect(companies.provisioning.snapshot).toBe(before);
    expect(said).toEqual([
      { error: `${join(dir, OWNING)}:4:29: tenant 'a' has no agent '8001'; define it under agents:` },
    ]);
    write('tenants: { a: {} }\ntenant: a\nextensions: { 8001: {} }\n');
    await companies.readFiles();
    const { snapshot } = companies.provisioning;
    expect(snapshot.all('extension').map(({ number }) => number)).toEqual(['8001']);
    expect(snapshot.get('extension', 'a', '8001')).toBe(before.get('extension', 'a', '8001'));
  });

  it('may not take away what the database needs, nor have what it has', async () => {
    const companies = await open();
    await apply(companies, 'tenant: a\nagents: { 8001: {} }');
    write('tenants: { a: {} }\n');
    await companies.readFiles();
    expect(said).toEqual([
      { error: "a /agents/8001/extension: tenant 'a' has no extension '8001'; define it under extensions:" },
    ]);
    await expect(open()).rejects.toThrow();
    write('tenants: { a: {} }\ntenant: a\nextensions: { 8001: {} }\nagents: { 8001: {} }\n');
    await expect(open().catch((error) => String(error))).resolves.toBe(
      `${join(dir, OWNING)}:4:17: the database has agent '8001' too; remove it from the file, or from the database with pbx400 apply --prune`,
    );
  });

  it('are watched', async () => {
    const clock = new ManualClock(0);
    let change = () => {};
    const sources = {
      read: () => sourcesIn().read(),
      watch: (_: unknown, onChange: () => void) => {
        change = onChange;
        return { close: () => {} } as never;
      },
    };
    const companies = await open({ clock, sources });
    companies.watchFiles();
    write('tenants: { a: {}, b: {} }\n');
    change();
    await companies.readFiles();
    expect(companies.provisioning.snapshot.all('tenant').map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

it('refuses a prompt whose file is missing, with the way to it', async () => {
  const fileMistake: CompaniesParts['fileMistake'] = async ({ tenant, value }) => ({
    reason: `no ${tenant}/${(value as CompanyPrompt).file}`,
    fix: 'put it there',
  });
  const companies = await open({ fileMistake });
  const change = apply(companies, 'tenant: a\nprompts: { hello: { file: hello.wav } }');
  expect(await refusal(change)).toEqual(['a /prompts/hello/file: no a/hello.wav; put it there']);
  const other = await open();
  await apply(
    other,
    'tenant: a\nprompts: { hello: { file: hello.wav } }\nqueues: { sales: { music: hello } }',
  );
  // What is in the database already does not keep the next start back.
  expect((await open({ fileMistake })).provisioning.snapshot.get('prompt', 'a', 'hello')).toBeDefined();
});

describe('a seed', () => {
  const seed = () => {
    write('tenant: a\nlists: { vip: {} }', 'seed');
    return readEntityFiles([join(dir, 'seed')], {});
  };

  it('is taken into a new database, once', async () => {
    const companies = await open({ seed });
    expect(companies.provisioning.snapshot.get('list', 'a', 'vip')).toBeUndefined();
    await companies.begin(undefined);
    expect(companies.provisioning.snapshot.get('list', 'a', 'vip')).toBeDefined();
    await companies.apply({ put: [], removed: [{ kind: 'list', tenant: 'a', name: 'vip' }], by: 'li' });
    const again = await open({ seed });
    await again.begin(undefined);
    expect(again.provisioning.snapshot.all('list')).toEqual([]);
  });

  it('is proved with the hotlines', async () => {
    const companies = await open({ seed });
    const place = { file: 'shop.ts', line: 3 };
    const begun = companies.begin((snapshot) => {
      expect(snapshot.get('list', 'a', 'vip')).toBeDefined();
      return [
        {
          kind: 'hotline',
          tenant: 'a',
          name: '400',
          path: ['flow'],
          reason: 'no sales',
          fix: 'keep it',
          place,
        },
      ];
    });
    await expect(begun.catch((error) => String(error))).resolves.toBe(
      'shop.ts:3: a /hotlines/400/flow: no sales; keep it',
    );
    expect(await store.entities.all()).toEqual([]);
  });
});

describe('two nodes on one database', () => {
  const extension = (companies: Companies, number: string) =>
    companies.provisioning.snapshot.get('extension', 'a', number);

  it('take over what the other has changed; what stayed keeps its object', async () => {
    const [one, two] = [await open(), await open({ ids: seededIds(2) })];
    await apply(one, 'tenant: a\nextensions: { 8101: {} }\n');
    await two.refresh();
    const before = extension(two, '8101');
    expect(before).toEqual(extension(one, '8101'));
    await apply(one, 'tenant: a\nextensions: { 8102: {} }\n');
    const changed: string[] = [];
    two.provisioning.events.on('changed', ({ changes }) => changed.push(...changes.map(({ name }) => name)));
    await two.refresh();
    await two.refresh();
    expect(changed).toEqual(['8102']);
    expect(extension(two, '8101')).toBe(before);
  });

  it('prove a change against what the other has changed meanwhile', async () => {
    const [one, two] = [await open(), await open({ ids: seededIds(2) })];
    await apply(one, 'tenant: a\nextensions: { 8101: {} }\n');
    // Two has not heard of it yet: the same extension is there, and is no change.
    expect(await apply(two, 'tenant: a\nextensions: { 8101: {} }\n')).toEqual([]);
    await apply(one, 'tenant: a\nextensions: { 8102: {} }\n');
    const both = 'tenant: a\nextensions: { 8102: { contact: "sip:8102@10.0.0.2" }, 8103: {} }\n';
    expect((await apply(two, both)).map(({ verb, name }) => [verb, name])).toEqual([
      ['change', '8102'],
      ['add', '8103'],
    ]);
    const { id } = (await store.entities.all()).find(({ name }) => name === '8102')!;
    expect((await store.entities.history(id)).map(({ revision }) => revision)).toEqual([1, 2]);
  });

  it('have the same digest of their files when those say the same', async () => {
    const [one, two] = [await open(), await open({ ids: seededIds(2) })];
    expect(one.digestOfFiles).toBe(two.digestOfFiles);
    await apply(one, 'tenant: a\nextensions: { 8101: {} }\n');
    expect(one.digestOfFiles, 'of files, not of the database').toBe(two.digestOfFiles);
    write('tenants: { a: {} }\ntenant: a\nextensions: { 8001: {}, 8003: {} }\n');
    await one.readFiles();
    expect(one.digestOfFiles).not.toBe(two.digestOfFiles);
  });

  it('keep what held when a change of the other does not go with their own files', async () => {
    const one = await open({
      sources: { ...sourcesIn(), read: () => ({ entities: [], sections: [], mistakes: [] }) } as never,
    });
    const two = await open();
    await apply(
      one,
      'tenants: { a: {} }\ntenant: a\nextensions: { 8001: { contact: "sip:8001@10.0.0.9" } }\n',
    );
    const before = two.provisioning.snapshot;
    await two.refresh();
    expect(two.provisioning.snapshot).toBe(before);
    expect(said).toEqual([
      { error: expect.stringContaining('the database has'), fix: expect.stringContaining('the same files') },
    ]);
  });
});
