import { describe, expect, it } from 'vitest';
import {
  byCaller,
  dial,
  hangup,
  hotline,
  line,
  list,
  menu,
  number,
  queue,
  voicemail,
} from '../../../src/dialplan/index.ts';
import { inOrder } from '../../../src/testing/key-presser.ts';
import { parsePastCalls } from '../../../src/testing/past-calls-csv.ts';
import { renderReplay, renderReplayedJson } from '../../../src/testing/render-replay.ts';
import { renderSimulation } from '../../../src/testing/render-simulation.ts';
import { pastCallOf, type Replayed, replay, routeOf } from '../../../src/testing/replay.ts';
import { type SimulationOptions, simulate } from '../../../src/testing/simulate.ts';
import { edited, SAMPLE, SAMPLE_COMPANIES } from '../../support/companies.ts';

const N = '4001234567';
const plan = hotline(N, {
  block: list('nuisance'),
  flow: menu({
    prompt: 'main-menu',
    1: queue('sales', { otherwise: voicemail('sales') }),
    2: queue('service', { otherwise: voicemail('sales') }),
    otherwise: hangup({ cause: 'no-answer' }),
  }),
  afterTalk: { type: 'survey', survey: 'three-keys' },
});
const PLANS = { config: SAMPLE, companies: SAMPLE_COMPANIES };
const call = (options: Partial<SimulationOptions> = {}) =>
  simulate({
    ...PLANS,
    hotlines: [plan],
    called: N,
    from: '075523456789',
    at: Date.parse('2026-10-10T10:00:00+08:00'),
    ...options,
  });

describe('simulate', () => {
  it('presses keys when asked, talks to a free agent, gives a score', async () => {
    const agents = { 8001: 'ready', 8002: 'wrap-up:40s' } as const;
    const { cdr, heard, statuses } = await call({ answers: inOrder(['1', '2']), agents });
    expect(cdr).toMatchObject({ agent: '8001', surveyDigit: '2', area: '广东深圳', cause: 'normal' });
    expect(cdr.path.map(({ why }) => why)).toContainEqual(
      expect.stringMatching(/8002 skipped: wrap-up 3\d s left/),
    );
    expect(heard).toEqual(expect.arrayContaining(['main-menu', 'survey-three-keys']));
    expect(statuses).toEqual([200]);
  });

  it('hears and presses as the caller when a line was rung before the answer', async () => {
    const flow = [dial(line('13900139000'), { ringMs: 5000 }), queue('sales')];
    const shop = hotline(N, { flow, afterTalk: { type: 'survey', survey: 'three-keys' } });
    const phones = { 13900139000: 'no-answer' } as const;
    const companies = edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 } });
    const called = { companies, hotlines: [shop], phones, answers: inOrder(['3']) };
    const { cdr, heard } = await call(called);
    expect(heard.slice(0, 2)).toEqual(['queue-music', 'agent-prefix']);
    expect(cdr).toMatchObject({ agent: '8001', surveyDigit: '3' });
  });

  it.each([
    [{ 8001: 'no-answer', 8002: 'no-answer' }, 'sales'],
    [{ 8001: 'refuses', 8002: 'offline' }, 'sales'],
    [{ 8001: 'signed-out', 8002: 'signed-out' }, 'sales'],
    [{ 8001: 'busy', 8002: 'training' }, 'sales'],
  ] as const)('agents %o: voicemail', async (agents, box) => {
    const { cdr } = await call({ answers: inOrder(['1']), agents });
    expect(cdr.voicemail).toMatchObject({ box });
  });

  it('takes the caller out of a call that goes on and on', async () => {
    const { cdr, isCut } = await call({ maxFacts: 3 });
    expect([isCut, cdr.endedBy]).toEqual([true, 'caller']);
    expect((await call({ maxFacts: 500 })).isCut).toBe(false);
  });

  it('is the same each time', async () => {
    const [first, second] = [
      await call({ answers: inOrder(['2']) }),
      await call({ answers: inOrder(['2']) }),
    ];
    expect(first).toEqual(second);
  });

  it('ends a call that would go on, and shows unknown numbers and mistakes for what they are', async () => {
    const cut = await call({ answers: inOrder(['1']), hangUpAfterMs: 10_000 });
    expect(cut.cdr).toMatchObject({ endedBy: 'caller', durationMs: 10_000 });
    expect((await call({ called: '4000000000' })).cdr.cause).toBe('unknown-number');
    await expect(call({ hotlines: [hotline(N, { flow: queue('nobody') })] })).rejects.toThrow(
      "no queue 'nobody'",
    );
  });

  it('is shown step by step', async () => {
    const text = renderSimulation(await call({ from: '02088886666' }), 'Asia/Shanghai');
    expect(text).toBe(`4001234567 from 02088886666 (广东广州) at 2026-10-10T10:00:00 Asia/Shanghai
   +0.0 s  blacklist  on list nuisance
heard   nothing
rung    nobody
ended   blacklisted by engine after 0.0 s, not answered
sip     603
`);
  });
});

