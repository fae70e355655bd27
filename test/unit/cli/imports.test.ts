import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bulkAnswers } from '../../../src/bulk-answers.ts';
import { run } from '../../../src/cli/run.ts';
import { ControlServer } from '../../../src/provisioning/control/control-server.ts';
import { CONTROL_SOCKET } from '../../../src/provisioning/control/protocol.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { bulkHouse } from '../../support/bulk-house.ts';

type House = Awaited<ReturnType<typeof bulkHouse>>;
let house: House;
let control: ControlServer;
let at: (name: string) => string;

/** The PBX that commands ask. */
async function listen(): Promise<void> {
  const { companies, jobs, bulk, dir } = house;
  const answers = bulkAnswers({ provisioning: companies.provisioning, jobs, ...bulk });
  control = await ControlServer.open(join(dir, CONTROL_SOCKET), answers, silentLogger);
}

beforeEach(async () => {
  house = await bulkHouse();
  at = (name) => join(house.dir, name);
  await listen();
});
afterEach(async () => {
  await control.close();
  await house.close();
});

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const parts = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
    start: () => Promise.reject(new Error('unused')),
  };
  const where = ['--config', at('pbx400.yaml'), '--data', house.dir];
  const code = await run(args.includes('--help') ? args : [...args, ...where], parts);
  return { code, ...said };
}

/** Writes a table and has it looked through. */
function imports(kind: string, table: string, ...more: string[]) {
  writeFileSync(at('list.csv'), table);
  const files = ['--errors', at('wrong.csv'), '--passwords', at('passwords.csv')];
  return cli('imports', kind, at('list.csv'), '--tenant', 'a', ...files, ...more);
}

const agent = (name: string) => house.companies.provisioning.snapshot.get('agent', 'a', name);
/** A table without its mark. */
const tableAt = (name: string) => readFileSync(at(name), 'utf8').replace('\ufeff', '');
const changeIn = (out: string) => /changes undo (\S+)/.exec(out)![1]!;

describe('pbx400 imports', () => {
  it('looks a table through, and takes it only with --run', async () => {
    const table = 'id,extension,name\n8001,8001,王\n8002,8002,李\n';
    expect(await imports('agent', table)).toEqual({
      code: 0,
      out: '2 rows: 2 new, 0 changed, 0 as they are, 0 wrong\nnothing is changed yet; --run takes it\n',
      err: '',
    });
    expect(agent('8001')).toBeUndefined();
    const { code, out } = await imports('agent', table, '--run');
    expect(code).toBe(0);
    expect(out).toMatch(/\ntaken; pbx400 changes undo \S+ takes it back\n$/);
    expect(agent('8001')).toMatchObject({ name: '王', extension: '8001' });
    expect(existsSync(at('wrong.csv'))).toBe(false);
  });

  it('says what is wrong, writes those rows into a file of its owner, takes nothing, and ends with 65', async () => {
    const table = 'id,extension,name\n8001,8001,王\n8002,8009,李\n';
    const { code, out, err } = await imports('agent', table, '--run');
    expect([code, err]).toEqual([65, '']);
    expect(out).toContain('2 rows: 1 new, 0 changed, 0 as they are, 1 wrong\n');
    expect(out).toMatch(
      /3 {2}8002 {2}extension {2}tenant 'a' has no extension '8009'; did you mean '8001'\?/,
    );
    expect(out).toContain(`all that are wrong: ${at('wrong.csv')}\nnothing was changed\n`);
    expect(tableAt('wrong.csv')).toMatch(/8002,8009,李,/);
    expect(statSync(at('wrong.csv')).mode & 0o777).toBe(0o600);
    expect(agent('8001')).toBeUndefined();
  });

  it('tells at most twenty rows that are wrong', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `${9000 + index},7000,x`);
    const { out } = await imports('agent', `id,extension,name\n${rows.join('\n')}\n`);
    expect(out.match(/has no extension '7000'/g)).toHaveLength(20);
    expect(out).toContain('\nand 10 more\n');
  });

  it('says all as JSON', async () => {
    const { code, out } = await imports('agent', 'id,extension,name\n8001,8009,x\n', '--json');
    expect(code).toBe(65);
    expect(JSON.parse(out)).toMatchObject({
      preview: { kind: 'agent', file: 'list.csv', rows: 1, isRunnable: false },
      wrong: [{ row: 2, name: '8001', flaws: [{ column: 'extension', code: 'missing' }] }],
      errorFile: at('wrong.csv'),
    });
  });

  it('makes users, whose first passwords are in a file of its owner', async () => {
    const { code, out } = await imports('user', 'login,name,roles\nzhou,周,supervisor\n', '--run');
    expect([code, out]).toEqual([0, expect.stringContaining(`first passwords: ${at('passwords.csv')}\n`)]);
    expect(tableAt('passwords.csv')).toMatch(/^login,name,password\r?\nzhou,周,\S+/);
    expect(statSync(at('passwords.csv')).mode & 0o777).toBe(0o600);
    expect(out).not.toContain(tableAt('passwords.csv').split(',').at(-1)!.trim());
  });

  it('says what cannot be: 69; and what is written wrongly: 64', async () => {
    const message = async (...args: string[]) => {
      const { code, err } = await cli(...args);
      expect(code, args.join(' ')).toBe(69);
      return err;
    };
    writeFileSync(at('list.csv'), 'id,name\n');
    expect(await message('imports', 'agent', at('list.csv'))).toContain('name one with --tenant: a, b');
    expect(await message('imports', 'agent', at('list.csv'), '--tenant', 'x')).toBe(
      'there is no company x\n',
    );
    expect(await message('imports', 'hotline', at('list.csv'), '--tenant', 'a')).toContain(
      "'hotline' is nothing",
    );
    expect(await message('imports', 'agent', at('none.csv'), '--tenant', 'a')).toContain(
      'cannot read the file',
    );
    writeFileSync(at('list.csv'), '');
    expect(await message('imports', 'agent', at('list.csv'), '--tenant', 'a')).toContain('the file is empty');
    expect((await cli('imports', 'agent')).code).toBe(64);
    expect((await cli('imports', '--help')).out).toContain('--run');
    await control.close();
    expect(await message('imports', 'agent', at('list.csv'))).toContain('no PBX runs with the data folder');
    await listen();
  });

  it('says where a table cannot be written, and where it is', async () => {
    const table = 'id,extension,name\n8001,8009,x\n';
    const { code, err } = await imports('agent', table, '--errors', at('no/such/folder.csv'));
    expect(code).toBe(69);
    expect(err).toMatch(/cannot be written to .*folder\.csv: .*; it is in .*jobs/);
  });
});

