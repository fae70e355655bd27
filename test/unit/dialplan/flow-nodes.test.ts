import { describe, expect, it } from 'vitest';
import {
  announce,
  byArea,
  byCaller,
  byCarrier,
  byPercent,
  byTrunk,
  byVariable,
  type ConferenceOutcome,
  callback,
  conference,
  type Flow,
  gather,
  goto,
  group,
  hangup,
  hotline,
  http,
  international,
  language,
  list,
  menu,
  play,
  prefix,
  queue,
  schedule,
  set,
  subflow,
  survey,
  transfer,
  voicemail,
} from '../../../src/dialplan/index.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { Snapshot } from '../../../src/provisioning/snapshot.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { outboundBy } from '../../../src/testing/outbound-by.ts';
import { entity } from '../../support/companies.ts';
import { type DialplanFixture, dialplanFixture, NAMES, THURSDAY_10 } from '../../support/dialplan-fixture.ts';

const N = '4001234567';
const fixture = (
  flow: Flow,
  options: Partial<Parameters<typeof hotline>[1]> = {},
  parts: Parameters<typeof dialplanFixture>[1] = {},
) => dialplanFixture([hotline(N, { flow, ...options })], parts);
/** Flows that tell which was taken. */
const box = hangup('busy');
const A = hangup('rejected');
const B = hangup('no-answer');

describe('language', () => {
  const asks = (remember?: boolean): Flow => [
    language({
      prompt: 'main-menu',
      keys: { 1: 'english', 2: 'cantonese' },
      ...(remember !== undefined && { remember }),
    }),
    hangup('busy'),
  ];
  const did = async (flow: Flow, script = {}) => (await fixture(flow).run(script)).did;

  it('asks for a key, and keeps what was chosen for the next calls', async () => {
    expect(await did(asks(), { keys: ['2'] })).toEqual([
      'gather language main-menu',
      'speak cantonese and remember',
      'hangup busy',
    ]);
    expect(await did(asks(false), { keys: ['1'] })).toEqual([
      'gather language main-menu',
      'speak english',
      'hangup busy',
    ]);
  });

  it('asks nobody whose language is known, and goes on where no key was pressed', async () => {
    expect(await did(asks(), { spokenBefore: 'english' })).toEqual(['speak english', 'hangup busy']);
    expect(await did(asks(false), { spokenBefore: 'english', keys: ['2'] })).toContain('speak cantonese');
    expect(await did(asks(), { keys: [''] })).toEqual(['gather language main-menu', 'hangup busy']);
  });

  it('is forgotten for a caller who chooses anew', async () => {
    const flow: Flow = [language({ forget: true }), hangup('busy')];
    expect(await did(flow, { spokenBefore: 'english' })).toEqual(['forget language', 'hangup busy']);
  });

  it('may be that of everybody who comes there', async () => {
    expect(await did([language('english'), hangup('busy')])).toEqual(['speak english', 'hangup busy']);
  });
});

describe('group', () => {
  const flow: Flow = group('600', { busy: A, noAnswer: B, otherwise: box });
  const ringing = (reason: 'busy' | 'no-answer' | 'unavailable') =>
    fixture(flow).run({ dial: () => ({ reason }) });

  it('is rung without an answer before; who nobody serves takes the branch of why', async () => {
    expect((await ringing('busy')).did).toEqual(['group 600', 'hangup rejected']);
    expect((await ringing('no-answer')).did).toEqual(['group 600', 'hangup no-answer']);
    const unreached = await ringing('unavailable');
    expect([unreached.did.at(-1), unreached.steps[0]]).toEqual([
      'hangup busy',
      'group 600 → otherwise: nobody took the call: unavailable',
    ]);
  });

  it('without a branch goes on with the next node, and is the end of who was served', async () => {
    const then: Flow = [group('600'), A];
    expect((await fixture(then).run()).did).toEqual(['group 600', 'hangup rejected']);
    const served = { reason: 'served', target: '8001', by: 'target', talkMs: 1000 } as const;
    expect((await fixture(then).run({ dial: () => served })).did).toEqual(['group 600', 'hangup normal']);
  });
});

