/** Lists of callers and reports of nuisances, for who may not see numbers (号码防火墙). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scope } from '../../../src/shared/scope.ts';
import { bulkHouse } from '../../support/bulk-house.ts';
import { person, type SignedIn } from '../../support/http.ts';

const [ONE, OTHER, THIRD] = ['13800138000', '13899998000', '075523456789'];
/** Who looks after lists, and sees no number. */
const RIGHTS = [
  ...['list:read', 'list:create', 'list:update', 'nuisance:read', 'nuisance:create', 'nuisance:update'],
  ...[
    'agent:read',
    'agent:delete',
    'export:create',
    'import:create',
    'import:read',
    'job:read',
    'change:read',
  ],
].map((permission) => ({ permission, reach: 'tenant' }));

let house: Awaited<ReturnType<typeof bulkHouse>>;
let chen: SignedIn;
beforeEach(async () => {
  house = await bulkHouse();
  const role = { name: 'clerk', title: { en: 'Clerk', zh: '文员' }, rights: RIGHTS };
  expect((await house.ask('POST /roles', role)).status).toBe(201);
  await person(house.store, 'chen', { roles: ['clerk'] });
  chen = await house.signIn('chen');
  await house.ask('POST /agents', { id: '8001' });
  const owners = { [ONE]: '8001', [OTHER]: '8001' };
  const vip = { name: 'vip', numbers: [ONE, THIRD], prefixes: ['0755', ONE.slice(0, 10)], owners };
  expect((await house.ask('POST /lists', vip)).status).toBe(201);
  for (const number of [OTHER, THIRD, ONE])
    await house.ask('POST /nuisances', { number, reason: `打过 ${THIRD}`, by: '8001' });
});
afterEach(() => house.close());

const ask = (what: string, payload?: object, headers: object = {}) => house.ask(what, payload, headers, chen);
const told = (answer: { readonly body: unknown; readonly headers: unknown }) =>
  JSON.stringify([answer.body, answer.headers]);
const NUMBERS = /13800138|1389999|75523456/;

describe('a list', () => {
  const MASKED = {
    numbers: ['138****8000', '0755****6789'],
    prefixes: ['0755', '13****00'],
    owners: { '138****8000': '8001', '138****8000 (2)': '8001' },
  };

  it('is masked alone, among others, and as it was', async () => {
    await house.ask('PATCH /lists/vip', { numbers: [OTHER] }, { 'if-match': '"1"' });
    await house.ask('PATCH /lists/vip', { numbers: [ONE, THIRD] }, { 'if-match': '"2"' });
    for (const path of ['/lists/vip', '/lists', '/lists/vip/history']) {
      const answer = await ask(`GET ${path}`);
      expect(answer.status).toBe(200);
      expect(told(answer)).not.toMatch(NUMBERS);
    }
    expect((await ask('GET /lists/vip')).body).toMatchObject(MASKED);
    const [, second] = (await ask('GET /lists/vip/history')).body.items;
    expect(second.value.numbers).toEqual(['138****8000']);
    expect((await house.ask('GET /lists/vip')).body.numbers).toEqual([ONE, THIRD]);
  });

  it('is changed without being shown, and what is masked is taken for no number', async () => {
    const changed = await ask('PATCH /lists/vip', { prefixes: ['010'] }, { 'if-match': '"1"' });
    expect([changed.status, changed.body.numbers]).toEqual([200, MASKED.numbers]);
    const back = await ask('PATCH /lists/vip', { numbers: MASKED.numbers }, { 'if-match': '"2"' });
    expect(back.status).toBe(422);
    expect((await house.ask('GET /lists/vip')).body).toMatchObject({
      ...{ numbers: [ONE, THIRD], prefixes: ['010'] },
    });
  });

  it('tells whose customers they are by no number, nor why an agent has to stay', async () => {
    const used = await ask('GET /agents/8001/used-by');
    expect(used.body.items).toMatchObject([
      { kind: 'list', name: 'vip', pointer: '/owners/138****8000' },
      { kind: 'list', name: 'vip', pointer: '/owners/138****8000' },
    ]);
    const kept = await ask('DELETE /agents/8001', undefined, { 'if-match': '"1"' });
    expect([kept.status, kept.body.code]).toEqual([409, 'still-used']);
    expect(kept.body.detail).toContain('vip');
    expect(told(used) + told(kept)).not.toMatch(NUMBERS);
  });
});

