import { describe, expect, it } from 'vitest';
import { Holidays } from '../../../src/calendar/holidays.ts';
import { checkHotline } from '../../../src/dialplan/check/check-hotline.ts';
import { checkPlan } from '../../../src/dialplan/check/check-plan.ts';
import type { Problem } from '../../../src/dialplan/check/problem.ts';
import { problemText } from '../../../src/dialplan/check/problem.ts';
import {
  announce,
  byArea,
  byPercent,
  dial,
  type Flow,
  gather,
  goto,
  type Hotline,
  hangup,
  hotline,
  http,
  line,
  list,
  menu,
  number,
  play,
  queue,
  schedule,
  subflow,
  voicemail,
} from '../../../src/dialplan/index.ts';
import { NameBook } from '../../../src/dialplan/plan/names.ts';
import { Plan } from '../../../src/dialplan/plan/plan.ts';
import { loadAreaTable } from '../../../src/numbering/area-source.ts';
import { NAMES, PROMPTS, THURSDAY_10 } from '../../support/dialplan-fixture.ts';

const names = new NameBook(NAMES, {
  timeZone: 'Asia/Shanghai',
  prompts: new Set(PROMPTS),
  areas: loadAreaTable(),
  holidays: new Holidays(),
});
type Options = Partial<Parameters<typeof hotline>[1]>;

/** All that is wrong with a hotline. */
function problemsOf(value: unknown, nowMs = THURSDAY_10): readonly Problem[] {
  const checked = checkHotline(value, names);
  if (!checked.hotline) return checked.problems;
  const plan = new Plan(checked.hotline, names.of(checked.hotline.tenant)!);
  const promptMs = (name: string) => (name === 'outage' ? 0 : 1000);
  return [...checked.problems, ...checkPlan(plan, { nowMs, promptMs })];
}
const inFlow = (flow: unknown, options: Options = {}) =>
  problemsOf(hotline('4001234567', { flow: flow as Flow, otherwise: hangup(), ...options }));
const texts = (problems: readonly Problem[]) =>
  problems.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);

describe('names', () => {
  it.each([
    [queue('saels'), "there is no queue 'saels'", "did you mean 'sales'?"],
    [
      play('wellcome'),
      "there is no prompt 'wellcome'",
      "did you mean 'welcome'? Or define it under prompts: or record wellcome.wav into the folder of prompts",
    ],
    [voicemail('bax'), "there is no mailbox 'bax'", "did you mean 'box'?"],
    [goto('main'), "there is no flow 'main'", 'none is configured'],
    [
      schedule('office', { open: hangup() }),
      "there is no calendar 'office'",
      'known: counter, 24x7, CN-office-hours',
    ],
    [dial(['operator']), "there is no line 'operator'", 'none is configured'],
    [
      dial([line('02112345678', { trunk: 'carier' })]),
      "there is no trunk 'carier'",
      "did you mean 'carrier'?",
    ],
    [
      byArea({ 深川: hangup() }),
      "there is no region, province or city '深川'",
      expect.stringMatching(/^did you mean '深圳'|^known: /),
    ],
    [
      byArea({ 华中: hangup(), 中南: hangup() }),
      "there is no region, province or city '中南'",
      expect.stringMatching(/^known: 华北, 东北, 华东, 华中, 华南/),
    ],
    [byArea({ 广冬省: hangup() }), "there is no region, province or city '广冬省'", expect.anything()],
    [byArea({ '0399': hangup() }), "there is no area code '0399'", 'write one such as 0755'],
    [
      announce('welcome', { areas: ['深圳市', '深川'] }),
      "there is no region, province or city '深川'",
      expect.anything(),
    ],
  ])('%o', (flow, message, fix) => {
    const [problem] = inFlow(flow);
    expect(problem).toMatchObject({ severity: 'error', code: 'unknown-name', message, fix });
    expect(problem!.place).toMatchObject({
      file: expect.stringContaining('check.test.ts'),
      line: expect.any(Number),
    });
  });

  it('lists and tenants', () => {
    expect(texts(inFlow(hangup(), { block: list('nuissance') }))).toEqual([
      "error unknown-name: there is no list 'nuissance'",
    ]);
    expect(texts(inFlow(hangup(), { tenant: 'dmeo' }))).toEqual([
      "error no-hotline: there is no tenant 'dmeo'",
    ]);
    // Names belong to a company.
    expect(texts(inFlow(queue('sales'), { tenant: 'other' }))[0]).toContain("no queue 'sales'");
  });
});

