import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import writeExcel from 'write-excel-file/node';
import { SHEET_TYPES } from '../../../src/bulk/sheet/sheet.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { bulkHouse } from '../../support/bulk-house.ts';

let house: Awaited<ReturnType<typeof bulkHouse>>;
beforeEach(async () => {
  house = await bulkHouse();
});
afterEach(() => house.close());

const pinOf = (all: readonly { readonly name: string; readonly body: string }[]) =>
  JSON.parse(all.find(({ name }) => name === '8002')!.body).pin;

/** Looks a table through, and gives its job and rows. */
async function looked(kind: string, table: string | Buffer, type?: string) {
  const job = await house.over(await house.preview(kind, table, type));
  const { body } = await house.ask(`GET /imports/${job.id}/rows`);
  return { id: job.id, job, result: job.result as Record<string, unknown>, rows: body.items };
}
const run = async (id: string) => await house.over(await house.ask(`POST /imports/${id}/run`));

describe('a table', () => {
  it('is looked through first: nothing is changed, each row says what would become of it', async () => {
    await house.ask('POST /agents', { id: '8001', name: '李雷', level: 3 });
    await house.ask('POST /agents', { id: '8002', level: 2 });
    const table =
      'id,name,level,extension\n8001,李雷,3,8001\n8002,韩梅梅,2,\n8003,,x,8001\n8004,,,8009\n8005,,,8001\n';
    const { result, rows, job } = await looked('agent', table);
    expect(rows.map(({ row, name, verdict, fields }: never) => [row, name, verdict, fields])).toEqual([
      [2, '8001', 'unchanged', []],
      [3, '8002', 'update', ['name']],
      [4, '8003', 'error', []],
      [5, '8004', 'error', []],
      [6, '8005', 'create', ['id', 'name', 'extension', 'signIn']],
    ]);
    expect(rows[2].errors).toEqual([
      { column: 'level', code: 'invalid', detail: "'x' is no number", fix: null },
    ]);
    expect(rows[3].errors).toEqual([
      {
        column: 'extension',
        code: 'missing',
        detail: "tenant 'a' has no extension '8009'",
        fix: "did you mean '8001'?",
      },
    ]);
    expect(result).toMatchObject({
      rows: 5,
      counts: { create: 1, update: 1, unchanged: 1, error: 2 },
      isRunnable: false,
      file: 'list',
    });
    expect(house.companies.stored.map(({ name }) => name)).toEqual(['8001', '8002']);
    const { body } = await house.ask(`GET /jobs/${job.id}/file`);
    expect(body).toBe(
      "\uFEFFid,name,level,extension,errors\r\n8003,,x,8001,level: 'x' is no number\r\n" +
        "8004,,,8009,extension: tenant 'a' has no extension '8009' (did you mean '8001'?)\r\n",
    );
    expect((await house.ask(`POST /imports/${job.id}/run`)).body.code).toBe('import-errors');
    expect(readdirSync(join(house.dir, 'imports'))).toEqual([]);
  });

  it('is taken as a whole, and told to the audit trail as one', async () => {
    await house.ask('POST /agents', { id: '8002', level: 2, pin: '1234' });
    const { id } = await looked('agent', '工号,姓名,级别\n8001,李雷,1\n8002,韩梅梅,null\n');
    const { result } = await run(id);
    expect(result).toMatchObject({ kind: 'agent', created: 1, updated: 1, unchanged: 0 });
    const agents = (await house.ask('GET /agents')).body.items;
    expect(agents.map(({ id, name, level }: never) => [id, name, level])).toEqual([
      ['8001', '李雷', 1],
      ['8002', '韩梅梅', undefined],
    ]);
    expect(pinOf(await house.store.entities.all())).toBe('1234');
    const told = (await house.store.audit.newest(20, Scope.of('a'))).filter(
      ({ action }) => action === 'import',
    );
    const { change } = result as { change: string };
    expect(told.map(({ by, details }) => [by, details])).toEqual([
      ['li@a', { change, kind: 'agent', file: 'list', create: 1, update: 1, address: '127.0.0.1' }],
    ]);
  });

  it('is not taken when something is not as it was when it was looked through', async () => {
    const { id } = await looked('agent', 'id,level\n8001,1\n8002,2\n');
    await house.ask('POST /agents', { id: '8002' });
    const refused = await house.ask(`POST /imports/${id}/run`);
    expect([refused.status, refused.body.code]).toEqual([412, 'changed-meanwhile']);
    expect(refused.body.detail).toContain('8002');
    expect(house.companies.stored.map(({ name }) => name)).toEqual(['8002']);
  });

  it('runs once for one Idempotency-Key', async () => {
    const { id } = await looked('skill', 'name,title\nenglish,英语\n');
    const key = { 'idempotency-key': 'k1' };
    const first = await house.ask(`POST /imports/${id}/run`, undefined, key);
    await house.over(first);
    const again = await house.ask(`POST /imports/${id}/run`, undefined, key);
    expect([again.status, again.body.job.id]).toEqual([202, first.body.job.id]);
  });

  it('belongs to who sent it, who may make and change such entities himself', async () => {
    const { id } = await looked('agent', 'id\n8001\n');
    const wang = await house.signIn('wang');
    expect((await house.ask(`GET /imports/${id}/rows`, undefined, {}, wang)).status).toBe(404);
    expect((await house.ask(`POST /imports/${id}/run`, undefined, {}, wang)).status).toBe(404);
    const chief = await house.signIn('zhao');
    expect((await house.preview('agent', 'id\n', 'text/csv', chief)).status).toBe(403);
  });

  it('names columns of the kind, its key among them, each once', async () => {
    const { result } = await looked('agent', 'name,salary,姓名\n李雷,1,x\n');
    expect(result['isRunnable']).toBe(false);
    const text = (result['problems'] as string[]).join('\n');
    for (const part of ['no column salary', '姓名 is there twice', 'no column id'])
      expect(text).toContain(part);
  });

  it('has each name once, and changes nothing that a file owns', async () => {
    const { rows } = await looked('extension', 'number,name\n8001,\n8002,李雷\n8003,\n8003,\n');
    expect(
      rows.map(({ verdict, errors }: never) => [verdict, (errors as { code: string }[])[0]?.code]),
    ).toEqual([
      ['unchanged', undefined],
      ['error', 'owned-by-file'],
      ['create', undefined],
      ['error', 'twice'],
    ]);
  });

  it('holds what is within other fields, levels, several values and JSON', async () => {
    await house.ask('POST /skills', { name: 'english' });
    await house.ask('POST /skills', { name: 'billing' });
    const { id } = await looked('agent', 'id,skills,supervises.all\n8001,english：3；billing,是\n');
    await run(id);
    expect((await house.ask('GET /agents/8001')).body).toMatchObject({
      skills: [
        { skill: 'english', level: 3 },
        { skill: 'billing', level: 1 },
      ],
      supervises: { all: true, queues: [] },
    });
    const group = await looked('group', 'number;members\n8100;"[{""extension"":""8001""}]"\n');
    await run(group.id);
    expect((await house.ask('GET /groups/8100')).body.members).toEqual([{ extension: '8001' }]);
  });
});

