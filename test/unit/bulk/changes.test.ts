import { afterEach, beforeEach, expect, it } from 'vitest';
import { Scope } from '../../../src/shared/scope.ts';
import { bulkHouse } from '../../support/bulk-house.ts';

let house: Awaited<ReturnType<typeof bulkHouse>>;
let change: string;
beforeEach(async () => {
  house = await bulkHouse();
  await house.ask('POST /agents', { id: '8001', level: 3, pin: '1234' });
  change = await imported('agent', 'id,level\n8001,5\n8002,1\n');
});
afterEach(() => house.close());

async function imported(kind: string, table: string): Promise<string> {
  const { id } = await house.over(await house.preview(kind, table));
  return ((await house.over(await house.ask(`POST /imports/${id}/run`))).result as { change: string }).change;
}
const undone = async (id: string, body: object = {}) =>
  (await house.over(await house.ask(`POST /changes/${id}/undo`, body))).result as Record<string, unknown>;
const agents = async () =>
  (await house.ask('GET /agents')).body.items.map(({ id, level }: Record<string, unknown>) => [id, level]);

it('is listed with what it did, the newest first', async () => {
  const other = await imported('skill', 'name\nenglish\n');
  const { items } = (await house.ask('GET /changes')).body;
  expect(items.map(({ id }: { id: string }) => id)).toEqual([other, change]);
  expect((await house.ask(`GET /changes/${change}`)).body).toMatchObject({
    tenant: 'a',
    source: 'import',
    kind: 'agent',
    file: 'list',
    by: 'li@a',
    created: 1,
    updated: 1,
    removed: 0,
    undoes: null,
  });
  const did = (await house.ask(`GET /changes/${change}/items?limit=1`)).body;
  expect(did.items).toEqual([{ kind: 'agent', name: '8001', did: 'update', revision: 2 }]);
  const rest = (await house.ask(`GET /changes/${change}/items?limit=1&after=${did.next}`)).body;
  expect(rest).toEqual({ items: [{ kind: 'agent', name: '8002', did: 'create', revision: 1 }], next: null });
});

it('is taken back: all is what it was, secrets too; and that can be taken back', async () => {
  const result = await undone(change);
  expect(result).toMatchObject({ restored: 2, kept: 0 });
  expect(await agents()).toEqual([['8001', 3]]);
  expect(JSON.parse((await house.store.entities.all())[0]!.body).pin).toBe('1234');
  const undo = result['change'] as string;
  expect((await house.ask(`GET /changes/${undo}`)).body).toMatchObject({
    source: 'undo',
    undoes: change,
    removed: 1,
  });
  await undone(undo);
  expect(await agents()).toEqual([
    ['8001', 5],
    ['8002', 1],
  ]);
  const told = (await house.store.audit.newest(20, Scope.of('a'))).filter(({ action }) => action === 'undo');
  expect(told.map(({ details }) => details['undoes'])).toEqual([undo, change]);
});

it('leaves alone what somebody has changed since: it is refused, or taken back but for that', async () => {
  await house.ask('PATCH /agents/8002', { level: 9 }, { 'if-match': '"1"' });
  const refused = await house.ask(`POST /changes/${change}/undo`, {});
  expect([refused.status, refused.body.code]).toEqual([409, 'changed-since']);
  expect(refused.body.errors).toEqual([
    { pointer: '/agent/8002', code: 'changed-since', detail: 'agent 8002 was changed since' },
  ]);
  expect(await agents()).toEqual([
    ['8001', 5],
    ['8002', 9],
  ]);
  expect(await undone(change, { partial: true })).toMatchObject({ restored: 1, kept: 1 });
  expect(await agents()).toEqual([
    ['8001', 3],
    ['8002', 9],
  ]);
});

it('does not take away what is used since', async () => {
  await house.ask('POST /queues', { name: 'sales', agents: ['8002'] });
  const job = await house.over(await house.ask(`POST /changes/${change}/undo`, {}));
  expect(job).toMatchObject({ state: 'failed' });
  expect(job.error).toContain('sales');
  expect(await agents()).toEqual([
    ['8001', 5],
    ['8002', 1],
  ]);
});

it('is of its company, and of who may change such entities', async () => {
  const chief = await house.signIn('zhao');
  expect((await house.ask('GET /changes', undefined, {}, chief)).status).toBe(403);
  expect(await house.store.bulkChanges.list(Scope.of('b'), { limit: 9 })).toEqual([]);
  expect(await house.store.bulkChanges.find(Scope.of('b'), change)).toBeUndefined();
});