describe('values', () => {
  it.each([
    [undefined, 'the hotline has no flow'],
    [[], 'the list of nodes is empty'],
    ['welcome', '"welcome" is no node'],
    [{ type: 'qeue' }, '{"type":"qeue"} is no node'],
    [{ type: 'queue' }, 'queue() has no queue'],
    [{ type: 'queue', queue: 'sales', timout: hangup() }, 'queue() takes no timout'],
    [{ type: 'menu', prompt: 'welcome', keys: {} }, 'keys of menu() is {}'],
    [{ type: 'menu', prompt: 'welcome', keys: { A: hangup() } }, "'A' is no key"],
    [{ type: 'queue', queue: 'sales', keys: { 10: hangup() } }, "'10' is no key"],
    [{ type: 'menu', prompt: 7, keys: { 1: hangup() } }, 'prompt of menu() is 7'],
    [menu({ prompt: 'main-menu', timeoutMs: -1, 1: hangup() }), 'timeoutMs of menu() is -1'],
    [{ type: 'hangup', cause: 'bored' }, 'cause of hangup() is "bored"'],
    [{ type: 'script', run: 'x' }, 'run of script() is "x"'],
    [byPercent([[0, hangup()]]), 'shares of byPercent() is {"weight":0'],
    [gather({ save: '' }), 'save of gather() is ""'],
    [gather({ save: 'x', min: 6, max: 4 }), 'min 6 of gather() is above max 4'],
    [gather({ save: 'x', min: 2 }), 'min 2 of gather() is above max 1'],
    [http({ url: 'ftp://10.0.0.1/x' }), 'url of http() is "ftp://10.0.0.1/x"'],
    [http({ url: 'https://crm.example{caller}/' }), 'url of http() is'],
    [http({ url: 'https://a.example', method: 'GET', body: {} }), 'a GET has no body'],
    [http({ url: 'https://a.example', headers: { 'a b': 'c' } }), 'headers of http() is'],
    [http({ url: 'https://a.example', body: { f: (() => {}) as never } }), 'body of http() is'],
    [http({ url: 'http://{caller}/' }), 'url of http() is "http://{caller}/"'],
    [schedule({ periods: { open: { mon: '9' } } }, { open: hangup() }), "no hours: '9'"],
    [
      schedule({ periods: { open: { 'mon-fry': '9:00-10:00' } } } as never, { open: hangup() }),
      "no day of the week: 'mon-fry'",
    ],
    [[play('welcome'), null], 'null is no node'],
  ])('%o: %s', (flow, message) => {
    const [problem] = inFlow(flow);
    expect(problem).toMatchObject({ severity: 'error' });
    expect(problem!.message).toContain(message);
    expect(problem!.fix).toBeTruthy();
  });

  it('of the hotline itself', () => {
    const bad = {
      type: 'hotline',
      number: '400-123',
      flow: hangup(),
      timeZone: 'Asia/Shangri-La',
      limit: { calls: 0, perMs: 1 },
      channels: 1.5,
      blok: [],
      ringback: { prompt: 'nothing', when: 'later' },
      featureCodes: { night: '61' },
      vip: { who: [] },
    };
    expect(texts(problemsOf(bad)).map((text) => text.replace(/^error [\w-]+: /, ''))).toEqual([
      'the hotline\'s number is "400-123"',
      'unknown time zone Asia/Shangri-La',
      'calls of limit is 0',
      'channels is 1.5',
      'a hotline takes no blok',
      'ringback is played "later"',
      "there is no prompt 'nothing'",
      '"61" is no feature code',
      'vip has no rule about callers',
    ]);
    expect(texts(problemsOf(42))[0]).toContain('42 is no hotline');
    expect(texts(problemsOf(null))[0]).toContain('null is no hotline');
  });

  it('are told with path, place and fix in one line', () => {
    const [problem] = inFlow(menu({ prompt: 'main-menu', 1: queue('saels'), otherwise: hangup() }));
    expect(problemText(problem!)).toMatch(
      /check\.test\.ts:\d+:\d+: error: there is no queue 'saels' \(4001234567 flow\.1\.queue\); did you mean 'sales'\?$/,
    );
  });

  it('a plan from the database has paths instead of places', () => {
    const json = JSON.parse(
      JSON.stringify(hotline('4001234567', { flow: [play('welcome'), queue('saels')] })),
    ) as Hotline;
    expect(problemText(problemsOf(json)[0]!)).toBe(
      "error: there is no queue 'saels' (4001234567 flow[1].queue); did you mean 'sales'?",
    );
  });
});