describe('replay', () => {
  const past = async () => [
    pastCallOf((await call({ answers: inOrder(['1', '1']) })).cdr),
    pastCallOf(
      (await call({ answers: inOrder(['2']), agents: { 8001: 'no-answer', 8002: 'no-answer' } })).cdr,
    ),
    pastCallOf((await call({ from: '13900000001', answers: inOrder(['1']), hangUpAfterMs: 9000 })).cdr),
    pastCallOf((await call({ from: '02088886666' })).cdr),
    pastCallOf((await call()).cdr),
  ];
  const run = async (calls: Parameters<typeof replay>[0], hotlines: readonly unknown[]) => {
    const results: Replayed[] = [];
    for await (const result of replay(calls, { ...PLANS, hotlines })) results.push(result);
    return results;
  };

  it('finds nothing to tell when the plan is the same', async () => {
    const results = await run(await past(), [plan]);
    expect(results.map(({ route }) => route)).toEqual([
      ['queue sales'],
      ['queue service', 'voicemail sales'],
      ['queue sales'],
      ['blacklist'],
      ['hangup no-answer'],
    ]);
    expect(renderReplay(results, 'Asia/Shanghai')).toBe('5 calls: 5 as before, 0 otherwise\n');
  });

  it('shows which calls a new plan sends elsewhere, and why', async () => {
    const vip = hotline(N, {
      flow: byCaller([[number('13900000001'), queue('service')]], plan.flow as never),
    });
    const results = await run(await past(), [vip]);
    expect(results.map(({ same }) => same)).toEqual([true, true, false, false, true]);
    const text = renderReplay(results, 'Asia/Shanghai');
    expect(text.split('\n').slice(0, 3)).toEqual([
      '5 calls: 3 as before, 2 otherwise',
      '     1  queue sales  →  queue service',
      '     1  blacklist  →  hangup no-answer',
    ]);
    expect(text).toContain(
      '2026-10-10 10:00:00  13900000001  4001234567\n  - queue sales\n  + queue service\n',
    );
    expect(text).toContain('byCaller → number 13900000001: number 13900000001');
    const lines = renderReplayedJson(results)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toEqual({ summary: { calls: 5, same: 3, otherwise: 2, unknown: 0 } });
  });

  it('takes calls from CSV', async () => {
    const csv = `caller,startedAt,called,keys,path,served
075523456789,2026-10-10T10:00:00+08:00,4001234567,1,"menu → 1 > queue sales > queue sales → served",true
,1791597600000,4001234567,2,,
`;
    const calls = parsePastCalls(csv, 'calls.csv');
    expect(calls[0]).toMatchObject({
      route: ['queue sales'],
      served: true,
      keys: [{ purpose: '', digits: '1' }],
    });
    expect(calls[1]).toMatchObject({ route: undefined, caller: '', at: 1791597600000 });
    const results = await run(calls, [plan]);
    expect(results.map(({ same }) => same)).toEqual([true, undefined]);
    expect(renderReplay(results, 'Asia/Shanghai')).toContain(
      '2 calls: 1 as before, 0 otherwise, 1 without a known route',
    );
    expect(() => parsePastCalls('a,b\n1,2\n', 'x.csv')).toThrow('there is no column startedAt');
    expect(() => parsePastCalls('startedAt,caller,called\nyesterday,1,2\n', 'x.csv')).toThrow(
      "no time: 'yesterday'",
    );
  });

  it('knows destinations from what happened there', () => {
    expect(
      routeOf([
        'schedule → open',
        'menu → 1',
        'queue sales',
        'queue sales',
        'queue sales → timeout',
        'dial a',
        'dial a → busy',
        'dial b',
        'voicemail box',
        'voicemail box → left',
      ]),
    ).toEqual(['queue sales', 'dial', 'voicemail box']);
  });
});
