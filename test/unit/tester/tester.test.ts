import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import type { SimulationAnswer } from '../../../src/tester/test-order.ts';
import {
  LIMIT_MS,
  MAX_WAITING,
  MAX_WAITING_OF_COMPANY,
  type SimulationWish,
  Tester,
  type TesterParts,
} from '../../../src/tester/tester.ts';
import { SAMPLE } from '../../support/companies.ts';

const N = '4001234567';
const wish = (more: Partial<SimulationWish> = {}): SimulationWish => ({
  plans: { tenant: 'demo', hotline: N, draft: {} },
  from: '13800138000',
  at: Date.parse('2026-10-10T10:00:00+08:00'),
  keys: ['1'],
  agents: {},
  phones: {},
  switches: [],
  http: [],
  masked: false,
  ...more,
});
const on = (draft: SimulationWish['plans']['draft'], hotline = N): Partial<SimulationWish> => ({
  plans: { tenant: 'demo', hotline, draft },
});

describe('a simulation in its thread', () => {
  let dir: string;
  let tester: Tester;
  let config: Config;
  const stamp = { companies: 1, files: 1 };
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'pbx400-tester-'));
    config = { ...SAMPLE, dataDir: dir, store: { engine: 'sqlite', file: join(dir, 'pbx400.db') } };
    tester = new Tester({ config, clock: systemClock, stamp: () => stamp });
  });
  afterAll(async () => {
    await tester.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('knows on which lists tables of numbers have the caller', async () => {
    const hotline = {
      kind: 'hotline' as const,
      name: '4000000009',
      value: { block: [{ match: 'list', list: 'nuisance' }], flow: { type: 'hangup' } },
    };
    const plans = on({ entities: [hotline] }, '4000000009');
    const listed = [{ list: 'nuisance', reason: '骚扰', owner: undefined }];
    const refused = await tester.simulate(wish({ ...plans, listed }));
    expect(refused.end.cause).toBe('blacklisted');
    expect(JSON.stringify(refused.path)).toContain('骚扰');
    expect((await tester.simulate(wish(plans))).end.cause).not.toBe('blacklisted');
  });

  it('says where the call goes and why, as the command does', async () => {
    const answer = await tester.simulate(wish({ agents: { 8001: 'ready' } }));
    expect(answer).toMatchObject({
      hotline: N,
      caller: '13800138000',
      area: expect.stringContaining('北京'),
    });
    expect(answer.path.length).toBeGreaterThan(1);
    expect(answer.heard.length).toBeGreaterThan(0);
    for (const { why } of answer.path) expect(answer.text).toContain(why);
    expect(answer.end).toMatchObject({ isCut: false, isAnswered: true });
  }, 30_000);

  it('tries a flow that is not saved: with its mistakes, and without', async () => {
    const wrong = tester.simulate(wish(on({ flow: { type: 'queue', queue: 'sale' } })));
    await expect(wrong).rejects.toMatchObject({ code: 'cannot-simulate' });
    const hotline = {
      kind: 'hotline',
      name: '4000000009',
      value: { flow: { type: 'queue', queue: 'sale' } },
    } as const;
    await expect(tester.simulate(wish(on({ entities: [hotline] }, '4000000009')))).rejects.toMatchObject({
      code: 'change-refused',
      flaws: [{ pointer: '/draft/entities/0/value/flow/queue', detail: "there is no queue 'sale'" }],
    });
    const flow = [
      { type: 'play', prompt: 'welcome' },
      { type: 'hangup', cause: 'no-answer' },
    ];
    const tried = await tester.simulate(wish(on({ entities: [hotline], flow }, '4000000009')));
    expect(tried.heard).toEqual(['welcome']);
    expect(tried.end.cause).toBe('no-answer');
  });

  it('asks nobody outside: what was prepared answers, and else nobody does', async () => {
    const flow = {
      type: 'http',
      url: 'https://crm.example/customers/{caller}',
      select: 'tier',
      values: { gold: { type: 'play', prompt: 'welcome' } },
      failed: { type: 'play', prompt: 'goodbye' },
    };
    const entities = [{ kind: 'hotline', name: '4000000009', value: { flow } }] as const;
    const at = on({ entities }, '4000000009');
    const http = [{ url: 'https://crm.example/customers/138', body: { tier: 'gold' } }];
    expect((await tester.simulate(wish({ ...at, http }))).path[0]).toMatchObject({ step: 'http → gold' });
    expect((await tester.simulate(wish(at))).path[0]).toMatchObject({ step: 'http → failed' });
  });

  it('tells in which nodes the call was, by their pointers in what was tried', async () => {
    const flow = [
      { type: 'play', prompt: 'welcome' },
      {
        type: 'menu',
        prompt: 'main-menu',
        keys: { 1: { type: 'goto', flow: 'side' }, 2: { type: 'hangup', cause: 'busy' } },
      },
    ];
    const value = { flow, flows: { side: { type: 'hangup', cause: 'no-answer' } } };
    const entities = [{ kind: 'hotline', name: '4000000009', value }] as const;
    const { path, nodes } = await tester.simulate(wish(on({ entities }, '4000000009')));
    expect(nodes).toEqual(['/flow/0', '/flow/1', '/flow/1/keys/1', '/flows/side']);
    expect(path.map(({ step, node }) => [step, node])).toEqual([
      [expect.stringContaining('play'), '/flow/0'],
      ['menu → 1', '/flow/1'],
      ['goto → side', '/flow/1/keys/1'],
      ['hangup no-answer', '/flows/side'],
    ]);
    const ended = { flow: [{ type: 'play', prompt: 'welcome' }], otherwise: { type: 'hangup' } };
    const draft = { entities: [{ kind: 'hotline', name: '4000000009', value: ended }] } as const;
    const over = await tester.simulate(wish(on(draft, '4000000009')));
    expect(over.path.at(-2)).toMatchObject({ step: 'otherwise', node: null });
    expect(over.nodes).toEqual(['/flow/0', '/otherwise']);
  });

  it('takes the caller for one whom the rules know, whatever his number', async () => {
    const value = {
      block: [{ match: 'number', number: '13900139000' }],
      vip: { who: [{ match: 'number', number: '13900139000' }], flow: { type: 'hangup', cause: 'busy' } },
      flow: { type: 'hangup', cause: 'no-answer' },
    };
    const at = on({ entities: [{ kind: 'hotline', name: '4000000009', value }] }, '4000000009');
    const wayAs = async (as: SimulationWish['as'], from = '13800138000') =>
      (await tester.simulate(wish({ ...at, as, from }))).path.map(({ step }) => step);
    expect(await wayAs(undefined)).toEqual(['blacklist → passed', 'hangup no-answer']);
    expect(await wayAs('vip')).toEqual(['blacklist → passed', 'vip', 'hangup busy']);
    expect(await wayAs('blacklisted')).toEqual(['blacklist']);
    expect(await wayAs('blacklisted', '')).toEqual(['blacklist']);
    expect(await wayAs('whitelisted', '13900139000')).toEqual(['whitelist', 'vip', 'hangup busy']);
    expect(await tester.simulate(wish({ as: 'blacklisted' }))).toMatchObject({
      end: { cause: 'blacklisted' },
    });
    const { vip: _, ...none } = value;
    const without = on({ entities: [{ kind: 'hotline', name: '4000000009', value: none }] }, '4000000009');
    await expect(tester.simulate(wish({ ...without, as: 'vip' }))).rejects.toMatchObject({
      code: 'cannot-simulate',
      message: expect.stringContaining('VIP'),
    });
  });

  it('masks numbers for who may not see them', async () => {
    const { caller, text, path } = await tester.simulate(wish({ masked: true }));
    expect(caller).toBe('138****8000');
    expect(JSON.stringify([text, path])).not.toContain('13800138000');
  });

  it('knows no hotline, agent, switch or trunk of nobody, and none of another company', async () => {
    const refusals: readonly (readonly [Partial<SimulationWish>, string])[] = [
      [on({}, '4009999999'), 'not-found'],
      [{ plans: { tenant: 'other', hotline: N, draft: {} } }, 'not-found'],
      [{ agents: { 7777: 'ready' } }, 'cannot-simulate'],
      [{ switches: ['nihgt'] }, 'cannot-simulate'],
      [{ trunk: 'none' }, 'cannot-simulate'],
      [on({ entities: [{ kind: 'tenant', name: 'other', value: {} }] }), 'change-refused'],
      [on({ entities: [{ kind: 'segments', name: 'x', value: {} }] }), 'change-refused'],
      [on({ entities: [{ kind: 'queue', name: 'sales', value: null }] }), 'cannot-simulate'],
    ];
    for (const [more, code] of refusals)
      await expect(tester.simulate(wish(more)), JSON.stringify(more)).rejects.toMatchObject({ code });
  });
});

