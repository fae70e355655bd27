/** Numbers of lists (名单号码), one by one, over the API. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scope } from '../../../src/shared/scope.ts';
import { bulkHouse } from '../../support/bulk-house.ts';
import { person, type SignedIn } from '../../support/http.ts';

const [ONE, OTHER, LAND] = ['13800138000', '13899998000', '075523456789'];
const FILE = `tenants: { a: {}, b: {} }
tenant: a
extensions: { 8001: {} }
agents: { 8001: { extension: 8001 } }
lists: { filed: { numbers: ['${LAND}'] } }
`;

let house: Awaited<ReturnType<typeof bulkHouse>>;
beforeEach(async () => {
  house = await bulkHouse({ file: FILE });
  expect((await house.ask('POST /lists', { name: 'black', numbers: ['10010'] })).status).toBe(201);
  const { numbers, prefixes } = house.companies.provisioning.snapshot.get('list', 'a', 'black')!;
  await house.lists.replace({ tenant: 'a', name: 'black', numbers, prefixes });
});
afterEach(() => house.close());

const add = (numbers: readonly object[], list = 'black', as?: SignedIn) =>
  house.ask(`POST /lists/${list}/numbers`, { numbers }, {}, as);
const listed = async (query = '', as?: SignedIn) => {
  const { body } = await house.ask(`GET /lists/black/numbers${query}`, undefined, {}, as);
  return body.items?.map(({ number }: { readonly number: string }) => number) ?? body;
};
const find = (number: string, list = 'black') => house.lists.get('a', list)?.find(number, Date.now());
const trail = async () => {
  const entries = await house.store.audit.newest(9, Scope.of('a'));
  return entries.filter(({ action }) => action === 'list-number').map(({ details }) => details);
};

describe('numbers of a list', () => {
  it('are added, found, changed and taken off, and calls see it at once', async () => {
    const until = '2100-01-01T00:00:00+08:00';
    const whole = { number: '+86 138-0013-8000', until, reason: '骚扰', owner: '8001', note: '三次' };
    expect((await add([whole, { number: OTHER }])).body).toEqual({ created: 2, updated: 0, unchanged: 0 });
    expect([find(ONE), find(OTHER), find('10010')]).toEqual([
      { by: 'number', reason: '骚扰' },
      { by: 'number', reason: undefined },
      { by: 'number', reason: undefined },
    ]);
    expect(house.lists.ownerOf('a', 'black', ONE, 0)).toBe('8001');
    expect((await house.ask(`GET /lists/black/numbers/${ONE}`)).body).toMatchObject({
      ...{ number: ONE, until: '2099-12-31T16:00:00.000Z', reason: '骚扰', owner: '8001', note: '三次' },
      by: 'li@a',
    });
    expect((await add([{ number: ONE, reason: '诈骗' }, { number: OTHER }])).body).toEqual({
      ...{ created: 0, updated: 1, unchanged: 1 },
    });
    expect((await house.ask(`DELETE /lists/black/numbers/${ONE}`)).status).toBe(204);
    expect([find(ONE), find(OTHER)?.by]).toEqual([undefined, 'number']);
    expect((await house.ask(`DELETE /lists/black/numbers/${ONE}`)).status).toBe(404);
    expect((await house.ask(`GET /lists/black/numbers/${ONE}`)).status).toBe(404);
    expect(await trail()).toMatchObject([
      { did: 'remove', list: 'black', number: '138****8000' },
      { did: 'add', updated: 1, numbers: 2 },
      { did: 'add', created: 2, numbers: 2, address: '127.0.0.1' },
    ]);
  });

  it('are listed in pages, the last changed first, by a part or the beginning', async () => {
    await add([{ number: ONE }, { number: OTHER }, { number: LAND }]);
    const first = (await house.ask('GET /lists/black/numbers?limit=2')).body;
    expect(first.items.map(({ number }: { number: string }) => number)).toEqual([LAND, OTHER]);
    expect(await listed(`?limit=2&after=${first.next}`)).toEqual([ONE]);
    expect(await listed('?q=8000')).toEqual([OTHER, ONE]);
    expect(await listed('?q=138-0013')).toEqual([ONE]);
    expect(await listed('?prefix=0755')).toEqual([LAND]);
    expect(await listed('?prefix=%2B86755')).toEqual([LAND]);
  });

  it('are all taken or none, and it is said what is wrong of which', async () => {
    const wrong = await add([{ number: ONE }, { number: 'Unknown' }, { number: OTHER, owner: '9999' }]);
    expect([wrong.status, wrong.body.code]).toEqual([422, 'change-refused']);
    expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/numbers/1/number',
      '/numbers/2/owner',
    ]);
    expect((await add([{ number: ONE, until: 'tomorrow' }])).status).toBe(400);
    expect([find(ONE), await listed(), await trail()]).toEqual([undefined, [], []]);
  });

  it('are of lists that are there only, also of those that a file owns', async () => {
    expect((await add([{ number: ONE }], 'none')).status).toBe(404);
    expect((await house.ask('GET /lists/none/numbers')).status).toBe(404);
    expect((await add([{ number: ONE }], 'filed')).status).toBe(200);
    expect([find(ONE, 'filed')?.by, find(LAND, 'filed')?.by]).toEqual(['number', 'number']);
    const own = await house.ask(`DELETE /lists/filed/numbers/${LAND}`);
    expect([own.status, own.body.code]).toEqual([409, 'in-entity']);
  });

  it('go with the list, and do not come back with one of its name', async () => {
    await add([{ number: ONE }]);
    await house.ask('PATCH /lists/black', { numbers: [] }, { 'if-match': '"1"' });
    expect(await listed()).toEqual([ONE]);
    expect((await house.ask('DELETE /lists/black', undefined, { 'if-match': '"2"' })).status).toBe(204);
    expect((await house.ask('POST /lists', { name: 'black', numbers: [] })).status).toBe(201);
    await house.kept.sync();
    expect([await listed(), find(ONE)]).toEqual([[], undefined]);
  });
});

describe('who may not see numbers', () => {
  let chen: SignedIn;
  beforeEach(async () => {
    const rights = ['list:read', 'list:update'].map((permission) => ({ permission, reach: 'tenant' }));
    const role = { name: 'clerk', title: { en: 'Clerk', zh: '文员' }, rights };
    expect((await house.ask('POST /roles', role)).status).toBe(201);
    await person(house.store, 'chen', { roles: ['clerk'] });
    chen = await house.signIn('chen');
    await add([{ number: ONE, reason: `打过 ${LAND}` }, { number: LAND }]);
  });

  it('sees them masked, and finds a whole one only', async () => {
    const { body, status } = await house.ask('GET /lists/black/numbers', undefined, {}, chen);
    expect([status, JSON.stringify(body)]).toEqual([200, expect.not.stringMatching(/13800138|75523456/)]);
    expect(body.items[1]).toMatchObject({ number: '138****8000', reason: '打过 0755****6789' });
    expect([await listed('?q=8000', chen), await listed(`?q=${ONE}`, chen)]).toEqual([[], ['138****8000']]);
    expect((await house.ask('GET /lists/black/numbers?prefix=138', undefined, {}, chen)).status).toBe(403);
    const one = await house.ask(`GET /lists/black/numbers/${ONE}`, undefined, {}, chen);
    expect(one.body.number).toBe('138****8000');
  });

  it('puts one on a list, and takes one off', async () => {
    expect((await add([{ number: OTHER }], 'black', chen)).status).toBe(200);
    expect((await add([{ number: OTHER }, { number: ONE }], 'black', chen)).status).toBe(403);
    expect((await house.ask(`DELETE /lists/black/numbers/${OTHER}`, undefined, {}, chen)).status).toBe(204);
  });
});
