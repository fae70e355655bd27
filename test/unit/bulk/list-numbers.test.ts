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
      counts: { create: 3, update: 0, unchanged: 0, remove: 0, twice: 1, error: 0 },
    });
    expect(await listed()).toEqual([]);
    const job = await house.over(await run(seen.id));
    const counts = { created: 3, updated: 0, unchanged: 0, removed: 0 };
    expect(job.result).toEqual({ list: 'black', way: 'add', ...counts });
    expect(await listed()).toEqual(['+85291234567', '13800138000', '13899998000']);
    expect(find('13800138000')).toEqual({ by: 'number', reason: '骚扰' });
    const { body } = await house.ask('GET /lists/black/numbers/13800138000');
    expect(body).toMatchObject({ until: '2100-12-31T16:00:00.000Z', owner: '8001', note: '三次' });
    expect(await trail()).toMatchObject([
      { did: 'import', list: 'black', way: 'add', file: 'black.csv', created: 3 },
    ]);
    expect((await house.over(await run(seen.id))).result).toMatchObject({ created: 0, unchanged: 3 });
    const again = await looked('number,reason\n13800138000,骚扰\n13899998000,\n13800138009,\n');
    expect(again.result).toMatchObject({ counts: { create: 1, update: 1, unchanged: 1 } });
  });

  it('of numbers alone has no titles', async () => {
    expect((await taken('13800138000\n10086\n')).result).toMatchObject({ created: 2 });
    expect(await listed()).toEqual(['10086', '13800138000']);
  });

  it('takes the place of what is in the table, or takes it away', async () => {
    await taken('number\n13800138000\n13800138001\n13800138002\n');
    const seen = await looked('number\n13800138002\n13800138003\n', '?way=replace');
    expect(seen.result).toMatchObject({ counts: { create: 1, update: 0, unchanged: 1, remove: 2 } });
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

  const many = Array.from({ length: 5000 }, (_, index) => `139${String(index).padStart(8, '0')}`);
  const whole = async () => {
    const { items } = (await house.ask('GET /lists/black/numbers')).body;
    return items.map(({ number, reason, at, by }: Record<string, unknown>) => ({ number, reason, at, by }));
  };
  /** Cancels an import when so many of its numbers are on the list. */
  const cancelAt = (id: string, size: number) => {
    const change = house.kept.change.bind(house.kept);
    house.kept.change = async (wish) => {
      const changed = await change(wish);
      if (house.lists.kept('a', 'black')!.size >= size) await house.jobs.cancel(Scope.all, id);
      return changed;
    };
  };

  it.each(['add', 'replace', 'remove'])(
    'that is cancelled in the middle is taken back: the list is as it was (%s)',
    async (way) => {
      await taken(`number,reason\n${many[2]},old\n${many[4000]},old\n13800138000,stays\n`);
      const before = await whole();
      const seen = await looked(
        `number,reason\n${many.map((each) => `${each},new`).join('\n')}`,
        `?way=${way}`,
      );
      const begun = await run(seen.id);
      cancelAt(begun.body.job.id, way === 'remove' ? 1 : 3000);
      const job = await house.over(begun);
      expect([job.state, job.result]).toEqual(['cancelled', undefined]);
      const byNumber = (rows: readonly { readonly number: string }[]) =>
        [...rows].sort((one, other) => one.number.localeCompare(other.number));
      expect(byNumber(await whole())).toEqual(byNumber(before));
      expect(house.lists.kept('a', 'black')?.size).toBe(3);
      expect([find(many[2]!)?.reason, find(many[1]!)]).toEqual(['old', undefined]);
      expect(await house.store.listNumbers.openImports()).toEqual([]);
      expect((await trail())[0]).toMatchObject({ did: 'import-taken-back', list: 'black', way });
    },
  );

  it('leaves what somebody has changed meanwhile when it is taken back', async () => {
    await taken(`number,reason\n${many[0]},old\n${many[1]},old\n`);
    const seen = await looked(many.join('\n'));
    const begun = await run(seen.id);
    const change = house.kept.change.bind(house.kept);
    let parts = 0;
    house.kept.change = async (wish) => {
      const changed = await change(wish);
      if (++parts === 2) {
        const more = { until: undefined, owner: undefined, note: undefined, reason: 'by hand' };
        const put = [{ number: many[0]!, ...more }];
        await change({ tenant: 'a', name: 'black', put, removed: [many[1]!, many[2]!], at: 1, by: 'li' });
        await house.jobs.cancel(Scope.all, begun.body.job.id);
      }
      return changed;
    };
    expect((await house.over(begun)).state).toBe('cancelled');
    expect(await listed()).toEqual([many[0]]);
    expect(find(many[0]!)?.reason).toBe('by hand');
  });

  it('is one alone at a time, also before the first has changed anything', async () => {
    const seen = await looked(many.join('\n'));
    const change = house.kept.change.bind(house.kept);
    const gate = Promise.withResolvers<void>();
    house.kept.change = async (wish) => {
      await gate.promise;
      return await change(wish);
    };
    const [first, second] = [await run(seen.id), await run(seen.id)];
    const refused = await house.over(second);
    expect([refused.state, refused.error]).toEqual(['failed', expect.stringContaining('under way')]);
    gate.resolve();
    expect((await house.over(first)).result).toMatchObject({ created: many.length });
    expect((await taken('13800138000\n')).result).toMatchObject({ created: 1 });
  });

  it('of another node goes on where a start cannot ask for its job', async () => {
    const put = [
      { number: many[0]!, until: undefined, reason: undefined, owner: undefined, note: undefined },
    ];
    await house.kept.change({
      tenant: 'a',
      name: 'black',
      put,
      removed: [],
      at: 1,
      by: 'li',
      of: 'elsewhere',
    });
    const { get } = house.jobs;
    house.jobs.get = () => Promise.reject(new Error('no answer'));
    await expect(house.nextStart()).rejects.toThrow('no answer');
    expect(await listed()).toEqual([many[0]]);
    house.jobs.get = get.bind(house.jobs);
    await house.nextStart();
    expect(await listed()).toEqual([]);
  });

  it('that the end of the PBX cuts off is taken back by the next start, one alone at a time', async () => {
    const seen = await looked(many.join('\n'));
    const begun = await run(seen.id);
    const change = house.kept.change.bind(house.kept);
    let ending: Promise<unknown> | undefined;
    house.kept.change = async (wish) => {
      const changed = await change(wish);
      ending ??= Promise.all([house.bulk.numberImports.close(), house.jobs.close()]);
      return changed;
    };
    expect((await house.over(begun)).state).toBe('interrupted');
    await ending;
    expect(house.lists.kept('a', 'black')?.size).toBeGreaterThan(0);
    const refused = await run(seen.id);
    expect([refused.status, refused.body.code]).toEqual([409, 'still-running']);
    await house.nextStart();
    expect(house.lists.kept('a', 'black')?.size).toBe(0);
    expect(await listed()).toEqual([]);
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
