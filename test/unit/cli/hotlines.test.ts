import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { hotlineAnswers } from '../../../src/hotline-answers.ts';
import type { HotlineVersionBoard, VersionFound } from '../../../src/http/routes/hotline-versions.ts';
import type { SimulationAsked, SimulationFound } from '../../../src/http/routes/simulations.ts';
import type { Job } from '../../../src/job/job-store.ts';
import { promptAnswers } from '../../../src/prompt-answers.ts';
import { ControlServer } from '../../../src/provisioning/control/control-server.ts';
import { CONTROL_SOCKET } from '../../../src/provisioning/control/protocol.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { PbxError } from '../../../src/shared/errors.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { companiesIn } from '../../support/companies.ts';
import { jobsOn } from '../../support/http.ts';

const N = '4001234567';
const VERSION: VersionFound = {
  version: 3,
  state: 'published',
  base: 2,
  comment: 'menu for the holidays',
  changedBy: 'li',
  changedAt: Date.UTC(2026, 9, 10, 2),
  publishedBy: 'wang',
  publishedAt: Date.UTC(2026, 9, 10, 3),
  canary: undefined,
  revision: 1,
};
const DRAFT: VersionFound = {
  ...VERSION,
  version: 4,
  state: 'checked',
  comment: '',
  publishedAt: undefined,
  publishedBy: undefined,
};
const FLAW = {
  pointer: '/flow/queue',
  code: 'not-found',
  detail: "there is no queue 'sale'",
  fix: "did you mean 'sales'?",
};

let dir: string;
let control: ControlServer;
let done: unknown[][];
let flaws: (typeof FLAW)[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-hotlines-'));
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'pbx400.yaml'), 'data: data\ntimeZone: Asia/Shanghai\n');
  done = [];
  flaws = [];
  const note =
    (act: string) =>
    async (...what: unknown[]) =>
      void done.push([act, ...what]);
  const board: HotlineVersionBoard = {
    list: async () => [DRAFT, VERSION],
    get: async (_, version) => ({ ...VERSION, version, body: '{}' }),
    draft: async () => ({ ...DRAFT, body: '{}' }),
    save: async (_, draft) => {
      done.push(['save', draft]);
      return { ...DRAFT, body: draft.body };
    },
    drop: note('drop'),
    check: async () => ({ version: 4, flaws }),
    publish: async (name, version, act) => {
      if (version === 9) throw new PbxError('not-found', `the hotline ${name.hotline} has no version 9`);
      done.push(['publish', name, version, act.comment]);
    },
    rollBack: async (name, version, act) => void done.push(['rollBack', name, version, act.comment]),
    tryOut: async (name, version, canary) => void done.push(['tryOut', name, version, canary]),
    endTrial: async (name) => void done.push(['endTrial', name]),
    diff: async (_, from, to, language) => [
      { kind: 'added', path: 'flow.1', text: `${language}: ${from} to ${to}` },
    ],
  };
  const tester = {
    simulate: async (asked: SimulationAsked) => {
      done.push(['simulate', asked]);
      return { text: 'queue sales\n' } as SimulationFound;
    },
  };
  const provisioning = new Provisioning(
    companiesIn(`tenant: demo
tenants: { demo: {} }
hotlines: { ${N}: { name: 总机, aliases: ['4007654321'], flow: { type: hangup } } }
prompts: { welcome: { file: welcome.wav, text: 欢迎致电 } }
`),
  );
  const plans = [
    { tenant: 'demo', number: '4000000001', hotline: { number: '4000000001', name: 'written' } },
  ];
  const hotlines = { plans, route: () => undefined } as never;
  const companies = { provisioning, placeOf: () => undefined };
  const jobs = jobsOn(new MemoryStore());
  const make = (result: unknown, error?: string): Promise<Job> =>
    jobs.start({ tenantId: 'demo', kind: 'prompt-speech', by: 'x' }, async () => {
      if (error) throw new PbxError('input', error);
      return result;
    });
  const version = {
    version: '0123456789abcdef',
    madeAt: '2026-10-10T02:00:00.000Z',
    by: null,
    durationMs: 2400,
    bytes: 1,
    isCurrent: true,
  };
  const made = { prompt: 'welcome', version: version.version, durationMs: 2400 };
  const prompts = {
    versions: async () => [version],
    restore: async () => version,
    upload: async (place: object) => {
      done.push(['upload', place]);
      return await make(made);
    },
    say: async (place: object, speech: { text: string }) => {
      done.push(['say', place, speech]);
      return await make(made, speech.text === '?' ? 'it cannot be said' : undefined);
    },
  };
  const answers = {
    ...hotlineAnswers({ companies, hotlines, board, tester }),
    ...promptAnswers({ provisioning, board: prompts, jobs }),
  };
  control = await ControlServer.open(join(dir, 'data', CONTROL_SOCKET), answers, silentLogger);
});
afterEach(async () => {
  await control.close();
  rmSync(dir, { recursive: true, force: true });
});

async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const parts = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    start: () => Promise.reject(new Error('not started')),
  };
  const code = await run([...args, '--config', join(dir, 'pbx400.yaml')], parts);
  return { code, out, err };
}

const NAME = { tenant: 'demo', hotline: N };

