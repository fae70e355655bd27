import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { KIND_NAMES } from '../../../src/provisioning/kinds.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-apply-'));
  mkdirSync(join(dir, 'companies'));
  write('pbx400.yaml', 'data: data\ncompanies: companies\n');
  write('companies/own.yaml', 'tenants: { files: {} }\ntenant: files\nlists: { vip: {} }\n');
  write('a.yaml', COMPANY);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(dir, name), text);

const COMPANY = `tenant: a
tenants: { a: { name: 示例公司 } }
trunks: { t: { addresses: [192.0.2.1], areaCode: "0755", register: { username: u, password: geheim } } }
extensions: { 8001: { ha1: { md5: ${'a'.repeat(32)} } } }
agents: { 8001: {} }
queues: { sales: { agents: [8001], ring: 20s } }
lists: { vip: { numbers: ["02088886666"] }, gold: {} }
`;

/** Runs a command without a PBX; `out` and `err` are what it said. */
async function pbx400(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await run([...args, '--config', join(dir, 'pbx400.yaml')], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    start: () => Promise.reject(new Error('not started here')),
  });
  return { code, out, err };
}

const apply = (...args: string[]) => pbx400('apply', join(dir, 'a.yaml'), ...args);

describe('pbx400 apply', () => {
  it('says like a plan what it changes', async () => {
    const first = await apply();
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toBe(
      [
        '+ tenant a/a',
        '+ trunk a/t',
        '+ extension a/8001',
        '+ agent a/8001',
        '+ queue a/sales',
        '+ list a/gold',
        '+ list a/vip',
        '7 added, 0 changed, 0 removed\n',
      ].join('\n'),
    );
    expect((await apply()).out).toBe('nothing changes\n');
    write(
      'a.yaml',
      'tenant: a\nqueues: { sales: { ring: 30s } }\nlists: { vip: { numbers: ["02088886666"] } }',
    );
    const changed = [
      '~ queue a/sales',
      '    agents: ["8001"] → []',
      '    ring: 20s → 30s',
      '- list a/gold',
      'would be: 0 added, 1 changed, 1 removed\n',
    ].join('\n');
    expect((await apply('--dry-run', '--prune')).out).toBe(changed);
    const lines = (await apply('--json')).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { verb: 'change', kind: 'queue', name: 'sales' },
    ]);
  });

  it('takes out the last of a kind, and a company with all that it has, by sections that are empty', async () => {
    write('a.yaml', 'tenants: { a: {}, b: {} }\n---\ntenant: b\nqueues: { sales: {} }\nlists: { vip: {} }');
    await apply();
    write('a.yaml', 'tenants: { a: {} }\n---\ntenant: b\ntenants: {}\nqueues: {}\nlists:');
    expect((await apply()).out).toBe('nothing changes\n');
    expect((await apply('--prune')).out).toBe(
      ['- tenant b/b', '- queue b/sales', '- list b/vip', '0 added, 0 changed, 3 removed\n'].join('\n'),
    );
  });

  it('refuses all of it for one mistake, each with its place, and ends with 78', async () => {
    write('a.yaml', 'tenant: a\ntenants: { a: {} }\nqueues: { sales: { survey: keys, music: queue-musik } }');
    const { code, out, err } = await apply();
    expect(code).toBe(78);
    expect(out).toBe('');
    const file = join(dir, 'a.yaml');
    expect(err).toBe(
      `${file}:3:28: tenant 'a' has no survey 'keys'; define it under surveys:\n` +
        `${file}:3:41: there is no prompt 'queue-musik'; did you mean 'queue-music'?\n`,
    );
    write('a.yaml', 'tenant: a\ntenants: { a: {} }\nqueue: { sales: {} }');
    expect((await apply()).err).toBe(
      `${file}:3:1: unknown key 'queue' in the file; did you mean 'queues'?\n`,
    );
    expect((await pbx400('export', '--tenant', 'a')).out).toBe('');
  });

  it('with --prune leaves a kind what its section has: none where it is empty', async () => {
    await apply();
    write('b.yaml', 'tenants: { b: {} }\ntenant: b\nlists: { vip: {} }');
    expect((await pbx400('apply', join(dir, 'b.yaml'))).code).toBe(0);
    write('a.yaml', 'tenant: a\ntenants: { a: { name: 示例公司 } }\nqueues: {}\nagents:\n');
    const gone = ['- agent a/8001', '- queue a/sales', '0 added, 0 changed, 2 removed\n'].join('\n');
    expect((await apply('--prune')).out).toBe(gone);
    expect((await apply('--prune')).out).toBe('nothing changes\n');
    write('a.yaml', 'tenants: { a: {} }\nlists: {}');
    const { code, err } = await apply('--prune');
    expect([code, err]).toEqual([
      78,
      `${join(dir, 'a.yaml')}:2:8: --prune: whose lists are none?; write 'tenant: …' at the top of the document\n`,
    ]);
  });

  it('removes a company with all that it has, and no other one with it', async () => {
    await apply();
    write('a.yaml', 'tenant: a\ntenants: {}\nlists: {}');
    expect((await apply('--prune')).err).toBe(
      "a /tenants/a: tenant 'a' cannot be removed: it is used by trunk 't', extension '8001', agent '8001', queue 'sales'; " +
        'take it out of them in the same change, or before\n',
    );
    write(
      'a.yaml',
      `tenant: a\n${['tenants', 'trunks', 'extensions', 'agents', 'queues', 'lists'].map((one) => `${one}: {}\n`).join('')}`,
    );
    expect((await apply('--prune')).out).toContain('0 added, 0 changed, 7 removed');
    expect((await pbx400('export')).out).toBe('tenant: files\ntenants:\n  files: {}\nlists:\n  vip: {}\n');
  });

  it('names all who use what is to be removed', async () => {
    write(
      'a.yaml',
      `${COMPANY.replace('lists:', 'surveys: { keys: {} }\nlists:').replace('ring: 20s', 'survey: keys')}`,
    );
    write('b.yaml', 'tenant: a\nqueues: { care: { survey: keys } }');
    expect(await pbx400('apply', join(dir, 'a.yaml'), join(dir, 'b.yaml'))).toMatchObject({
      code: 0,
      err: '',
    });
    write('a.yaml', 'tenant: a\nsurveys: {}');
    expect((await apply('--prune')).err).toBe(
      "a /surveys/keys: survey 'keys' cannot be removed: it is used by queue 'care', queue 'sales'; " +
        'take it out of them in the same change, or before\n',
    );
  });

  it('proves the hotlines, of TypeScript and stored, while no PBX runs', async () => {
    write(
      'shop.ts',
      "import { hotline, queue } from 'pbx400/dialplan';\n" +
        "export default hotline('4001111111', { tenant: 'a', flow: queue('sales') });\n",
    );
    write('a.yaml', `${COMPANY}hotlines: { 4002222222: { flow: { type: queue, queue: sales } } }`);
    expect(await apply()).toMatchObject({ code: 0, err: '' });
    write('a.yaml', 'tenant: a\nqueues: {}');
    const { code, err } = await apply('--prune');
    expect(code).toBe(78);
    expect(err.split('\n').toSorted()).toEqual([
      '',
      expect.stringMatching(
        /shop\.ts:2:\d+: a \/hotlines\/4001111111\/flow\/queue: there is no queue 'sales'/,
      ),
      expect.stringMatching(/^a \/hotlines\/4002222222\/flow\/queue: there is no queue 'sales'/),
    ]);
  });

  it('shows what changes as a file has it, also within a part', async () => {
    await apply();
    write(
      'a.yaml',
      COMPANY.replace('username: u', 'username: v, expires: 90s').replace('ring: 20s', 'wrapUp: 0s'),
    );
    expect((await apply('--dry-run')).out).toBe(
      [
        '~ trunk a/t',
        '    register.username: u → v',
        '    register.expires: 1h → 90s',
        '~ queue a/sales',
        '    ring: 20s → 15s',
        '    wrapUp: 10s → 0s',
        'would be: 0 added, 2 changed, 0 removed\n',
      ].join('\n'),
    );
  });

  it('cannot change what a file owns', async () => {
    write('a.yaml', 'tenant: files\nlists: { vip: { prefixes: [0755] } }');
    expect((await apply()).err).toContain(`list 'vip' belongs to ${join(dir, 'companies/own.yaml')}:3`);
  });
});

