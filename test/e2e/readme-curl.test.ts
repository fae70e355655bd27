/** The curl lines of the READMEs, run as they stand there, by a shell and curl, beside the data of a PBX that has just started. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pbxClient } from '../../src/client/index.ts';
import { describeBeside } from '../support/describe-beside.ts';
import { Pbx } from '../support/pbx.ts';
import { START_MS } from '../support/sip-engines.ts';

const curlMissing = spawnSync('curl', ['--version']).error && 'curl is not installed';
const ROOT = resolve(import.meta.dirname, '../..');

const FILES = [
  ...['README.md', 'README.zh-CN.md', 'dialplans/examples/integration/README.md'],
  ...['src/http/README.md', 'src/stream/README.md'],
];

/** What the answer to a line holds, by what the line asks. */
const ANSWERS: readonly (readonly [line: RegExp, answer: object])[] = [
  [/\/api-keys -d/, { key: { name: 'crm' }, secret: expect.stringMatching(/^pbx_/) }],
  [/\$B\/calls -d/, { id: expect.any(String) }],
  [/\/calls(\?|$| |')/, { items: expect.any(Array) }],
  [/\/events\?/, { items: expect.any(Array), after: expect.any(Number), gap: null }],
  [/\/simulations -d/, { rung: [{ outcome: 'answered' }], text: expect.stringContaining('main-menu') }],
];

describeBeside(curlMissing || undefined, 'curl lines of the READMEs', () => {
  let pbx: Pbx;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pbx400-curl-'));
    pbx = await Pbx.start({ configure: (config) => delete config.http.token });
    // Where an operator runs them: the data folder is the default one.
    symlinkSync(pbx.dataDir, join(folder, '.pbx400'));
  }, START_MS);
  afterAll(async () => {
    await pbx?.cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs it in the folder; what it has written. */
  async function shell(script: string): Promise<string> {
    const local = script.replaceAll('http://127.0.0.1:8400', pbx.http);
    return (await promisify(execFile)('bash', ['-euc', local], { cwd: folder })).stdout;
  }

  /** A key that hears of calls and queues; its company has no other afterwards. */
  async function makeKey(): Promise<string> {
    const token = readFileSync(join(folder, '.pbx400/api-token'), 'utf8').trim();
    const operator = pbxClient({ url: pbx.http, key: token, tenant: 'demo' });
    for await (const { id } of operator.apiKeys.each()) await operator.apiKeys.remove(id);
    const permissions = ['call:read', 'queue:read'] as const;
    return (await operator.apiKeys.create({ name: 'of this test', permissions })).secret;
  }

  it.each(FILES)('of %s work', async (file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const lines = text.split('\n').map((line) => line.trim());
    const settings = lines.find((line) => line.startsWith('B="')) ?? '';
    const asked = lines.filter((line) => line.startsWith('curl '));
    expect(asked.length).toBeGreaterThan(0);
    const key = await makeKey();
    for (const line of asked) {
      const curl = `curl() { command curl -sS -w '\\n%{http_code}' "$@"; }`;
      const said = await shell(`KEY=${key}\n${settings}\n${curl}\n${line}`);
      const [body = '', status] = said.split(/\n(?=\d{3}$)/);
      expect([line, status, body]).toEqual([line, expect.stringMatching(/^20[01]$/), body]);
      const [, answer] = ANSWERS.find(([pattern]) => pattern.test(line)) ?? [];
      expect(answer, `what ${line} answers stands in ANSWERS`).toBeDefined();
      expect(JSON.parse(body)).toMatchObject(answer!);
    }
  });

  it('are the same in English and Chinese, in the same order', () => {
    const commands = (file: string) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('curl '))
        .map((line) => line.replace(/ +#.*/, ''));
    expect(commands('README.zh-CN.md')).toEqual(commands('README.md'));
  });
});
