import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scope } from '../../../src/shared/scope.ts';
import { bulkHouse } from '../../support/bulk-house.ts';
import { person, type SignedIn, signIn } from '../../support/http.ts';

const GIVEN = 'winter-garden-42';

let house: Awaited<ReturnType<typeof bulkHouse>>;
beforeEach(async () => {
  house = await bulkHouse();
  for (const id of ['8001', '8002']) await house.ask('POST /agents', { id });
});
afterEach(() => house.close());

interface Row {
  readonly row: number;
  readonly name: string;
  readonly verdict: string;
  readonly fields: readonly string[];
  readonly errors: readonly { readonly column: string; readonly code: string; readonly fix: string | null }[];
}

/** Looks a table through as somebody. */
async function looked(table: string, as?: SignedIn) {
  const job = await house.over(await house.preview('user', table, 'text/csv', as));
  const { body } = await house.ask(`GET /imports/${job.id}/rows`, undefined, {}, as);
  return {
    id: job.id,
    job,
    result: job.result as Record<string, unknown>,
    rows: (body.items ?? []) as Row[],
  };
}
const run = async (id: string) => await house.over(await house.ask(`POST /imports/${id}/run`));
async function imported(table: string): Promise<string> {
  return ((await run((await looked(table)).id)).result as { change: string }).change;
}
const undone = async (id: string, body: object = {}) =>
  await house.over(await house.ask(`POST /changes/${id}/undo`, body));
const userOf = async (login: string) => await house.store.auth.users.withLogin('a', login);
const all = async () => await house.store.auth.users.list(Scope.of('a'), { limit: 99 });
const codes = ({ errors }: Row) => errors.map(({ column, code }) => [column, code]);