describe('the number tester', () => {
  const clock = new ManualClock();
  const asked: { wish: unknown; answer: (value: unknown) => void; refuse: (error: Error) => void }[] = [];
  let ended = 0;
  const link: TesterParts['link'] = () => {
    let isLost = false;
    let refuseLast = (_: Error) => {};
    return {
      ask: (order) =>
        new Promise((resolve, reject) => {
          refuseLast = reject;
          asked.push({ wish: order, answer: resolve, refuse: reject });
        }),
      close: async () => {
        isLost = true;
        ended++;
        refuseLast(new Error('ended'));
      },
      get isLost() {
        return isLost;
      },
    };
  };
  let tester: Tester;
  const made = () => {
    asked.length = 0;
    ended = 0;
    tester = new Tester({ config: SAMPLE, clock, stamp: () => ({ companies: 1, files: 1 }), link });
    return tester;
  };
  const of = (tenant: string) => wish({ plans: { tenant, hotline: N, draft: {} } });
  afterEach(async () => {
    await tester.close();
    expect(clock.pending).toBe(0);
  });

  it('takes one after the other, some of each company, and refuses the rest', async () => {
    made();
    const results: string[] = [];
    const ask = (tenant: string) =>
      tester.simulate(of(tenant)).then(
        (answer) => results.push(String(answer)),
        (error) => results.push(error.code),
      );
    const all = Array.from({ length: MAX_WAITING_OF_COMPANY + 2 }, () => ask('a'));
    await clock.settle();
    expect(results).toEqual(['too-many-simulations']);
    for (const tenant of ['b', 'c', 'd', 'e'])
      for (let n = 0; n <= MAX_WAITING_OF_COMPANY; n++) all.push(ask(tenant));
    await clock.settle();
    expect(asked).toHaveLength(1);
    expect(results.length).toBe(1 + (5 * (MAX_WAITING_OF_COMPANY + 1) - MAX_WAITING - 1));
    for (let n = 0; n <= MAX_WAITING; n++) {
      asked[n]!.answer('done' as unknown as SimulationAnswer);
      await clock.settle();
    }
    await Promise.all(all);
    expect(results.filter((each) => each === 'done')).toHaveLength(MAX_WAITING + 1);
  });

  it('ends a thread that thinks too long, and one that nobody asks', async () => {
    made();
    const late = tester.simulate(of('a')).catch((error) => error.code);
    await clock.settle();
    await clock.advance(LIMIT_MS);
    expect(await late).toBe('deadline');
    expect(ended).toBe(1);
    const next = tester.simulate(of('a'));
    await clock.settle();
    asked[1]!.answer('done');
    expect(await next).toBe('done');
    await clock.advance(300_000);
    expect(ended).toBe(2);
  });
});
