import { afterEach, describe, expect, it } from 'vitest';
import { transfer } from '../../src/call/transfer.ts';
import type { LimitReached, UseKeeping } from '../../src/routing/outside-limits.ts';
import type { HourOfUse } from '../../src/routing/outside-use.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario, TEN_O_CLOCK } from '../support/scenario.ts';
import { phoneCalls, refer, talking, talkOf } from '../support/talk.ts';

/** What calls outside may come to (盗打防护): calls, minutes and yuan of an hour and a day, of each extension and of the company. */
const LINE = '01066668888';
const ABROAD = '0085221234567';
const HOUR = 3_600_000;

type Period = { readonly calls?: number; readonly minutes?: number; readonly spend?: number };
interface Limits {
  readonly extension?: { readonly hour?: Period; readonly day?: Period };
  readonly company?: { readonly hour?: Period; readonly day?: Period };
}

let s: Scenario;
let kept: HourOfUse[];
let told: LimitReached[];
let forgotten: string[];
afterEach(async () => {
  await s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await s.close();
});

const companies = ({ extension = {}, company = {} }: Limits) =>
  edited(SAMPLE_COMPANIES, {
    trunk: { uri: 'sip:carrier', probeMs: 0 },
    tenant: {
      outsideLimits: {
        extension: { hour: {}, day: {}, ...extension },
        company: { hour: {}, day: {}, ...company },
        prices: { local: 0, domestic: 0.15, international: 8 },
      },
    },
    extension: { outside: 'international', forwardOutside: true },
  });
const parts = (limits: Limits, today: readonly HourOfUse[] = []) => {
  kept = [];
  told = [];
  forgotten = [];
  const keeping: UseKeeping = {
    add: (use) => kept.push(...use),
    forget: (tenant, extension) => forgotten.push(`${tenant}/${extension}`),
    reached: (limit) => told.push(limit),
  };
  return { companies: companies(limits), can: { conference: true }, outsideUse: { today, keeping } };
};
const open = async (limits: Limits, today?: readonly HourOfUse[]) => {
  s = await scenario(async (call) => void (await call.dial({ targets: [{ kind: 'line', number: LINE }] })), {
    ...parts(limits, today),
  });
  answers(1_000);
};
const answers = (talkMs: number) => {
  for (const number of [LINE, ABROAD]) s.edge.phone(number, { does: 'answer', afterMs: 500, talkMs });
};
/** The last status of a phone that dials. */
const dials = async (from: string, to = LINE, forMs = 8_000) => {
  const phone = phoneCalls(s, from, to);
  await s.clock.advance(forMs);
  return phone.statuses.at(-1);
};

describe('calls of an extension in an hour', () => {
  it('are refused from the limit on, with a prompt, until the hour is over; those of others are not', async () => {
    await open({ extension: { hour: { calls: 2 } } });
    expect([await dials('8001'), await dials('8001')]).toEqual([200, 200]);
    phoneCalls(s, '8001', LINE);
    await s.clock.settle();
    expect(s.heard(s.ear())).toContain('outside-limit');
    await s.clock.advance(10_000);
    expect(await dials('8001')).toBe(403);
    expect(await dials('8002')).toBe(200);
    expect(s.facts('barred')).toMatchObject([{ rule: 'outside-limit' }, { rule: 'outside-limit' }]);
    expect(s.facts('step').at(-1)!.why).toBe(
      '8001 has used its 2 calls of this hour (`outsideLimits.extension.hour.calls`)',
    );
    // told once
    expect(told).toMatchObject([
      { tenant: 'demo', extension: '8001', period: 'hour', of: 'calls', limit: 2 },
    ]);
    await s.clock.advance(HOUR);
    expect(await dials('8001')).toBe(200);
  });

  it('do not count what stays in the house, nor emergency calls, which pass', async () => {
    await open({ extension: { hour: { calls: 1 } } });
    s.edge.phone('8002', { does: 'answer', afterMs: 500, talkMs: 500 });
    s.edge.phone('110', { does: 'answer', afterMs: 500, talkMs: 500 });
    expect([await dials('8001', '8002'), await dials('8001', '110')]).toEqual([200, 200]);
    expect([await dials('8001'), await dials('8001')]).toEqual([200, 403]);
    expect([await dials('8001', '8002'), await dials('8001', '110')]).toEqual([200, 200]);
  });
});

