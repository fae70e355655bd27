/** An integrator's way, as the README tells it: pack, make a project, install it, check, simulate, test, start. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freeSipPort, freeTcpPort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** That of a person at this machine: without the Node 24 that scripts/test puts first. */
const env = {
  ...process.env,
  PATH: process.env['PATH']!.split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter),
};
const machineNode = execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim();
const isOlder = Number(/\d+/.exec(machineNode)![0]) < 24;
/** Packages come from a registry, on a machine that others use, too. */
const INSTALL_LIMIT_MS = 600_000;

const folder = mkdtempSync(join(tmpdir(), 'pbx400-package-'));
const project = join(folder, 'hotlines');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (cwd: string, command: string, ...args: string[]) =>
  promisify(execFile)(command, args, { cwd, env, encoding: 'utf8' });
const inProject = (command: string, ...args: string[]) => run(project, command, ...args);

describe(`a project of its own, installed by npm on Node ${machineNode}`, () => {
  beforeAll(async () => {
    const made = await run(ROOT, 'npx', 'pbx400', 'new', project);
    expect(made.stderr).not.toContain('EBADENGINE');
    expect(made.stdout).toContain(`npm pack ${ROOT} --pack-destination ${project}`);
    await run(ROOT, 'npm', 'pack', ROOT, '--pack-destination', project);
    await inProject('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund');
  }, INSTALL_LIMIT_MS);

  it('gets JavaScript, types and prompts: no TypeScript of ours but the project to copy', () => {
    const installed = join(project, 'node_modules/pbx400');
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(readdirSync(installed).sort()).toEqual([
      'LICENSE',
      'README.md',
      'README.zh-CN.md',
      'dialplans',
      'dist',
      'media',
      'package.json',
      'src',
    ]);
    const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
    expect(sources.sort()).toEqual(['dialplans/new/hotline.test.ts', 'dialplans/new/hotline.ts']);
    expect(existsSync(join(installed, 'dist/testing/index.d.ts'))).toBe(true);
  });

  it('is checked and simulated', async () => {
    const checked = await inProject('npx', 'pbx400', 'check');
    expect(checked.stdout).toMatch(/^1 hotlines in 1 files: 0 errors/m);
    expect(checked.stderr).toBe('');
    const { stdout } = await inProject(
      'npx',
      ...'pbx400 simulate 4001234567 --at 2026-10-15T10:00 --keys 1'.split(' '),
    );
    expect(stdout).toMatch(/queue sales → served +agent 8001/);
  });

  it('asks a PBX with the client, on any Node', async () => {
    // Files beside the configuration are hotlines.
    mkdirSync(join(project, 'client'));
    const script = `import { PbxError, pbxClient } from 'pbx400/client';
const pbx = pbxClient({ url: 'http://127.0.0.1:9', key: 'pbx_none', retries: 0 });
for await (const call of pbx.calls.each({ limit: 1 })) console.log(call.caller, call.startedAt);
`;
    writeFileSync(join(project, 'client/ask.ts'), script.replace('PbxError, ', ''));
    writeFileSync(
      join(project, 'client/ask.mjs'),
      `${script.replace(/^for.*/m, 'await pbx.calls.list().catch((error) => console.log(error instanceof PbxError, error.code));')}`,
    );
    expect((await inProject('node', 'client/ask.mjs')).stdout).toBe('true unreachable\n');
    const loaded = readFileSync(join(project, 'node_modules/pbx400/dist/client/index.js'), 'utf8');
    expect(loaded).not.toMatch(/from '(?!\.\/)/);
  });

  it('has the phone for pages, beside sip.js, which who does not want it is not brought', async () => {
    expect(existsSync(join(project, 'node_modules/sip.js'))).toBe(false);
    symlinkSync(join(ROOT, 'node_modules/sip.js'), join(project, 'node_modules/sip.js'));
    const script = `import { mosOf, PhoneError, SipSoftphone } from 'pbx400/client/softphone';
console.log(new PhoneError('not-now', '').code, new SipSoftphone('wss://pbx.example.com').state, mosOf({ roundTripMs: 20, jitterMs: 2, loss: 0 }) > 4);
`;
    writeFileSync(join(project, 'client/phone.ts'), `/// <reference lib="dom" />\n${script}`);
    writeFileSync(join(project, 'client/phone.mjs'), script);
    expect((await inProject('node', 'client/phone.mjs')).stdout).toBe('not-now off true\n');
  });

  it('passes its own test, and its types are sound', async () => {
    const tested = await inProject('npm', 'test');
    expect(tested.stdout).toContain('3 passed');
    await inProject('npm', 'run', 'types');
  });

  it.skipIf(!isOlder)(
    `works on the machine's own Node too${isOlder ? '' : `: skipped, that is ${machineNode}, not an older one`}`,
    async () => {
      const checked = await inProject('node', 'node_modules/.bin/pbx400', 'check');
      expect(checked.stdout).toMatch(/^1 hotlines in 1 files: 0 errors/m);
      const tested = await inProject('node', 'node_modules/vitest/vitest.mjs', 'run');
      expect(tested.stdout).toContain('3 passed');
    },
  );

  it('starts the PBX and stops it, whatever Node starts it', async () => {
    const [sip, http] = [`127.0.0.1:${await freeSipPort()}`, `127.0.0.1:${await freeTcpPort()}`];
    const args = ['node_modules/.bin/pbx400', 'start', '--sip', sip, '--http', http];
    const pbx = spawn('node', args, { cwd: project, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    pbx.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const exited = once(pbx, 'exit');
    try {
      await until('ready', () => /^ready +sip udp:/m.test(output), { limitMs: 45_000, show: () => output });
      pbx.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    } finally {
      pbx.kill('SIGKILL');
    }
  });
});