describe('a report of a nuisance', () => {
  it('is masked, page by page, in the order of what is shown', async () => {
    const seen: string[] = [];
    for (let after = ''; ; ) {
      const answer = await ask(`GET /nuisances?limit=1${after}`);
      expect(told(answer)).not.toMatch(NUMBERS);
      const { items, next } = answer.body;
      seen.push(...items.map(({ number, reason }: Record<string, string>) => `${number} ${reason}`));
      if (next === null) break;
      // Who reads the cursor learns no more.
      expect(Buffer.from(next.split('.')[0], 'base64url').toString()).not.toMatch(NUMBERS);
      after = `&after=${next}`;
    }
    const why = '打过 0755****6789';
    expect(seen).toEqual([`0755****6789 ${why}`, `138****8000 ${why}`, `138****8000 ${why}`]);
    const whole = (await house.ask('GET /nuisances')).body.items;
    expect(whole.map(({ number }: { number: string }) => number)).toEqual([THIRD, ONE, OTHER]);
  });

  it('is found by its whole number only, and so often', async () => {
    const found = async (q: string) => (await ask(`GET /nuisances?q=${q}`)).body.items.length;
    expect([await found('13800'), await found('8000'), await found(ONE)]).toEqual([0, 0, 1]);
    const one = await ask(`GET /nuisances/${ONE}`);
    expect(one.body).toMatchObject({ number: '138****8000', by: '8001' });
    let status = 404;
    for (let guess = 0; guess < 60 && status === 404; guess++)
      ({ status } = await ask(`GET /nuisances/1381234${String(guess).padStart(4, '0')}`));
    expect(status).toBe(429);
    expect((await house.ask(`GET /nuisances/${ONE}`)).status).toBe(200);
  });

  it('is in the audit trail, and among what an import did, without its number', async () => {
    const table = 'number,state\n13700137000,confirmed\n';
    const { id } = await house.over(await house.preview('nuisance', table));
    const { result } = await house.over(await house.ask(`POST /imports/${id}/run`));
    const { change } = result as { change: string };
    const did = await ask(`GET /changes/${change}/items`);
    expect(did.body.items).toMatchObject([{ kind: 'nuisance', name: '137****7000', did: 'create' }]);
    expect((await house.ask(`GET /changes/${change}/items`)).body.items).toMatchObject([
      { name: '13700137000' },
    ]);
    const owners = { [ONE]: null };
    expect((await house.ask('PATCH /lists/vip', { owners }, { 'if-match': '"1"' })).status).toBe(200);
    const notes = await house.store.audit.newest(20, Scope.of('a'));
    expect(JSON.stringify(notes)).toContain('138****8000');
    expect(JSON.stringify(notes)).not.toMatch(NUMBERS);
  });
});

describe('an export', () => {
  const exported = async (kind: string, as: SignedIn | undefined, filter = {}) => {
    const job = await house.over(await house.ask('POST /exports', { kind, format: 'json', filter }, {}, as));
    return (await house.ask(`GET /jobs/${job.id}/file`, undefined, {}, as)).body;
  };
  const rowsOf = (file: unknown) => (typeof file === 'string' ? JSON.parse(file) : file);

  it.each(['list', 'nuisance'])('of kind %s is masked, too', async (kind) => {
    const [whole, masked] = [await exported(kind, undefined), await exported(kind, chen)];
    expect(JSON.stringify(whole)).toMatch(NUMBERS);
    expect(JSON.stringify(masked)).not.toMatch(NUMBERS);
    expect(rowsOf(masked)).toHaveLength(rowsOf(whole).length);
  });

  it('finds a report by its whole number only', async () => {
    expect(rowsOf(await exported('nuisance', chen, { q: '1380013' }))).toEqual([]);
    expect(rowsOf(await exported('nuisance', chen, { q: ONE }))).toMatchObject([{ number: '138****8000' }]);
  });
});