describe('a file', () => {
  const GB18030 = Buffer.from([0xc0, 0xee, 0xc0, 0xd7]);

  it.each([
    ['UTF-8', Buffer.from('id,name\n8001,李雷\n')],
    ['UTF-8 with a mark', Buffer.from('\uFEFFid,name\n8001,李雷\n')],
    ['GB18030', Buffer.concat([Buffer.from('id,name\r\n8001,'), GB18030, Buffer.from('\r\n')])],
    ['UTF-16 with tabs', Buffer.from('\uFEFFid\tname\n8001\t李雷\n', 'utf16le')],
  ])('of %s is read right', async (_, bytes) => {
    await run((await looked('agent', bytes)).id);
    expect((await house.ask('GET /agents/8001')).body.name).toBe('李雷');
  });

  it('may be XLSX: numbers and dates are as Excel shows them', async () => {
    const date = { type: Date, format: 'yyyy-mm-dd', value: new Date('2026-08-01') } as const;
    const rows = [
      ['number', 'until', 'state'].map((value) => ({ value })),
      [{ value: 13800138000 }, date, { value: 'confirmed' }],
    ];
    const { id } = await looked('nuisance', await writeExcel(rows).toBuffer(), SHEET_TYPES.xlsx);
    await run(id);
    expect((await house.ask('GET /nuisances/13800138000')).body).toMatchObject({ until: '2026-08-01' });
  });

  it('does not hide that Excel has rounded a number', async () => {
    const { rows } = await looked('nuisance', 'number\n1.38E+10\n');
    expect(rows[0].errors[0]).toMatchObject({ column: 'number', code: 'invalid' });
  });

  it.each([
    ['nothing', ''],
    ['no text', Buffer.from([0xff, 0xff, 0x00, 0x81])],
    ['an unclosed quote', 'id,name\n8001,"李\n'],
    ['a ZIP file that is cut', Buffer.from('PK\u0003\u0004')],
    ['an Excel before 2007', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1])],
    ['too many columns', `${Array.from({ length: 201 }, (_, at) => `c${at}`).join()}\n`],
    ['too many rows', `id\n${'8001\n'.repeat(20_001)}`],
  ])('with %s is refused in words', async (_, bytes) => {
    const job = await house.over(await house.preview('agent', bytes));
    expect(job.state).toBe('failed');
    expect(job.error).toMatch(/the file/);
    expect(job.error).not.toMatch(/log says why/);
  });
});
