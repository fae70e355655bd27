import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-new-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function make(folder: string) {
  let out = '';
  let err = '';
  const parts = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    start: () => Promise.reject(new Error('not started')),
  };
  return { code: await run(['new', folder], parts), out, err };
}

it('makes a project named after its folder, with the versions that pbx400 is tested with', async () => {
  const folder = join(dir, '我的 Hotlines');
  const { code, out } = await make(folder);
  expect(code).toBe(0);
  expect(out).toContain(`cd ${folder} && npm install`);
  expect(readdirSync(folder).sort()).toEqual([
    ...[
      '.gitignore',
      '.npmrc',
      'hotline.test.ts',
      'hotline.ts',
      'package.json',
      'pbx400.yaml',
      'tsconfig.json',
    ],
  ]);
  const made = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const ours = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(made.name).toBe('hotlines');
  expect(made.dependencies).toEqual({ pbx400: `file:pbx400-${ours.version}.tgz` });
  expect(ours.devDependencies).toMatchObject(made.devDependencies);
});

it('overwrites nothing', async () => {
  writeFileSync(join(dir, 'pbx400.yaml'), 'mine');
  const { code, err } = await make(dir);
  expect(code).toBe(69);
  expect(err).toBe(`${dir} has pbx400.yaml already; name another folder\n`);
  expect(readdirSync(dir)).toEqual(['pbx400.yaml']);
});

it('says why it cannot write', async () => {
  writeFileSync(join(dir, 'file'), '');
  const { code, err } = await make(join(dir, 'file/project'));
  expect(code).toBe(69);
  expect(err).toMatch(/^the project cannot be written: ENOTDIR/);
});