describe('conference', () => {
  const did = async (...rooms: ConferenceOutcome[]) =>
    (await fixture([conference('700', { full: A, locked: B }), box]).run({ rooms })).did;

  it('settles the call of who was in it, and has a branch for who was not let in', async () => {
    expect(await did({ reason: 'attended', ms: 60_000 })).toEqual(['conference 700', 'hangup normal']);
    expect(await did({ reason: 'full' })).toEqual(['conference 700', 'hangup rejected']);
    expect(await did({ reason: 'locked' })).toEqual(['conference 700', 'hangup no-answer']);
    expect(await did({ reason: 'wrong-pin' })).toEqual(['conference 700', 'hangup busy']);
  });
});

describe('menu', () => {
  const keys = menu({
    prompt: 'main-menu',
    invalid: 'invalid-key',
    1: A,
    110: B,
    '*': box,
    attempts: 2,
    otherwise: queue('sales'),
  });

  it('takes the branch of the keys', async () => {
    expect((await fixture(keys).run({ keys: ['1'] })).cause).toBe('rejected');
    expect((await fixture(keys).run({ keys: ['110'] })).cause).toBe('no-answer');
    expect((await fixture(keys).run({ keys: ['*'] })).cause).toBe('busy');
  });

  it('offers it again, says what is wrong, and ends in otherwise', async () => {
    const call = await fixture(keys).run({ keys: ['9', ''] });
    expect(call.did).toEqual([
      'answer',
      'gather menu main-menu',
      'play invalid-key',
      'gather menu main-menu',
      'queue sales 0',
      'hangup normal',
    ]);
    expect(call.steps.slice(0, 3)).toEqual([
      'menu: key 9 leads nowhere (main-menu, attempt 1 of 2)',
      'menu: no key (main-menu, attempt 2 of 2)',
      'menu → otherwise: no valid key in 2 attempts',
    ]);
  });
});

describe('gather', () => {
  it('keeps digits for byVariable; secrets stay out of the trace', async () => {
    const flow = [
      gather({ save: 'pin', secret: true, min: 4, max: 4, otherwise: A }),
      byVariable('pin', { 1234: B, otherwise: box }),
    ];
    const call = await fixture(flow).run({ keys: ['12', '1234'] });
    expect(call.cause).toBe('no-answer');
    expect(call.steps[1]).toBe('gather pin: 4 digits, secret');
    expect(call.steps).toContain('byVariable → a value: pin is secret');
    expect(call.steps.join()).not.toContain('1234');
    expect((await fixture(flow).run({ keys: ['1', '2', '3'] })).cause).toBe('rejected');
  });
});

