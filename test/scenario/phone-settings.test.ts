import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { PhoneSettings, type SetAtPhone } from '../../src/routing/phone-settings.ts';
import { TypedEvents } from '../../src/shared/events.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, type ScenarioOptions, scenario } from '../support/scenario.ts';
import { phoneCalls } from '../support/talk.ts';

/** Do-not-disturb and forwarding (免打扰, 呼叫转移) of an extension: set in the entity or at the phone, until set otherwise. */
const LINE = '01066668888';
type Extension = { readonly number: string };
type Edits = Parameters<typeof edited>[1];

const of8001 = (fields: object) => ({
  extension: (value: Extension) => (value.number === '8001' ? fields : {}),
});
const forward = (settings: object, more: object = {}): Edits =>
  of8001({ forward: { ringMs: 20_000, ...settings }, ...more });

let s: Scenario;
const open = async (edits: Edits = {}, options: ScenarioOptions = {}) => {
  const companies = edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 }, ...edits });
  s = await scenario(async (call) => void (await call.queue('sales')), { companies, ...options });
  for (const number of ['8001', '8002', LINE]) s.edge.phone(number, { does: 'answer', afterMs: 1_000 });
};
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await ended;
  await s.close();
});

const steps = () => s.facts('step').flatMap(({ step, why }) => (step.startsWith('forward') ? [why] : []));
const calls8001 = async (ms = 3_000) => {
  const phone = phoneCalls(s, '8002', '8001');
  await s.clock.advance(ms);
  return phone;
};
/** Dials a code; what is heard and how it ends. */
const code = async (digits: string, from = '8001') => {
  const phone = phoneCalls(s, from, digits);
  await s.clock.settle();
  const ear = s.ear();
  await s.clock.runUntil(() => phone.state === 'ended', 30_000);
  return s.heard(ear);
};

describe('an extension that is not to be disturbed', () => {
  it('is busy to who calls it, and its phone does not ring', async () => {
    await open(of8001({ doNotDisturb: true }));
    const phone = await calls8001();
    expect([s.edge.rung, phone.statuses.at(-1)]).toEqual([[], 486]);
    expect(s.facts('rung')).toMatchObject([{ target: '8001', outcome: 'busy: do not disturb' }]);
  });

  it('has its calls taken where they are forwarded while it is busy', async () => {
    await open(forward({ busy: '8002' }, { doNotDisturb: true }));
    phoneCalls(s, '8003', '8001');
    await s.clock.advance(3_000);
    expect(s.edge.rung).toEqual(['8002']);
  });

  it('is offered no caller of a queue, and is again when that ends', async () => {
    await open(of8001({ doNotDisturb: true }));
    s.edge.phone('8002', { does: 'reject', status: 486 });
    s.call();
    await s.clock.advance(3_000);
    expect(s.edge.rung).toEqual(['8002']);
    s.change(of8001({ doNotDisturb: false }));
    await s.clock.advance(500);
    expect(s.edge.rung).toEqual(['8002', '8001']);
  });

  it('is rung all the same for a call that it asked for', async () => {
    await open(forward({ always: '8002' }, { doNotDisturb: true }));
    s.pbx.originate({ tenant: 'demo', extension: '8001', number: LINE, by: 'crm' });
    await s.clock.advance(3_000);
    expect(s.edge.rung).toEqual(['8001', LINE]);
  });
});

