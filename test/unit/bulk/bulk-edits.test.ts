import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { columnEdits } from '../../../src/bulk/row-edit.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { bulkHouse } from '../../support/bulk-house.ts';

let house: Awaited<ReturnType<typeof bulkHouse>>;
beforeEach(async () => {
  house = await bulkHouse();
  for (const name of ['english', 'german']) await house.ask('POST /skills', { name });
  await house.ask('POST /extensions', { number: '8003' });
  for (const id of ['8001', '8002', '8003'])
    await house.ask('POST /agents', { id, level: 3, skills: [{ skill: 'english', level: 2 }], pin: '1234' });
});
afterEach(() => house.close());

/** Looks through a change; its job when it is over. */
const looked = async (body: object) => await house.over(await house.ask('POST /bulk-edits', body));
const rowsOf = async (id: string) => (await house.ask(`GET /bulk-edits/${id}/rows`)).body.items;
const done = async (id: string) =>
  (await house.over(await house.ask(`POST /bulk-edits/${id}/run`))).result as Record<string, unknown>;
const agent = async (id: string) => (await house.ask(`GET /agents/${id}`)).body;
const levels = async () =>
  (await house.ask('GET /agents')).body.items.map(({ id, level }: Record<string, unknown>) => [id, level]);

describe('a change of rows that were chosen', () => {
  it('is looked through, taken as a whole, kept as a change, and taken back', async () => {
    const job = await looked({
      kind: 'agent',
      names: ['8001', '8003'],
      change: [{ field: 'level', how: 'set', value: 5 }],
    });
    expect(job.result).toMatchObject({ rows: 2, isRunnable: true, counts: { update: 2, error: 0, left: 0 } });
    expect(await levels()).toEqual([
      ['8001', 3],
      ['8002', 3],
      ['8003', 3],
    ]);
    expect((await rowsOf(job.id))[1]).toEqual({
      ...{ row: 2, name: '8003', verdict: 'update', fields: ['level'], errors: [] },
      changes: [{ field: 'level', before: 3, after: 5 }],
    });
    const { change, ...result } = await done(job.id);
    expect(result).toEqual({ kind: 'agent', updated: 2, removed: 0, unchanged: 0, left: 0 });
    expect(await levels()).toEqual([
      ['8001', 5],
      ['8002', 3],
      ['8003', 5],
    ]);
    expect((await house.ask(`GET /changes/${change}`)).body).toMatchObject({ source: 'edit', updated: 2 });
    const [told] = await house.store.audit.newest(1, Scope.of('a'));
    expect(told).toMatchObject({ action: 'edit', by: 'li@a', details: { change, kind: 'agent', update: 2 } });
    await house.over(await house.ask(`POST /changes/${change}/undo`, {}));
    expect(await levels()).toEqual([
      ['8001', 3],
      ['8002', 3],
      ['8003', 3],
    ]);
    // Their secrets stayed what they were.
    for (const { kind, body } of await house.store.entities.all())
      if (kind === 'agent') expect(JSON.parse(body).pin).toBe('1234');
  });

  it('adds to lists and takes from them, each row from what it has', async () => {
    await house.ask('PATCH /agents/8002', { skills: [] }, { 'if-match': '"1"' });
    const names = ['8001', '8002'];
    const added = await looked({
      ...{ kind: 'agent', names },
      change: [
        {
          field: 'skills',
          how: 'add',
          value: [
            { skill: 'german', level: 1 },
            { skill: 'english', level: 4 },
          ],
        },
      ],
    });
    await done(added.id);
    expect((await agent('8001')).skills).toEqual([
      { skill: 'english', level: 4 },
      { skill: 'german', level: 1 },
    ]);
    expect((await agent('8002')).skills).toEqual([
      { skill: 'german', level: 1 },
      { skill: 'english', level: 4 },
    ]);
    const taken = await looked({
      ...{ kind: 'agent', names: ['8001', '8003'] },
      change: [{ field: 'skills', how: 'take', value: [{ skill: 'german', level: 9 }] }],
    });
    // Who has it not stays the same.
    expect(taken.result).toMatchObject({ counts: { update: 1, unchanged: 1 } });
    await done(taken.id);
    expect((await agent('8001')).skills).toEqual([{ skill: 'english', level: 4 }]);
  });

  it('leaves what a file owns, and what is gone; a wrong value is said at each row, and nothing is taken', async () => {
    const change = [{ field: 'outside', how: 'set', value: 'local' }];
    const job = await looked({ kind: 'extension', names: ['8001', '8003', '8009'], change });
    expect(job.result).toMatchObject({ isRunnable: true, counts: { update: 1, left: 2 } });
    const [owned, , gone] = await rowsOf(job.id);
    expect(owned).toMatchObject({ name: '8001', verdict: 'left', errors: [{ code: 'owned-by-file' }] });
    expect(gone).toMatchObject({ name: '8009', verdict: 'left', errors: [{ code: 'missing' }] });
    expect(await done(job.id)).toMatchObject({ updated: 1, left: 2 });
    const wrong = await looked({
      ...{ kind: 'agent', names: ['8001', '8002'] },
      change: [{ field: 'department', how: 'set', value: 'slaes' }],
    });
    expect(wrong.result).toMatchObject({ isRunnable: false, counts: { error: 2 } });
    expect((await rowsOf(wrong.id))[0].errors[0]).toMatchObject({ column: 'department', code: 'missing' });
    const refused = await house.ask(`POST /bulk-edits/${wrong.id}/run`);
    expect([refused.status, refused.body.code]).toEqual([422, 'import-errors']);
  });

  it('removes rows, says who uses one, and brings them back with their secrets', async () => {
    await house.ask('POST /queues', { name: 'sales', agents: ['8001'] });
    const used = await looked({ kind: 'agent', names: ['8001', '8002'], remove: true });
    expect(used.result).toMatchObject({ isRunnable: false, counts: { remove: 1, error: 1 } });
    expect((await rowsOf(used.id))[0]).toMatchObject({ name: '8001', errors: [{ code: 'still-used' }] });
    const free = await looked({ kind: 'agent', names: ['8002', '8003'], remove: true });
    const { change, removed } = await done(free.id);
    expect(removed).toBe(2);
    expect((await levels()).length).toBe(1);
    await house.over(await house.ask(`POST /changes/${change}/undo`, {}));
    expect((await levels()).length).toBe(3);
    const bodies = (await house.store.entities.all()).map(({ body }) => JSON.parse(body));
    expect(bodies.find(({ id }) => id === '8003').pin).toBe('1234');
  });

  it('is refused where somebody has changed a row since it was looked through', async () => {
    const change = [{ field: 'level', how: 'set', value: 5 }];
    const { id } = await looked({ kind: 'agent', names: ['8001', '8002'], change });
    await house.ask('PATCH /agents/8002', { level: 9 }, { 'if-match': '"1"' });
    const refused = await house.ask(`POST /bulk-edits/${id}/run`);
    expect([refused.status, refused.body.code]).toEqual([412, 'changed-meanwhile']);
    expect((await agent('8001')).level).toBe(3);
  });

  it('changes users by the rules of one by one, and removes none', async () => {
    const change = [
      { field: 'roles', how: 'add', value: ['agent'] },
      { field: 'active', how: 'set', value: false },
    ];
    const { id, result } = await looked({ kind: 'user', names: ['zhao', 'nobody'], change });
    expect(result).toMatchObject({ counts: { update: 1, left: 1 } });
    expect((await rowsOf(id))[0].changes).toEqual([
      { field: 'roles', before: ['supervisor'], after: ['supervisor', 'agent'] },
      { field: 'active', before: true, after: false },
    ]);
    const { change: made } = await done(id);
    const user = async () =>
      (await house.ask('GET /users?q=zhao')).body.items.map(({ roles, active }: never) => ({
        roles,
        active,
      }));
    expect(await user()).toEqual([{ roles: ['supervisor', 'agent'], active: false }]);
    await house.over(await house.ask(`POST /changes/${made}/undo`, {}));
    expect(await user()).toEqual([{ roles: ['supervisor'], active: true }]);
    const refused = await house.ask('POST /bulk-edits', { kind: 'user', names: ['zhao'], remove: true });
    expect([refused.status, refused.body.code]).toEqual([400, 'bad-request']);
  });

  it('is for who may change each, and his own preview only', async () => {
    const zhao = await house.signIn('zhao');
    const change = [{ field: 'level', how: 'set', value: 5 }];
    const refused = await house.ask('POST /bulk-edits', { kind: 'agent', names: ['8001'], change }, {}, zhao);
    expect(refused.status).toBe(403);
    const { id } = await looked({ kind: 'agent', names: ['8001'], change });
    const wang = await house.signIn('wang');
    expect((await house.ask(`GET /bulk-edits/${id}/rows`, undefined, {}, wang)).status).toBe(404);
    // Nor is it a table that was imported.
    expect((await house.ask(`POST /imports/${id}/run`)).status).toBe(404);
    const both = await house.ask('POST /bulk-edits', {
      kind: 'agent',
      names: ['8001'],
      change,
      remove: true,
    });
    expect(both.status).toBe(400);
  });
});

it('changes no names, no secrets, and no field that there is not', () => {
  const set = (field: string) => () => columnEdits('agent', [{ field, how: 'set', value: 1 }]);
  expect(set('id')).toThrow("each one's own");
  expect(set('tenant')).toThrow("each one's own");
  expect(set('pin')).toThrow('secret');
  expect(set('colour')).toThrow('there is no field');
  expect(() => columnEdits('agent', [{ field: 'skills', how: 'add', value: 'x' }])).toThrow('is a list');
  const many = Array.from({ length: 101 }, (_, at) => ({ skill: `s${at}` }));
  expect(() => columnEdits('agent', [{ field: 'skills', how: 'add', value: many }])).toThrow('at most 100');
  expect(() => columnEdits('agent', [{ field: 'name', how: 'set', value: 'x'.repeat(10_000) }])).toThrow(
    'at most 10000 characters',
  );
  const [part] = columnEdits('extension', [{ field: 'forward', how: 'set', value: null }]);
  expect(part!.column).toMatchObject({ path: ['forward'] });
});