describe('decisions', () => {
  it.each([
    ['075512345678', 'queue sales 0', 'byArea → 深圳: area 广东深圳 by 0755'],
    ['13412345678', 'queue service 0', 'byArea → 广东: area 广东东莞 by 1341234'],
    ['13800138000', 'voicemail box', 'byArea → otherwise: area 北京 by 1380013'],
    ['15500000000', 'callback sales', 'byArea → unknown: area unknown'],
    ['+85212345678', 'hangup busy', 'byArea → international: from abroad by +852123'],
  ])('area of %s: %s', async (from, did, step) => {
    const flow = byArea({
      深圳市: queue('sales'),
      广东: queue('service'),
      unknown: callback('sales'),
      international: box,
      otherwise: voicemail('box'),
    });
    const call = await fixture(flow).run({ from });
    expect(call.did).toContain(did);
    expect(call.steps[0]).toBe(step);
  });

  it.each([
    ['13412345678', 'busy', 'byArea → 广东: area 广东东莞 by 1341234'],
    ['01062345678', 'rejected', 'byArea → 华北: area 北京 by 010'],
    ['13800138000', 'rejected', 'byArea → 华北: area 北京 by 1380013'],
  ])('region (大区) of %s, after what is narrower', async (from, cause, step) => {
    const call = await fixture(byArea({ 华北地区: A, 华南: B, 广东: hangup('busy') })).run({ from });
    expect([call.cause, call.steps[0]]).toEqual([cause, step]);
  });

  it('area code as a key; default for the rest', async () => {
    const { run } = fixture(byArea({ '0769': A }, B));
    expect((await run({ from: '076912345678' })).cause).toBe('rejected');
    expect((await run({ from: '15500000000' })).cause).toBe('no-answer');
  });

  it('operator', async () => {
    const { run } = fixture(byCarrier({ 移动: A, 电信: B, otherwise: box }));
    expect((await run()).cause).toBe('rejected');
    expect((await run({ from: '13300000000' })).cause).toBe('no-answer');
    expect((await run({ from: '075512345678' })).cause).toBe('busy');
  });

  it('a virtual operator has its own branch or that of all virtual ones, never that of its network', async () => {
    const virtual = (options: Parameters<typeof byCarrier>[0]) =>
      fixture(byCarrier(options)).run({ from: '17031234567' });
    expect((await virtual({ 联通: A, 联通虚拟: B, otherwise: box })).cause).toBe('no-answer');
    expect((await virtual({ 联通: A, 虚拟: B, otherwise: box })).cause).toBe('no-answer');
    expect((await virtual({ 联通: A, otherwise: box })).cause).toBe('busy');
  });

  it('caller: the first rule that fits', async () => {
    const { run, dialplans } = fixture(
      byCaller(
        [
          [list('gold'), A],
          [[prefix('0755'), international()], B],
        ],
        box,
      ),
    );
    dialplans.state.lists.create('demo', 'gold').addPrefix('138');
    expect((await run()).cause).toBe('rejected');
    expect((await run({ from: '075512345678' })).cause).toBe('no-answer');
    expect((await run({ from: '15500000000' })).cause).toBe('busy');
  });

  it('trunk', async () => {
    const { run } = fixture(byTrunk({ carrier: A, otherwise: B }));
    expect((await run()).cause).toBe('rejected');
    expect((await run({ origin: { extension: '8001' } })).cause).toBe('no-answer');
  });

  it('percent splits by weight, the same for the same seed', async () => {
    const { run } = fixture(
      byPercent([
        [70, A],
        [30, B],
      ]),
    );
    let first = 0;
    for (let count = 0; count < 1000; count++) if ((await run()).cause === 'rejected') first++;
    expect(first).toBeGreaterThan(650);
    expect(first).toBeLessThan(750);
  });

  it('schedule takes its periods; a missing one is closed', async () => {
    const calendars = {
      day: {
        periods: { morning: { daily: '08:00-12:00' }, open: { daily: '12:00-18:00' } },
        switches: ['night'],
      },
    };
    const { run, clock, dialplans } = fixture(schedule('day', { open: A, closed: B }), { calendars });
    expect((await run()).cause).toBe('no-answer');
    await clock.advance(2 * 3600_000);
    expect((await run()).cause).toBe('rejected');
    dialplans.state.switches.turn('demo', 'night', true, clock.now() + 1000);
    expect((await run()).cause).toBe('no-answer');
    await clock.advance(1000);
    expect((await run()).cause).toBe('rejected');
  });
});

describe('announce', () => {
  it('speaks while its switch is on, to its areas', async () => {
    const { run, dialplans } = fixture([announce('outage', { switch: 'cut', areas: ['东莞'] }), A]);
    expect((await run({ from: '13412345678' })).did).toEqual(['hangup rejected']);
    dialplans.state.switches.turn('demo', 'cut', true);
    expect((await run({ from: '13412345678' })).did).toContain('play outage');
    expect((await run()).did).not.toContain('play outage');
  });

  it('is for the callers of a region (大区)', async () => {
    const { run } = fixture([announce('outage', { areas: ['华南'] }), A]);
    expect((await run({ from: '13412345678' })).did).toContain('play outage');
    expect((await run()).steps[0]).toBe('announce → silent: not for 北京');
  });
});

describe('queue', () => {
  it.each([
    [{ reason: 'timeout' as const }, 'rejected'],
    [{ reason: 'full' as const }, 'no-answer'],
    [{ reason: 'key' as const, digit: '9' }, 'busy'],
    [{ reason: 'no-agents' as const }, 'unavailable'],
  ])('%o', async (outcome, cause) => {
    const flow = queue('sales', { timeout: A, full: B, keys: { 9: box }, otherwise: hangup('unavailable') });
    expect((await fixture(flow).run({ queues: [outcome] })).cause).toBe(cause);
  });

  it('closed: as when no agent is signed in, unless it has a branch of its own', async () => {
    const outcome = { reason: 'closed' as const };
    const none = fixture(queue('sales', { noAgents: A, otherwise: B }));
    expect((await none.run({ queues: [outcome] })).cause).toBe('rejected');
    const own = fixture(queue('sales', { noAgents: A, closed: hangup('busy'), otherwise: B }));
    expect((await own.run({ queues: [outcome] })).cause).toBe('busy');
  });
});