describe('calls are forwarded', () => {
  it('always: the phone itself does not ring', async () => {
    await open(forward({ always: '8002' }));
    phoneCalls(s, '8003', '8001');
    await s.clock.advance(3_000);
    expect([s.edge.rung, steps()]).toEqual([['8002'], ['all calls are forwarded to 8002']]);
  });

  it.each([
    ['busy', 486],
    ['declining', 603],
  ])('while it is %s', async (_, status) => {
    await open(forward({ busy: '8002', noAnswer: '8003', unreachable: '8003' }));
    s.edge.phone('8001', { does: 'reject', status });
    await calls8001();
    expect(s.edge.rung).toEqual(['8001', '8002']);
  });

  it('when it has rung long enough, and what it says later counts no more', async () => {
    await open(forward({ noAnswer: '8002', ringMs: 10_000 }));
    s.edge.phone('8001', { does: 'answer', afterMs: 12_000 });
    s.edge.phone('8002', { does: 'answer', afterMs: 5_000 });
    phoneCalls(s, '8003', '8001');
    await s.clock.advance(9_500);
    expect(s.edge.rung).toEqual(['8001']);
    await s.clock.advance(8_000);
    expect(s.edge.rung).toEqual(['8001', '8002']);
    expect(s.edge.legsTo('8001')).toEqual([]);
    expect(s.facts('rung')).toMatchObject([{ target: '8001', outcome: 'answered', ringMs: 15_000 }]);
  });

  it('while its phone does not answer at all', async () => {
    await open(forward({ unreachable: '8002', busy: '8003' }));
    s.edge.phone('8001', { does: 'nothing' });
    await calls8001(33_000);
    expect(s.edge.rung).toEqual(['8001', '8002']);
  });

  // RFC 3261 21.4.18: the phone was reached
  it.each([
    ['at once: it is not to be disturbed', undefined, 'busy'],
    ['when it has rung: nobody answered', 8_000, 'noAnswer'],
  ])('that says 480 %s', async (_, afterMs, when) => {
    await open(forward({ [when]: '8002' }));
    s.edge.phone('8001', { does: 'reject', status: 480, ...(afterMs !== undefined && { afterMs }) });
    phoneCalls(s, '8005', '8001');
    await s.clock.advance(9_000);
    expect(s.edge.rung).toEqual(['8001', '8002']);
  });

  it.each([
    [true, '<sip:075526880000@carrier>;reason=user-busy'],
    [false, undefined],
  ])('a trunk with diversionOut: %s is told so', async (diversionOut, diversion) => {
    const trunk = { uri: 'sip:carrier', probeMs: 0, callerId: '075526880000', diversionOut };
    await open(forward({ busy: LINE }, { forwardOutside: true }));
    s.change({ trunk });
    s.edge.phone('8001', { does: 'reject', status: 486 });
    await calls8001();
    expect(s.edge.legsTo(LINE)[0]!.call.headers?.['Diversion']).toBe(diversion);
  });

  it('while no phone of it is registered', async () => {
    const phones: ScenarioOptions['phones'] = {
      events: new TypedEvents(),
      handle: () => ({ status: 501 }),
      identify: ({ from }) => ({ extension: from.user, tenant: 'demo' }),
      routes: (_, number) =>
        number === '8001' ? [] : [{ uri: `sip:${number}@phone`, from: { uri: 'sip:pbx' } }],
    };
    await open(forward({ unreachable: '8002' }), { phones });
    await calls8001();
    expect([s.edge.rung, steps()]).toEqual([
      ['8002'],
      ['calls while it cannot be reached are forwarded to 8002'],
    ]);
  });

  it('to a number outside by the right of the phone that forwards', async () => {
    await open(forward({ always: LINE }, { forwardOutside: true }));
    await calls8001();
    expect(s.edge.rung).toEqual([LINE]);
    s.change(of8001({ outside: 'local' }));
    const phone = await calls8001();
    expect([s.edge.rung, phone.state]).toEqual([[LINE], 'ended']);
  });

  it('never in circles', async () => {
    const circle = (value: Extension) => ({
      forward: { ringMs: 20_000, always: value.number === '8001' ? '8002' : '8001' },
    });
    await open({ extension: circle });
    const phone = phoneCalls(s, '8003', '8001');
    await s.clock.advance(1_000);
    expect([s.edge.rung, phone.state]).toEqual([[], 'ended']);
    expect(steps().at(-1)).toBe('not to 8001: it was rung already');
  });

  it('for callers of a queue by choice only: it has others to ask', async () => {
    await open(forward({ busy: '8003', noAnswer: '8003', unreachable: '8003' }));
    s.edge.phone('8001', { does: 'reject', status: 486 });
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1, 60_000);
    expect(s.edge.rung).not.toContain('8003');
  });
});

describe('at the phone', () => {
  let saved: SetAtPhone[];
  beforeEach(() => {
    saved = [];
  });
  const keeping = (edits: Edits = {}, before: readonly SetAtPhone[] = []) => {
    const companies = edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 }, ...edits });
    const provisioning = new Provisioning(companies);
    const settings = new PhoneSettings(provisioning, before, (one) => saved.push(one));
    return scenario(async () => {}, { provisioning, settings });
  };

  it('do-not-disturb is turned on and off, and said so', async () => {
    s = await keeping();
    expect(await code('*78')).toEqual(['dnd-on']);
    expect((await calls8001(500)).statuses.at(-1)).toBe(486);
    expect(await code('*78')).toEqual(['dnd-off']);
    expect(saved.map(({ setting, value }) => [setting, value])).toEqual([
      ['doNotDisturb', 'on'],
      ['doNotDisturb', ''],
    ]);
  });

  it.each([
    ['*72', 'always'],
    ['*90', 'busy'],
    ['*92', 'noAnswer'],
    ['*94', 'unreachable'],
  ] as const)('%s with a number forwards, alone it ends that', async (digits, setting) => {
    s = await keeping();
    const { directory } = s.pbx.acd.parts;
    expect(await code(`${digits}8002`)).toEqual([
      'forward-on',
      ...['8', '0', '0', '2'].map((one) => `digit-${one}`),
    ]);
    expect(directory.settings('8001', 'demo')[setting]).toBe('8002');
    expect(await code(digits)).toEqual(['forward-off']);
    expect(directory.settings('8001', 'demo')[setting]).toBe('');
  });

  it('what was set there outlives a restart, and what the entity says anew takes its place', async () => {
    s = await keeping(forward({ always: '8003' }), [
      { tenant: 'demo', extension: '8001', setting: 'always', value: '8002' },
    ]);
    const { directory } = s.pbx.acd.parts;
    expect(directory.settings('8001', 'demo').always).toBe('8002');
    s.change(of8001({ name: 'another' }));
    expect(directory.settings('8001', 'demo').always).toBe('8002');
    s.change(forward({ always: '8004' }));
    expect(directory.settings('8001', 'demo').always).toBe('8004');
    expect(saved).toEqual([{ tenant: 'demo', extension: '8001', setting: 'always', value: undefined }]);
  });

  it.each([
    ['*728001', 'invalid-key'],
    [`*72${LINE}`, 'no-right'],
    ['*724001234567', 'no-right'],
  ])('%s is refused', async (digits, prompt) => {
    s = await keeping();
    expect(await code(digits)).toEqual([prompt]);
    expect(saved).toEqual([]);
  });

  it('a code that the company has changed is the one that counts', async () => {
    s = await keeping({ tenant: (value) => ({ codes: { ...value.codes, doNotDisturb: '*25' } }) });
    expect(await code('*78')).toEqual(['invalid-key']);
    expect(await code('*25')).toEqual(['dnd-on']);
  });
});