describe('pbx400 hotlines', () => {
  it('lists those of companies and of files, and versions', async () => {
    const { out } = await cli('hotlines');
    expect(out).toMatch(/company {2}number {6}name/);
    expect(out).toMatch(/demo {5}4001234567 {2}总机 +3 +4 {2}no: pbx400 check {2}database/);
    expect(out).toMatch(/4000000001 {2}written .*TypeScript/);
    expect(JSON.parse((await cli('hotlines', 'list', '--json')).out.split('\n')[0]!)).toMatchObject({
      number: N,
      published: 3,
      tried: null,
      draft: 4,
    });
    const versions = (await cli('hotlines', 'versions', '4007654321')).out;
    expect(versions).toMatch(
      /3 {2}published {2}2026-10-10 10:00:00 {2}li {2}2026-10-10 11:00:00 {2}wang {2}menu for/,
    );
  });

  it('checks with a code that scripts see', async () => {
    expect(await cli('hotlines', 'check', N)).toMatchObject({ code: 0, out: 'version 4: checked\n' });
    flaws = [FLAW];
    expect(await cli('hotlines', 'check', N)).toMatchObject({
      code: 78,
      out: "/flow/queue: there is no queue 'sale'; did you mean 'sales'?\nversion 4: 1 mistakes\n",
    });
    expect(JSON.parse((await cli('hotlines', 'check', N, '--json')).out).flaws).toHaveLength(1);
  });

  it('makes a draft, publishes, tries, ends, rolls back and compares', async () => {
    const file = join(dir, 'draft.json');
    writeFileSync(file, JSON.stringify({ flow: { type: 'hangup' } }));
    expect(await cli('hotlines', 'draft', N, file)).toMatchObject({
      code: 0,
      out: 'version 4 is the draft\n',
    });
    expect(done.pop()).toMatchObject(['save', { body: '{"flow":{"type":"hangup"}}', read: 1 }]);
    await cli('hotlines', 'publish', N, '4', '--comment', 'go');
    expect(done.pop()).toEqual(['publish', NAME, 4, 'go']);
    const tried = await cli('hotlines', 'canary', N, '4', '--percent', '10');
    expect([tried.out, done.pop()]).toEqual([
      'version 4 is tried by 10 % of the callers\n',
      ['tryOut', NAME, 4, { percent: 10 }],
    ]);
    await cli('hotlines', 'canary', N, '4', '--callers', '13800138000,13900139000');
    expect(done.pop()).toEqual(['tryOut', NAME, 4, { callers: ['13800138000', '13900139000'] }]);
    expect((await cli('hotlines', 'canary', N, '--end')).out).toBe('no version is tried any more\n');
    await cli('hotlines', 'rollback', N, '2');
    expect(done.pop()).toEqual(['rollBack', NAME, 2, undefined]);
    expect((await cli('hotlines', 'diff', N)).out).toBe('en: 3 to 4\n');
    expect((await cli('hotlines', 'diff', N, '1', '2', '--language', 'zh')).out).toBe('zh: 1 to 2\n');
  });

  it('simulates in the running PBX, also a version', async () => {
    const args = ['--from', '13900139000', '--keys', '1,2', '--try', '4', '--at', '2026-10-10T10:00'];
    expect((await cli('hotlines', 'simulate', N, ...args)).out).toBe('queue sales\n');
    expect(done.pop()).toMatchObject([
      'simulate',
      {
        tenant: 'demo',
        hotline: N,
        caller: '13900139000',
        keys: ['1', '2'],
        version: 4,
        at: VERSION.changedAt,
      },
    ]);
  });

  it('says what cannot be: 69; and what is written wrongly: 64', async () => {
    expect(await cli('hotlines', 'publish', N, '9')).toMatchObject({
      code: 69,
      err: `the hotline ${N} has no version 9\n`,
    });
    expect((await cli('hotlines', 'versions', '4009999999')).err).toBe(
      'no hotline has the number 4009999999\n',
    );
    expect((await cli('hotlines', 'draft', N, join(dir, 'none.json'))).code).toBe(69);
    for (const args of [
      ['canary', N, '4'],
      ['canary', N, '--percent', '5'],
      ['publish', N],
      ['publish', N, 'x'],
      ['versions', 'abc'],
    ])
      expect((await cli('hotlines', ...args)).code, args.join(' ')).toBe(64);
    expect((await cli('hotlines', '--help')).out).toContain('rollback');
  });
});

describe('pbx400 prompts', () => {
  it('lists, uploads, says, takes back', async () => {
    expect((await cli('prompts')).out).toMatch(/demo {5}welcome {3}2\.4 s {2}2026-10-10 10:00:00 .*欢迎致电/);
    const file = join(dir, 'a.wav');
    writeFileSync(file, 'RIFF');
    expect((await cli('prompts', 'upload', 'welcome', file, '--language', 'en')).out).toBe(
      'callers hear version 0123456789abcdef of welcome, 2.4 s\n',
    );
    expect(done.pop()).toEqual(['upload', { tenant: 'demo', name: 'welcome', language: 'en' }]);
    expect((await cli('prompts', 'say', 'welcome', '您好', '--json')).out).toContain('"prompt":"welcome"');
    expect(done.pop()).toMatchObject(['say', { name: 'welcome' }, { text: '您好', language: 'zh-CN' }]);
    expect((await cli('prompts', 'versions', 'welcome')).out).toMatch(/0123456789abcdef .*heard/);
    expect((await cli('prompts', 'restore', 'welcome', '0123456789abcdef')).out).toContain('callers hear');
  });

  it('says what cannot be', async () => {
    expect(await cli('prompts', 'say', 'welcome', '?')).toMatchObject({
      code: 69,
      err: 'it cannot be said\n',
    });
    expect((await cli('prompts', 'upload', 'welcome', join(dir, 'none.wav'))).err).toContain(
      'cannot read the file',
    );
    expect((await cli('prompts', 'upload', 'welcome', dir)).err).toContain('is no file');
    expect((await cli('prompts', 'versions', 'welcome', '--tenant', 'x')).err).toBe(
      'there is no company x\n',
    );
  });
});