describe('minutes of a day', () => {
  it('count as the call goes on', async () => {
    await open({ extension: { day: { minutes: 5 } } });
    answers(2 * HOUR);
    const first = phoneCalls(s, '8001', LINE);
    await s.clock.advance(4 * 60_000);
    answers(1_000);
    expect(await dials('8001')).toBe(200);
    await s.clock.advance(60_000);
    expect(await dials('8001')).toBe(403);
    // no call is cut by it
    expect(first.state).not.toBe('ended');
  });

  it('begin anew at midnight of the company', async () => {
    const use = { calls: 1, ms: 5 * 60_000, spend: 0 };
    const yesterday = { tenant: 'demo', extension: '8001', hour: TEN_O_CLOCK - 11 * HOUR, ...use };
    await open({ extension: { day: { minutes: 5 } } }, [yesterday]);
    expect(await dials('8001')).toBe(200);
  });

  it('are those before a restart, too', async () => {
    const use = { calls: 1, ms: 5 * 60_000, spend: 0 };
    const today = { tenant: 'demo', extension: '8001', hour: TEN_O_CLOCK - 9 * HOUR, ...use };
    await open({ extension: { day: { minutes: 5 } } }, [today]);
    expect(await dials('8001')).toBe(403);
  });
});

describe('money', () => {
  it('is counted a minute that has begun, by the price of the class', async () => {
    await open({ company: { day: { spend: 17 } } });
    answers(61_000);
    expect(await dials('8001', ABROAD, 70_000)).toBe(200);
    expect(kept.map(({ extension, calls, ms, spend }) => [extension, calls, ms, spend])).toEqual([
      ['', 1, 0, 0],
      ['8001', 1, 0, 0],
      ['', 0, 61_000, 16_000],
      ['8001', 0, 61_000, 16_000],
    ]);
    answers(7 * 60_000);
    expect(await dials('8002', LINE, 8 * 60_000)).toBe(200);
    expect(await dials('8002')).toBe(403);
    expect(told).toMatchObject([{ extension: '', period: 'day', of: 'spend', limit: 17 }]);
  });
});

describe('whatever calls out counts', () => {
  const calls = () => kept.filter(({ calls, extension }) => calls > 0 && extension !== '');

  it.each<[string, (number: string) => void]>([
    ['a transfer by the phone', (to) => s.edge.legsTo('8001')[0]!.delegate.onRefer!(refer(to))],
    ['a transfer', (to) => void transfer(talkOf(s, s.edge.legsTo('8001')[0]!), to)],
    [
      'click to call',
      (to) => void s.pbx.originate({ tenant: 'demo', extension: '8001', number: to, by: 'crm' }),
    ],
    [
      'a forward',
      (to) => {
        s.edge.phone('8001', { does: 'forward', to: [to] });
        phoneCalls(s, '8003', '8001');
      },
    ],
  ])('%s', async (_, reach) => {
    s = await talking(parts({ extension: { day: { calls: 100 } } }));
    answers(1_000);
    reach(LINE);
    await s.clock.advance(8_000);
    expect(calls()).toMatchObject([{ extension: '8001', calls: 1 }]);
  });

  it('the plan of a hotline counts for the company alone, and is held to its limit', async () => {
    await open({ company: { hour: { calls: 1 } } });
    const first = s.call();
    await s.clock.advance(8_000);
    const second = s.call();
    await s.clock.advance(8_000);
    expect([first.statuses.at(-1), s.edge.rung]).toEqual([200, [LINE]]);
    expect(second.statuses.at(-1)).not.toBe(200);
    expect(kept.filter(({ calls }) => calls > 0)).toMatchObject([{ extension: '', calls: 1 }]);
    expect(s.facts('barred')).toMatchObject([{ rule: 'outside-limit' }]);
  });
});

describe('an operator', () => {
  it('sees what is reached and lets it begin anew', async () => {
    await open({ extension: { day: { calls: 1 } }, company: { day: { calls: 5 } } });
    await dials('8001');
    expect(await dials('8001')).toBe(403);
    const { outsideLimits } = s.pbx;
    expect(outsideLimits.reached()).toMatchObject([{ extension: '8001', of: 'calls', limit: 1 }]);
    expect([outsideLimits.lift('demo', '8002'), outsideLimits.lift('demo', '8001')]).toEqual([false, true]);
    expect([outsideLimits.reached(), forgotten]).toEqual([[], ['demo/8001']]);
    expect(await dials('8001')).toBe(200);
    expect(await dials('8001')).toBe(403);
    expect(told).toHaveLength(2);
  });
});