describe('sense', () => {
  it('finds nothing wrong with a good plan', () => {
    const flow = schedule('CN-office-hours', {
      open: menu({
        prompt: 'main-menu',
        1: queue('sales', { otherwise: voicemail('box') }),
        otherwise: hangup(),
      }),
      closed: voicemail('box'),
    });
    expect(inFlow(flow)).toEqual([]);
  });

  it.each<[string, Flow, Options, string[]]>([
    [
      'a node behind an end',
      [voicemail('box'), play('welcome')],
      {},
      ['warning unreachable: play() is never reached: voicemail() before it lets no call go on'],
    ],
    [
      'a node behind branches that all end',
      [schedule('24x7', { open: hangup(), closed: hangup() }), play('welcome')],
      {},
      ['warning unreachable: play() is never reached: schedule() before it lets no call go on'],
    ],
    [
      'a flow that nothing leads to',
      hangup(),
      { flows: { spare: hangup() } },
      ["warning unreachable: flow 'spare' is never used"],
    ],
    [
      'a calendar that nothing uses',
      hangup(),
      { calendars: { x: { periods: {} } } },
      ["warning unreachable: calendar 'x' is never used"],
    ],
    [
      'a branch that no time takes',
      schedule('24x7', { open: hangup(), lunch: hangup(), closed: hangup() }),
      {},
      ["warning unreachable: branch 'lunch' is never taken"],
    ],
    [
      'a circle without an exit',
      goto('a'),
      { flows: { a: goto('b'), b: [play('welcome'), goto('a')] } },
      [
        'error loop: flow runs in circles: no way leads out',
        'error loop: a runs in circles: no way leads out',
        'error loop: b runs in circles: no way leads out',
      ],
    ],
    [
      'a subflow that calls itself',
      subflow('a'),
      { flows: { a: [play('welcome'), subflow('a')] } },
      [
        'error loop: flow runs in circles: no way leads out',
        'error loop: a runs in circles: no way leads out',
      ],
    ],
    [
      'a circle for who presses nothing',
      goto('a'),
      { flows: { a: menu({ prompt: 'main-menu', 1: hangup(), otherwise: goto('a') }) } },
      [
        'warning loop: flow runs in circles for a caller who presses nothing',
        'warning loop: a runs in circles for a caller who presses nothing',
      ],
    ],
    [
      'a silent prompt',
      [play('outage'), hangup()],
      {},
      ["warning silent-prompt: prompt 'outage' has no audio"],
    ],
    [
      'a period without a branch',
      schedule(
        { periods: { open: { daily: '09:00-18:00' }, lunch: { daily: '12:00-13:00' } } },
        { open: hangup(), closed: hangup() },
      ),
      {},
      [
        "warning schedule-gap: period 'lunch' has no branch and counts as closed",
        "warning schedule-overlap: 'open' and 'lunch' cover mon 12:00-13:00",
        "warning schedule-overlap: 'open' and 'lunch' cover tue 12:00-13:00",
        "warning schedule-overlap: 'open' and 'lunch' cover wed 12:00-13:00",
        "warning schedule-overlap: 'open' and 'lunch' cover thu 12:00-13:00",
        "warning schedule-overlap: 'open' and 'lunch' cover fri 12:00-13:00",
        "warning schedule-overlap: 'open' and 'lunch' cover sat 12:00-13:00",
        "warning schedule-overlap: 'open' and 'lunch' cover sun 12:00-13:00",
      ],
    ],
    [
      'a minute left out',
      schedule(
        { periods: { open: { mon: '09:00-11:59,12:00-18:00' } } },
        { open: hangup(), closed: hangup() },
      ),
      {},
      ['warning schedule-gap: a minute is left out at mon 11:59'],
    ],
    [
      'lines over their trunk',
      dial([line('1001', { channels: 2 }), line('1002', { channels: 2 })], { otherwise: hangup() }),
      {},
      ["warning trunk-channels: lines up to 1002 need 4 channels, trunk 'carrier' has 3"],
    ],
  ])('%s', (_, flow, options, expected) => {
    expect(texts(inFlow(flow, options))).toEqual(expected);
  });

  it('nodes without a default, where nothing follows', () => {
    const flow = menu({ prompt: 'main-menu', 1: queue('sales'), 2: [queue('sales'), voicemail('box')] });
    const missing = (options: Options) => texts(problemsOf(hotline('4001234567', { flow, ...options })));
    expect(missing({})).toEqual([
      'warning no-default: menu() has no default branch: such callers hear goodbye',
      'warning no-default: queue() has no default branch: such callers hear goodbye',
    ]);
    expect(missing({ otherwise: voicemail('box') })).toEqual([]);
  });

  it('closed times without a branch', () => {
    const gaps = (calendar: Parameters<typeof schedule>[0]) =>
      texts(problemsOf(hotline('4001234567', { flow: schedule(calendar, { open: hangup() }) })));
    expect(gaps('24x7')).toEqual([]);
    expect(gaps('CN-office-hours')).toEqual([
      'warning schedule-gap: nobody takes calls on mon 00:00 to mon 09:00: there is no closed branch',
    ]);
    expect(gaps({ periods: { open: { daily: '06:00-06:00' } } })[0]).toContain('bad-calendar');
    expect(gaps({ periods: { open: { daily: '06:00-05:00' } } })).toEqual([
      'warning schedule-gap: nobody takes calls on mon 05:00 to mon 06:00: there is no closed branch',
    ]);
    expect(gaps({ periods: { open: { daily: '00:00-24:00' } }, daysOff: ['2026-12-25'] })).toEqual([
      'warning schedule-gap: nobody takes calls on days off: there is no closed branch',
    ]);
  });

  it('years whose holidays are not decreed yet', () => {
    const flow = schedule('CN-office-hours', { open: hangup(), closed: hangup() });
    const late = Date.parse('2030-01-01T00:00Z');
    expect(problemsOf(hotline('4001234567', { flow }), late)[0]).toMatchObject({ code: 'holidays-unknown' });
  });

  it('branches before the flow count too', () => {
    const vip = { who: [number('13800138000')], flow: queue('sales') };
    expect(texts(problemsOf(hotline('4001234567', { flow: hangup(), vip })))).toEqual([
      'warning no-default: queue() has no default branch: such callers hear goodbye',
    ]);
  });
});