describe('a table of users', () => {
  it('makes them, with the password that is given or one that the file of the job tells', async () => {
    const { id, rows, result } = await looked(
      `账号,姓名,角色,工号,password\nMei,韩梅梅,agent,8001,${GIVEN}\nlin,林涛,agent; quality,,\n`,
    );
    expect(rows.map(({ name, verdict, fields }) => [name, verdict, fields])).toEqual([
      ['mei', 'create', ['login', 'name', 'roles', 'agent', 'active', 'password']],
      ['lin', 'create', ['login', 'name', 'roles', 'active']],
    ]);
    expect(result).toMatchObject({ kind: 'user', isRunnable: true });
    expect((await all()).length).toBe(4);
    const job = await run(id);
    expect(job.result).toMatchObject({ kind: 'user', created: 2, updated: 0, unchanged: 0 });
    const file = (await house.ask(`GET /jobs/${job.id}/file`)).body as string;
    const [, login, name, password] = /^\uFEFFlogin,name,password\r\n(.*),(.*),(.*)\r\n$/.exec(file)!;
    expect([login, name]).toEqual(['lin', '林涛']);
    expect(await userOf('mei')).toMatchObject({ agent: '8001', roles: ['agent'], mustChange: true });
    for (const [who, secret] of [
      ['mei', GIVEN],
      ['lin', password!],
    ] as const) {
      const as = await signIn(house.app, who, 'a', secret);
      expect((await house.ask('GET /agents', undefined, {}, as)).body.code).toBe('must-change-password');
    }
  });

  it('leaves no password anywhere but in that file, which is its owner’s', async () => {
    const { id, job: preview } = await looked(
      `login,name,roles,password\nmei,Mei,agent,${GIVEN}\nlin,Lin,agent,\n`,
    );
    const job = await run(id);
    const file = (await house.ask(`GET /jobs/${job.id}/file`)).body as string;
    const made = file.trim().split(',').at(-1)!;
    const folder = join(house.dir, 'jobs');
    const texts = new Map(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    for (const name of texts.keys()) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const holding = [...texts].filter(([, text]) => text.includes(made)).map(([name]) => name);
    expect(holding).toEqual([job.id]);
    const { change } = job.result as { change: string };
    const told = [
      ...texts.values(),
      JSON.stringify([preview, job, await house.store.audit.newest(99, Scope.all), await all()]),
      JSON.stringify(await house.store.bulkChanges.items({ id: change, tenantId: 'a' }, 9)),
    ].join('\n');
    expect(told).not.toContain(GIVEN);
    const items = await house.store.bulkChanges.items({ id: change, tenantId: 'a' }, 9);
    expect(JSON.stringify(items)).not.toMatch(/argon2|password/);
    const notes = (await house.store.audit.newest(99, Scope.of('a'))).filter(
      ({ action }) => action === 'import',
    );
    expect(notes.map(({ by, details }) => [by, details])).toEqual([
      ['li@a', { change, kind: 'user', file: 'list', create: 2, update: 0, address: '127.0.0.1' }],
    ]);
    expect(
      (await house.ask(`GET /jobs/${job.id}/file`, undefined, {}, await house.signIn('wang'))).status,
    ).toBe(404);
  });

  it('says of each row what is wrong and how to put it right; the file that comes back has no passwords', async () => {
    await person(house.store, 'zhou', { agent: '8002', roles: ['agent'] });
    const { job, rows, result } = await looked(
      [
        'login,name,roles,agent,department,active,password',
        'mei,Mei,king,,,,',
        'lin,Lin,agent,8002,,,',
        'hua,Hua,agent,8009,,,',
        'tao,Tao,agent,,nowhere,,',
        'jun,Jun,agent,,,,short',
        'yan@b,Yan,agent,,,,',
        'bo@a,Bo,agent,,,,',
        'zhou,,,,,,another-one-99',
        'fei,,,,,vielleicht,',
        'Gao,Gao,agent,8001,,,',
        'gao,Gao,agent,,,,',
        'qi,Qi,agent,8001,,,',
        'sun,,,,,,',
      ].join('\n'),
    );
    expect(rows.map((row) => [row.name, codes(row)])).toEqual([
      ['mei', [['roles', 'bad-role']]],
      ['lin', [['agent', 'exists']]],
      ['hua', [['agent', 'missing']]],
      ['tao', [['department', 'missing']]],
      ['jun', [['password', 'weak-password']]],
      ['yan@b', [['login', 'other-company']]],
      ['bo@a', [['login', 'invalid']]],
      ['zhou', [['password', 'exists']]],
      [
        'fei',
        [
          ['active', 'invalid'],
          ['name', 'missing'],
          ['roles', 'missing'],
        ],
      ],
      ['gao', []],
      ['gao', [['login', 'twice']]],
      ['qi', [['agent', 'exists']]],
      ['sun', []],
    ]);
    for (const row of rows) for (const { fix } of row.errors) expect(fix, row.name).not.toBeNull();
    expect(rows.at(-1)).toMatchObject({ verdict: 'unchanged' });
    expect(result['isRunnable']).toBe(false);
    const file = (await house.ask(`GET /jobs/${job.id}/file`)).body as string;
    expect(file).toContain('jun,Jun,agent,,,,,password: the new password is shorter');
    expect(file).not.toMatch(/short,|another-one-99/);
    expect((await house.ask(`POST /imports/${job.id}/run`)).body.code).toBe('import-errors');
  });

  it('keeps no password of a column that it does not know, or of a table without titles', async () => {
    const { job, result } = await looked(`login,name,roles,初始密码\nmei,Mei,king,${GIVEN}\n`);
    expect(result['problems']).toEqual([expect.stringContaining('no column 初始密码')]);
    expect((await house.ask(`GET /jobs/${job.id}/file`)).body).toMatch(/mei,Mei,king,,"roles: king/);
    const bare = await looked(`mei,Mei,agent,${GIVEN}\nlin,Lin,agent,${GIVEN}\n`);
    expect(bare.result).toMatchObject({
      ...{ isRunnable: false, problems: [expect.stringContaining('no column login')] },
    });
    const folder = join(house.dir, 'jobs');
    for (const name of readdirSync(folder))
      expect(readFileSync(join(folder, name), 'utf8')).not.toContain(GIVEN);
    expect(JSON.stringify([job, bare.job, bare.rows])).not.toContain(GIVEN);
  });

  it('changes those who are there, and has agents change hands within it', async () => {
    await person(house.store, 'mei', { agent: '8001', roles: ['agent'] });
    await person(house.store, 'lin', { agent: '8002', roles: ['agent'] });
    const as = await house.signIn('lin');
    const { id, rows } = await looked('login,agent,active\nmei,8002,\nlin,8001,否\nwang,,\n');
    expect(rows.map(({ verdict, fields }) => [verdict, fields])).toEqual([
      ['update', ['agent']],
      ['update', ['agent', 'active']],
      ['unchanged', []],
    ]);
    const before = (await userOf('mei'))!.password;
    const job = await run(id);
    expect([job.result, job.file ?? null]).toMatchObject([{ created: 0, updated: 2, unchanged: 1 }, null]);
    expect(await userOf('mei')).toMatchObject({
      agent: '8002',
      password: before,
      mustChange: false,
      revision: 2,
    });
    expect(await userOf('lin')).toMatchObject({ agent: '8001', isActive: false });
    expect((await house.ask('GET /agents', undefined, {}, as)).status).toBe(401);
  });

  it('is not taken when somebody was changed meanwhile, and then not a part of it', async () => {
    const { id } = await looked('login,name,roles\nmei,Mei,agent\nsun,Sun Li,\n');
    const sun = (await userOf('sun'))!;
    await house.store.auth.users.change({ ...sun, name: 'x', revision: 2 });
    expect((await house.ask(`POST /imports/${id}/run`)).body.code).toBe('changed-meanwhile');
    expect(await userOf('mei')).toBeUndefined();
  });

  it('is for who may make and change users, and gives nobody more than he has', async () => {
    const rights = ['import:read', 'import:create', 'user:create', 'user:update', 'job:read', 'call:note'];
    const role = (name: string, permissions: readonly string[]) => ({
      name,
      title: { en: name, zh: name },
      rights: permissions.map((permission) => ({ permission, reach: 'tenant' })),
    });
    await house.ask('POST /roles', role('hiring', rights));
    await house.ask('POST /roles', role('half', ['import:read', 'import:create', 'user:create']));
    await person(house.store, 'hr', { roles: ['hiring'] });
    await person(house.store, 'halfway', { roles: ['half'] });
    const table = 'login,name,roles\nmei,Mei,company-admin\nli,Li Lei,\nlin,Lin,hiring\n';
    const { rows } = await looked(table, await house.signIn('hr'));
    expect(rows.map((row) => [row.name, row.verdict, codes(row)])).toEqual([
      ['mei', 'error', [['roles', 'forbidden']]],
      ['li', 'error', [['roles', 'forbidden']]],
      ['lin', 'create', []],
    ]);
    const halfway = await house.signIn('halfway');
    expect((await house.preview('user', table, 'text/csv', halfway)).status).toBe(403);
    const zhao = await house.signIn('zhao');
    expect((await house.preview('user', table, 'text/csv', zhao)).status).toBe(403);
  });

  it('is of its company: who is in another one is not seen, nor touched', async () => {
    await person(house.store, 'mei', { tenantId: 'b', name: 'of b' });
    const { id, rows } = await looked('login,name,roles\nmei,Mei,agent\n');
    expect(rows[0]).toMatchObject({ verdict: 'create' });
    await run(id);
    expect(await house.store.auth.users.withLogin('b', 'mei')).toMatchObject({ name: 'of b', revision: 1 });
    await person(house.store, 'chief', { tenantId: 'b' });
    const chief = await signIn(house.app, 'chief', 'b');
    expect((await house.ask(`GET /imports/${id}/rows`, undefined, {}, chief)).status).toBe(404);
    expect((await house.ask(`POST /imports/${id}/run`, undefined, {}, chief)).status).toBe(404);
    const [change] = await house.store.bulkChanges.list(Scope.of('a'), { limit: 1 });
    for (const what of [`GET /changes/${change!.id}`, `GET /changes/${change!.id}/items`])
      expect((await house.ask(what, undefined, {}, chief)).status).toBe(404);
    expect((await house.ask(`POST /changes/${change!.id}/undo`, {}, {}, chief)).status).toBe(404);
  });
});

describe('an import of users is taken back', () => {
  it('new ones go, changed ones are what they were, with the password that they have now', async () => {
    const change = await imported('login,name,roles,active\nmei,Mei,agent,\nsun,Sun Li,quality,no\n');
    expect((await house.ask(`GET /changes/${change}/items`)).body.items).toMatchObject([
      { kind: 'user', name: 'mei', did: 'create', revision: 1 },
      { kind: 'user', name: 'sun', did: 'update', revision: 2 },
    ]);
    const sun = (await userOf('sun'))!;
    await house.store.auth.users.change({ ...sun, password: 'his new one', revision: 3 });
    const { result } = await undone(change);
    expect(result).toMatchObject({ restored: 2, kept: 0 });
    expect(await userOf('mei')).toBeUndefined();
    expect(await userOf('sun')).toMatchObject({
      ...{ name: 'sun', roles: ['report-reader'], isActive: true, password: 'his new one', revision: 4 },
    });
    const undo = (result as { change: string }).change;
    const refused = await house.ask(`POST /changes/${undo}/undo`, {});
    expect([refused.status, refused.body.detail]).toEqual([
      400,
      expect.stringContaining('import them again'),
    ]);
    const again = (await undone(undo, { partial: true })).result;
    expect(again).toMatchObject({ restored: 1, kept: 1 });
    expect(await userOf('sun')).toMatchObject({ name: 'Sun Li', isActive: false });
  });

  it('but for who was changed since, or has taken his account: that is refused, or left', async () => {
    const change = await imported('login,name,roles\nmei,Mei,agent\nlin,Lin,agent\nsun,Sun Li,\n');
    const mei = (await userOf('mei'))!;
    await house.store.auth.users.change({ ...mei, password: 'own', mustChange: false, revision: 2 });
    const sun = (await userOf('sun'))!;
    await house.store.auth.users.change({ ...sun, name: 'Sun', revision: 3 });
    const refused = await house.ask(`POST /changes/${change}/undo`, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'changed-since']);
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/user/mei',
      '/user/sun',
    ]);
    expect((await undone(change, { partial: true })).result).toMatchObject({ restored: 1, kept: 2 });
    expect((await all()).map(({ login }) => login)).toEqual(['li', 'mei', 'sun', 'wang', 'zhao']);
  });

  it('by nobody who has less than they', async () => {
    const change = await imported('login,name,roles\nmei,Mei,company-admin\n');
    const rights = [
      'change:read',
      'change:update',
      'user:create',
      'user:update',
      'user:delete',
      'job:read',
    ].map((permission) => ({ permission, reach: 'tenant' }));
    await house.ask('POST /roles', { name: 'hiring', title: { en: 'hiring', zh: '招聘' }, rights });
    await person(house.store, 'hr', { roles: ['hiring'] });
    const job = await house.over(
      await house.ask(`POST /changes/${change}/undo`, {}, {}, await house.signIn('hr')),
    );
    expect(job).toMatchObject({ state: 'failed', error: expect.stringContaining('beyond what hr@a has') });
    expect(await userOf('mei')).toBeDefined();
  });
});

it('an export of users has what an import takes, and no passwords; it is for who may read users', async () => {
  await imported('login,name,roles,agent\nmei,=1+1,agent; quality,8001\n');
  const job = await house.over(await house.ask('POST /exports', { kind: 'user', filter: { q: 'mei' } }));
  const { body } = await house.ask(`GET /jobs/${job.id}/file`);
  expect(body).toBe(
    "\uFEFFlogin,name,roles,agent,department,active\r\nmei,'=1+1,agent; quality,8001,,true\r\n",
  );
  expect((await looked(body)).rows).toMatchObject([{ name: 'mei', verdict: 'unchanged' }]);
  const json = await house.over(await house.ask('POST /exports', { kind: 'user', format: 'json' }));
  expect((await house.ask(`GET /jobs/${json.id}/file`)).body).toHaveLength(5);
  const zhao = await house.signIn('zhao');
  expect((await house.ask('POST /exports', { kind: 'user' }, {}, zhao)).status).toBe(403);
});