describe('pbx400 changes', () => {
  it('lists imports and takes one back', async () => {
    expect((await cli('changes')).out).toBe('nothing was imported\n');
    const { out } = await imports('agent', 'id,extension,name\n8001,8001,王\n', '--run');
    const change = changeIn(out);
    expect((await cli('changes', 'list', '--tenant', 'a')).out).toMatch(
      new RegExp(`${change} +a +20\\S+ \\S+ +agent +1 .*pbx400 imports.* list\\.csv`),
    );
    const undone = await cli('changes', 'undo', change);
    expect(undone).toMatchObject({ code: 0, out: expect.stringContaining('1 are what they were before;') });
    expect(agent('8001')).toBeUndefined();
    const lines = (await cli('changes', '--json')).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { source: 'undo', undoes: change, removed: 1 },
      { id: change, source: 'import', created: 1 },
    ]);
    expect((await cli('changes', '--tenant', 'b')).out).toBe('nothing was imported\n');
  });

  it('names what was changed since, and leaves that with --partial', async () => {
    const table = 'id,extension,name\n8001,8001,王\n8002,8002,李\n';
    const change = changeIn((await imports('agent', table, '--run')).out);
    await imports('agent', 'id,name\n8002,赵\n', '--run');
    expect(await cli('changes', 'undo', change)).toMatchObject({
      code: 69,
      err: '1 of it were changed since\n  agent 8002 was changed since\n',
    });
    const { out } = await cli('changes', 'undo', change, '--partial', '--json');
    expect(JSON.parse(out)).toMatchObject({ restored: 1, kept: 1 });
    expect([agent('8001'), agent('8002')]).toEqual([undefined, expect.objectContaining({ name: '赵' })]);
    expect((await cli('changes', 'undo', 'none')).err).toBe('there is no change none\n');
  });
});

describe('pbx400 exports', () => {
  it('writes a table that can be imported as it is', async () => {
    await imports('agent', 'id,extension,name\n8001,8001,王\n8002,8002,李\n', '--run');
    const output = ['--tenant', 'a', '--output', at('agents.csv')];
    expect(await cli('exports', 'agent', ...output)).toMatchObject({
      code: 0,
      out: `2 rows in ${at('agents.csv')}\n`,
    });
    expect(statSync(at('agents.csv')).mode & 0o777).toBe(0o600);
    expect(await cli('imports', 'agent', at('agents.csv'), '--tenant', 'a')).toMatchObject({
      code: 0,
      out: expect.stringContaining('2 rows: 0 new, 0 changed, 2 as they are, 0 wrong'),
    });
    const asJson = await cli('exports', 'agent', ...output, '--format', 'json', '--query', '王', '--json');
    expect(JSON.parse(asJson.out)).toEqual({ rows: 1, isCut: false, file: at('agents.csv') });
    expect(JSON.parse(readFileSync(at('agents.csv'), 'utf8'))).toMatchObject([{ id: '8001', name: '王' }]);
    expect((await cli('exports', 'agent', '--format', 'pdf')).code).toBe(64);
  });

  it('of users has no passwords', async () => {
    await imports('user', 'login,name,roles\nzhou,周,supervisor\n', '--run');
    await cli('exports', 'user', '--tenant', 'a', '--output', at('users.csv'));
    expect(tableAt('users.csv')).toMatch(/^login,name,roles,.*\nzhou,周,supervisor,/s);
    expect(tableAt('users.csv')).not.toContain('password');
  });
});