describe('pbx400 export', () => {
  it('prints what can be applied: elsewhere it makes the same, here it changes nothing', async () => {
    await apply();
    const { out } = await pbx400('export', '--with-secrets');
    write('a.yaml', out);
    expect((await apply('--prune')).out).toBe('nothing changes\n');
    rmSync(join(dir, 'data'), { recursive: true });
    write('companies/own.yaml', '');
    expect((await apply()).out).toContain('9 added');
    expect((await pbx400('export', '--with-secrets')).out).toBe(out);
  });

  it('leaves secrets out, which apply keeps', async () => {
    await apply();
    const { out } = await pbx400('export');
    expect(out).not.toMatch(/geheim|aaaa/);
    write('a.yaml', out);
    expect((await apply('--prune')).out).toBe('nothing changes\n');
    expect((await pbx400('export', '--with-secrets')).out).toMatch(/geheim.*aaaa/s);
  });

  it('prints one kind, one company', async () => {
    await apply();
    expect((await pbx400('export', '--kind', 'list', '--tenant', 'a')).out).toBe(
      'tenant: a\nlists:\n  gold: {}\n  vip:\n    numbers:\n      - "02088886666"\n',
    );
    const { code, err } = await pbx400('export', '--kind', 'lists');
    expect(code).toBe(64);
    expect(err).toContain(KIND_NAMES.join(', '));
  });
});
