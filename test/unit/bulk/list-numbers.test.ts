/** Tables of numbers of lists (名单号码), in and out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scope } from '../../../src/shared/scope.ts';
import { bulkHouse } from '../../support/bulk-house.ts';
import { person } from '../../support/http.ts';

const FILE = `tenants: { a: {}, b: {} }
tenant: a
extensions: { 8001: {} }
agents: { 8001: { extension: 8001 } }
lists: { black: {} }
`;
const CSV = { 'content-type': 'text/csv' };

let house: Awaited<ReturnType<typeof bulkHouse>>;
beforeEach(async () => {
  house = await bulkHouse({ file: FILE });
});
afterEach(() => house.close());

const preview = (table: string | Buffer, query = '') =>
  house.ask(`POST /lists/black/numbers/imports${query}`, table, CSV);
const run = (id: string, query = '') => house.ask(`POST /lists/black/numbers/imports/${id}/run${query}`);
const looked = async (table: string | Buffer, query = '') => await house.over(await preview(table, query));
const taken = async (table: string, query = '') =>
  await house.over(await run((await looked(table, query)).id));
const listed = async () => {
  const { body } = await house.ask('GET /lists/black/numbers');
  return body.items.map(({ number }: { readonly number: string }) => number).sort();
};
const find = (number: string) => house.lists.get('a', 'black')?.find(number, Date.now());
const trail = async () =>
  (await house.store.audit.newest(20, Scope.of('a')))
    .filter(({ action }) => action === 'list-number' || action === 'export')
    .map(({ action, details }) => ({ action, ...details }));

describe('a table of numbers', () => {
  it('is looked through, then taken, and calls find its numbers', async () => {
    const table = [
      '手机号,原因,有效期,专属坐席,备注',
      '+86 138-0013-8000,骚扰,2100-12-31,8001,三次',
      '138 9999 8000,,,,',
      '',
      "'+85291234567,,,,",
      '13800138000,again,,,',
    ].join('\r\n');
    const seen = await looked(table, '?name=black.csv');
    expect(seen).toMatchObject({ state: 'done', done: 4, total: 4, kind: 'list-number-preview' });
    expect(seen.result).toEqual({
      ...{ list: 'black', way: 'add', file: 'black.csv', rows: 4 },
      counts: { create: 3, present: 0, remove: 0, twice: 1, error: 0 },
    });
    expect(await listed()).toEqual([]);
    const job = await house.over(await run(seen.id));
    const counts = { created: 3, updated: 0, unchanged: 0, removed: 0 };
    expect(job.result).toEqual({ list: 'black', way: 'add', ...counts, isWhole: true });
    expect(await listed()).toEqual(['+85291234567', '13800138000', '13899998000']);
    expect(find('13800138000')).toEqual({ by: 'number', reason: '骚扰' });
    const { body } = await house.ask('GET /lists/black/numbers/13800138000');
    expect(body).toMatchObject({ until: '2100-12-31T16:00:00.000Z', owner: '8001', note: '三次' });
    expect(await trail()).toMatchObject([
      { did: 'import', list: 'black', way: 'add', file: 'black.csv', created: 3 },
    ]);
    expect((await house.over(await run(seen.id))).result).toMatchObject({ created: 0, unchanged: 3 });
  });

  it('of numbers alone has no titles', async () => {
    expect((await taken('13800138000\n10086\n')).result).toMatchObject({ created: 2 });
    expect(await listed()).toEqual(['10086', '13800138000']);
  });

  it('takes the place of what is in the table, or takes it away', async () => {
    await taken('number\n13800138000\n13800138001\n13800138002\n');
    const seen = await looked('number\n13800138002\n13800138003\n', '?way=replace');
    expect(seen.result).toMatchObject({ counts: { create: 1, present: 1, remove: 2 } });
    expect((await house.over(await run(seen.id))).result).toMatchObject({ created: 1, removed: 2 });
    expect(await listed()).toEqual(['13800138002', '13800138003']);
    expect(['13800138000', '13800138002'].map((each) => find(each)?.by)).toEqual([undefined, 'number']);
    expect((await taken('13800138003\n13800138009\n', '?way=remove')).result).toMatchObject({ removed: 1 });
    expect([await listed(), find('13800138003')]).toEqual([['13800138002'], undefined]);
  });

  it('with rows that are wrong is refused, or taken without them, and a file says what is wrong', async () => {
    const table = 'number,until,owner\n13800138000,,\nnobody,,\n13800138001,soon,\n13800138002,,9999\n';
    const seen = await looked(table);
    expect(seen.result).toMatchObject({ counts: { create: 1, error: 3 } });
    const { body } = await house.ask(`GET /jobs/${seen.id}/file`);
    expect(body).toContain('nobody,,,');
    expect(body).toContain("until: 'soon' is no time");
    expect(body).toContain('there is no agent 9999');
    const refused = await run(seen.id);
    expect([refused.status, refused.body.code]).toEqual([422, 'import-errors']);
    expect((await house.over(await run(seen.id, '?errors=skip'))).result).toMatchObject({ created: 1 });
    expect(await listed()).toEqual(['13800138000']);
  });

  it.each([
    ['has no title for the number', 'name,reason\nx,y\n', 'no title for the number'],
    ['has a strange column', 'number,colour\n13800138000,red\n', "'colour'"],
    ['is empty', '\n', 'no numbers'],
    ['is none', Buffer.from([0xff, 0x00, 0x01]), 'cannot be taken'],
  ])('is refused that %s', async (_, table, why) => {
    const job = await looked(table);
    expect([job.state, job.error]).toEqual(['failed', expect.stringContaining(why)]);
  });

  it('is cut off where it stands when it is cancelled, and says how far it came', async () => {
    const numbers = Array.from({ length: 5000 }, (_, index) => `139${String(index).padStart(8, '0')}`);
    const seen = await looked(numbers.join('\n'));
    const begun = await run(seen.id);
    const ended = house.over(begun);
    house.jobs.events.on('changed', ({ id, done, endedAt }) => {
      if (id === begun.body.job.id && done >= 0 && endedAt === undefined)
        void house.jobs.cancel(Scope.all, id).catch(() => {});
    });
    await house.jobs.cancel(Scope.all, begun.body.job.id);
    const job = await ended;
    expect(job.state).toBe('cancelled');
    const result = job.result as { readonly created: number; readonly isWhole: boolean };
    expect(result?.isWhole ?? false).toBe(false);
    expect(house.lists.kept('a', 'black')?.size ?? 0).toBe(result?.created ?? 0);
    expect((await house.over(await run(seen.id))).result).toMatchObject({ isWhole: true });
    expect(house.lists.kept('a', 'black')?.size).toBe(5000);
  });

  it('comes out as it came in, masked for who may not see numbers, told in the audit trail first', async () => {
    await taken('number,reason\n13800138000,=1+1\n13800138001,打过 075523456789\n');
    const job = await house.over(await house.ask('POST /lists/black/numbers/exports', { format: 'csv' }));
    expect(job.result).toEqual({ list: 'black', rows: 2 });
    const csv = readFileSync(join(house.dir, 'jobs', job.id), 'utf8');
    expect(csv).toContain("13800138000,,'=1+1,,");
    expect((await taken(csv, '?way=replace')).result).toMatchObject({ created: 0, removed: 0 });
    const rights = ['list:read', 'list:update', 'export:create', 'import:create', 'job:read'];
    const role = {
      name: 'clerk',
      title: { en: 'Clerk', zh: '文员' },
      rights: rights.map((permission) => ({ permission, reach: 'tenant' })),
    };
    expect((await house.ask('POST /roles', role)).status).toBe(201);
    await person(house.store, 'chen', { roles: ['clerk'] });
    const chen = await house.signIn('chen');
    const masked = await house.over(
      await house.ask('POST /lists/black/numbers/exports', { format: 'xlsx' }, {}, chen),
    );
    expect(masked.state).toBe('done');
    const other = await house.ask('POST /lists/black/numbers/exports', { format: 'csv' }, {}, chen);
    const text = readFileSync(join(house.dir, 'jobs', (await house.over(other)).id), 'utf8');
    expect(text).not.toMatch(/13800138|0755234/);
    const refused = await house.ask('POST /lists/black/numbers/imports', '13800138000', CSV, chen);
    expect(refused.status).toBe(403);
    expect((await trail())[0]).toMatchObject({ action: 'export', list: 'black', numbers: 'masked' });
  });

  it('is of a list that is there, and for who has sent it', async () => {
    const none = await house.ask('POST /lists/none/numbers/imports', '13800138000', CSV);
    expect(none.status).toBe(404);
    expect((await house.ask('POST /lists/none/numbers/exports', { format: 'csv' })).status).toBe(404);
    const { id } = await looked('13800138000');
    const wang = await house.signIn('wang');
    expect((await house.ask(`POST /lists/black/numbers/imports/${id}/run`, undefined, {}, wang)).status).toBe(
      404,
    );
    expect((await house.ask(`POST /lists/other/numbers/imports/${id}/run`)).status).toBe(404);
  });
});