describe('goto, subflow, set', () => {
  it('goto does not come back, subflow does', async () => {
    const flows = { side: play('outage'), out: A };
    const call = await fixture([set('tier', 'gold'), subflow('side'), goto('out'), B], { flows }).run();
    expect(call.variables.get('tier')).toBe('gold');
    expect(call.did).toEqual(['answer', 'play outage', 'hangup rejected']);
  });

  it('a caller cannot be kept going round for ever', async () => {
    const flows = { main: menu({ prompt: 'main-menu', 1: A, otherwise: goto('main') }) };
    const { run, logged } = fixture(goto('main'), { flows, otherwise: voicemail('box') });
    const call = await run();
    expect(call.did.slice(-3)).toEqual(['play error', 'voicemail box', 'hangup normal']);
    expect(logged[0]!.message).toBe('the flow failed');
  });
});

describe('transfer, callback, survey', () => {
  it('transfer settles the call, or goes on', async () => {
    const flow = [transfer({ type: 'line', number: '02112345678' }, { otherwise: voicemail('box') }), A];
    const away = await fixture(flow).run({
      dial: () => ({ reason: 'served', target: 'x', by: 'target', talkMs: 1 }),
    });
    expect(away.did).toEqual(['transfer 02112345678', 'hangup normal']);
    expect((await fixture(flow).run()).did).toContain('voicemail box');
  });

  it('callback promises nothing to a withheld number', async () => {
    const call = await fixture([
      callback('sales', { prompt: 'goodbye', otherwise: hangup({ cause: 'busy' }) }),
    ]).run({ from: '' });
    expect(call.did).not.toContain('callback sales');
    expect(call.steps[0]).toBe('callback sales → otherwise: the number is withheld');
    expect(call.cause).toBe('busy');
  });

  it('callback promises, survey asks', async () => {
    const call = await fixture([callback('sales', { prompt: 'goodbye' })]).run();
    expect(call.did).toEqual(['answer', 'callback sales', 'play goodbye', 'hangup normal']);
    expect((await fixture(survey('three-keys')).run()).did).toContain('survey three-keys');
  });
});

describe('http', () => {
  const node = http({
    url: 'http://crm.example/who?n={caller}&c={called}&x={note}',
    timeoutMs: 500,
    save: { name: 'customer.name' },
    select: 'customer.tier',
    values: { gold: A, 1: B },
    otherwise: box,
  });

  /** A flow whose services answer so. */
  function withAnswer(answer: typeof fetch, flow: Flow = node, companies = NAMES): DialplanFixture {
    const clock = new ManualClock(THURSDAY_10);
    const provisioning = new Provisioning(companies);
    const parts = { outbound: outboundBy(answer, clock), clock, provisioning };
    return { ...fixture(flow, {}, parts), clock };
  }

  it('asks, keeps values and branches', async () => {
    const asked: string[] = [];
    const answer: typeof fetch = async (url) => {
      asked.push(String(url));
      return Response.json({ customer: { tier: 'gold', name: '张伟' } });
    };
    const call = await withAnswer(answer, [set('note', 'a b&c'), node]).run();
    expect(asked).toEqual(['http://crm.example/who?n=13800138000&c=4001234567&x=a%20b%26c']);
    expect(call.cause).toBe('rejected');
    expect(call.variables.get('name')).toBe('张伟');
  });

  it.each<[string, typeof fetch]>([
    ['an error', () => Promise.reject(new Error('ECONNREFUSED'))],
    ['a bad status', async () => new Response('', { status: 500 })],
    ['no JSON', async () => new Response('<html>')],
    ['too much', async () => Response.json({ customer: { tier: 'gold', note: 'x'.repeat(70_000) } })],
    [
      'a value named like a part of every object',
      async () => Response.json({ customer: { tier: 'constructor' } }),
    ],
    ['an unknown value', async () => Response.json({ customer: { tier: 'tin' } })],
    ['a missing value', async () => Response.json(null)],
  ])('%s takes the default', async (_, answer) => {
    expect((await withAnswer(answer).run()).cause).toBe('busy');
  });

  it('finds what the answer holds, not what every object has', async () => {
    const nosy = http({
      url: 'http://crm.example',
      select: 'constructor.name',
      values: { Object: A },
      otherwise: box,
    });
    expect((await withAnswer(async () => Response.json({}), nosy).run()).cause).toBe('busy');
  });

  it('sends headers and a body, in which variables are texts and not JSON', async () => {
    let asked: Parameters<typeof fetch> | undefined;
    const answer: typeof fetch = async (...all) => {
      asked = all;
      return Response.json({ orders: [{ id: 7 }] });
    };
    const body = { who: '{caller}', note: '{note}', list: [1, true, null, '{called}'] };
    const post = http({
      url: 'https://crm.example',
      headers: { 'X-Note': '{note}' },
      body,
      save: { order: 'orders.0.id' },
    });
    const call = await withAnswer(answer, [set('note', 'say "hi", {who}'), post, box]).run();
    expect(asked![1]).toMatchObject({
      method: 'POST',
      headers: { 'x-note': 'say "hi", {who}', 'content-type': 'application/json' },
    });
    expect(JSON.parse(asked![1]!.body as string)).toEqual({
      who: '13800138000',
      note: 'say "hi", {who}',
      list: [1, true, null, N],
    });
    expect(call.variables.get('order')).toBe('7');
  });

  it.each<[string, typeof fetch]>([
    ['an error', () => Promise.reject(new Error('ECONNREFUSED'))],
    ['a bad status', async () => new Response('', { status: 302 })],
  ])('%s has a branch of its own', async (_, answer) => {
    expect((await withAnswer(answer, { ...node, failed: A } as typeof node).run()).cause).toBe('rejected');
  });

  describe('with a secret', () => {
    const value = 'a-token-that-nobody-reads';
    const secretFor = (host: string) => [
      ...NAMES,
      entity('secret', { tenant: 'demo', name: 'crm', title: 'crm', value, hosts: [host] }),
      entity('secret', { tenant: 'other', name: 'theirs', title: 'theirs', value, hosts: [host] }),
    ];
    const asking = (name: string, url = 'https://crm.example/who') =>
      http({
        url,
        headers: { authorization: `Bearer {secret.${name}}` },
        save: { echo: 'echo', plain: 'plain' },
        select: 'echo',
        values: { [`Bearer ${value}`]: A },
        otherwise: box,
      });
    const echo: typeof fetch = async (_, init) =>
      Response.json({ echo: new Headers(init!.headers).get('authorization'), plain: 'yes' });

    it('sends it, and keeps it from the record where the service repeats it', async () => {
      const call = await withAnswer(echo, asking('crm'), new Snapshot(1, secretFor('CRM.example'))).run();
      expect(call.cause).toBe('rejected');
      expect(Object.fromEntries(call.variables)).toMatchObject({ plain: 'yes' });
      expect(JSON.stringify([...call.variables, call.steps])).not.toContain(value);
    });

    it.each([
      ['that is not there', asking('none'), 'crm.example', "there is no secret 'none'"],
      ['of another company', asking('theirs'), 'crm.example', "there is no secret 'theirs'"],
      [
        'of another host',
        asking('crm', 'https://crm.example@evil.example/'),
        'crm.example',
        "secret 'crm' is not for",
      ],
      [
        'in a URL',
        http({ url: 'https://crm.example/{secret.crm}' }),
        'crm.example',
        'a secret stands in the URL',
      ],
    ])('one %s is a mistake', (_, flow, host, mistake) => {
      expect(() => withAnswer(echo, flow, new Snapshot(1, secretFor(host)))).toThrow(mistake);
    });

    it('does not send it where its host has changed since', async () => {
      const { run, dialplans } = withAnswer(echo, asking('crm'), new Snapshot(1, secretFor('crm.example')));
      const [secret] = secretFor('other.example').filter(({ kind }) => kind === 'secret');
      Object.assign(dialplans.state, { secret: () => secret!.value });
      const call = await run();
      expect(call.cause).toBe('busy');
      expect(call.steps[0]).toBe('http → otherwise: crm.example: secret crm is not for crm.example');
    });
  });

  it('does not wait longer than its limit', async () => {
    const { run, clock } = withAnswer(() => new Promise(() => {}));
    const running = run();
    await clock.advance(499);
    await clock.advance(1);
    const call = await running;
    expect(call.cause).toBe('busy');
    expect(call.steps).toContain('http → otherwise: the answer of crm.example did not finish within 500 ms');
    expect(clock.pending).toBe(0);
  });
});
