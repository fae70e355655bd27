import { afterEach, describe, expect, it } from 'vitest';
import { consult } from '../../src/call/attended-transfer.ts';
import { inviteToConference } from '../../src/call/conference.ts';
import { transfer } from '../../src/call/transfer.ts';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { OutsideRight } from '../../src/provisioning/outside-right.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';
import { phoneCalls, refer, talking, talkOf } from '../support/talk.ts';
import { otherOf, TENANTS, type Tenant, TwoCompanies } from '../support/two-companies.ts';

/** A phone calls outside as far as its extension, or the agent who sits at it, may: by whatever way, or not at all. */
const LOCAL = '075523456789';
const DOMESTIC = '01066668888';
const ABROAD = '0085221234567';

let s: Scenario;
afterEach(async () => {
  for (const leg of [...s.edge.legsTo('8001'), ...s.edge.legsTo('8002')]) leg.remoteEnd('normal');
  await s.clock.advance(120_000);
  await s.close();
});

const companies = (outside: OutsideRight, more: Parameters<typeof edited>[1] = {}) =>
  edited(SAMPLE_COMPANIES, {
    trunk: { uri: 'sip:carrier', probeMs: 0 },
    tenant: { areaCode: '0755' },
    extension: { outside, forwardOutside: true },
    ...more,
  });
const outside = () => s.edge.rung.filter((number) => !number.startsWith('80'));
const reasons = () => s.facts('step').flatMap(({ why }) => (why.includes('`outside`') ? [why] : []));

/** The ways in which a phone has a number outside called; 8001 talks with alice. */
const WAYS: readonly [string, (number: string) => void][] = [
  ['a phone that dials', (number) => void phoneCalls(s, '8002', number)],
  [
    'click to call',
    (number) => {
      s.edge.phone('8002', { does: 'answer', afterMs: 500 });
      try {
        s.pbx.originate({ tenant: 'demo', extension: '8002', number, by: 'crm' });
      } catch (error) {
        expect(error).toMatchObject({ code: 'forbidden', message: expect.stringContaining('`outside`') });
      }
    },
  ],
  ['a transfer by the phone', (number) => s.edge.legsTo('8001')[0]!.delegate.onRefer!(refer(number))],
  ['a transfer', (number) => void transfer(talkOf(s, s.edge.legsTo('8001')[0]!), number)],
  ['a consultation', (number) => void consult(talkOf(s, s.edge.legsTo('8001')[0]!), number)],
  ['an invitation', (number) => void inviteToConference(talkOf(s, s.edge.legsTo('8001')[0]!), number)],
  [
    'a phone that forwards (302)',
    (number) => {
      s.edge.phone('8002', { does: 'forward', to: [number] });
      phoneCalls(s, '8003', '8002');
    },
  ],
];

const RIGHTS: readonly [OutsideRight, readonly string[]][] = [
  ['none', []],
  ['local', [LOCAL]],
  ['domestic', [LOCAL, DOMESTIC]],
  ['international', [LOCAL, DOMESTIC, ABROAD]],
];

describe.each(WAYS)('%s', (_way, reach) => {
  const cells = RIGHTS.flatMap(([right, may]) =>
    [LOCAL, DOMESTIC, ABROAD].map((number) => [right, number, may.includes(number)] as const),
  );
  it.each(cells)('with right %s to %s: %s', async (right, number, isAllowed) => {
    s = await talking({ companies: companies(right), can: { conference: true } });
    s.edge.phone(number, { does: 'answer', afterMs: 500 });
    reach(number);
    await s.clock.advance(8_000);
    expect(outside()).toEqual(isAllowed ? [number] : []);
  });

  it('passes an emergency call whatever the right is', async () => {
    s = await talking({ companies: companies('none'), can: { conference: true } });
    s.edge.phone('110', { does: 'answer', afterMs: 500 });
    reach('110');
    await s.clock.advance(8_000);
    expect(outside()).toEqual(['110']);
  });
});

it('a refusal is said before any answer, and the phone and the record are told', async () => {
  s = await scenario(async () => {}, { companies: companies('domestic') });
  const phone = phoneCalls(s, '8001', ABROAD);
  await s.clock.settle();
  const ear = s.ear();
  await s.clock.runUntil(() => phone.state === 'ended', 20_000);
  expect([phone.statuses, s.heard(ear)]).toEqual([[183, 403], ['no-right']]);
  const why = `8001 may make no more than domestic calls (\`outside\`), and ${ABROAD} is international`;
  expect(projectCdr(s.events)).toMatchObject({
    direction: 'outbound',
    outcome: 'blocked',
    cause: 'forbidden',
    fault: 'caller',
    answeredAt: null,
    path: [{ step: 'outside', why }],
  });
});

it('a transfer that is refused is told to the phone, and the talk goes on', async () => {
  s = await talking({ companies: companies('local') });
  const asked = refer(ABROAD);
  s.edge.legsTo('8001')[0]!.delegate.onRefer!(asked);
  await s.clock.advance(2_000);
  expect(asked.answers.at(-1)).toBe(403);
  expect(s.facts('rung').at(-1)!.outcome).toMatch(/^failed: 8001 may make no more than local calls/);
  expect(s.edge.legsTo('8001')[0]!.state).toBe('confirmed');
});

it("an agent's right counts in place of his phone's", async () => {
  s = await scenario(async () => {}, {
    companies: companies('none', { agent: { outside: 'international' } }),
  });
  s.edge.phone(ABROAD, { does: 'answer', afterMs: 500, talkMs: 1_000 });
  phoneCalls(s, '8001', ABROAD);
  await s.clock.advance(3_000);
  expect(outside()).toEqual([ABROAD]);
});

it('counts as the trunk sends it, where its rules take a prefix off', async () => {
  const rewrite = {
    callerIn: [],
    calledIn: [],
    callerOut: [],
    calledOut: [{ match: '9', strip: 1, add: '' }],
  };
  const trunk = { uri: 'sip:carrier', probeMs: 0, rewrite };
  s = await scenario(async () => {}, { companies: companies('domestic', { trunk }) });
  for (const number of [`9${ABROAD}`, `9${DOMESTIC}`]) phoneCalls(s, '8001', number);
  await s.clock.advance(8_000);
  expect(outside()).toEqual([DOMESTIC]);
  expect(reasons()).toHaveLength(1);
});

it('the plan of a hotline calls its lines whatever the right of a phone that dials it', async () => {
  s = await scenario(
    async (call) => void (await call.dial({ targets: [{ kind: 'line', number: DOMESTIC }] })),
    {
      companies: companies('none'),
    },
  );
  s.edge.phone(DOMESTIC, { does: 'answer', afterMs: 500, talkMs: 1_000 });
  phoneCalls(s, '8001', '4001234567');
  await s.clock.advance(5_000);
  expect(outside()).toEqual([DOMESTIC]);
});

it('a forwarded call to nobody is over at once, and does not ring on', async () => {
  s = await scenario(async () => {}, { companies: companies('none') });
  s.edge.phone('8001', { does: 'forward', to: [DOMESTIC] });
  const phone = phoneCalls(s, '8002', '8001');
  await s.clock.advance(1_000);
  expect(phone.state).toBe('ended');
});

describe('at night', () => {
  /** The company's calendar is closed until eleven, an hour after the tests begin. */
  const ELEVEN = Date.parse('2026-10-10T11:00:00+08:00');
  const night = async (right: 'none' | 'local' | 'domestic', isTalking = false) => {
    const outsideLock = { calendar: 'hours', periods: ['closed'], right };
    const parts = {
      companies: companies('international', { tenant: { areaCode: '0755', outsideLock } }),
      hotlines: {
        route: (called: string) =>
          called === '4001234567'
            ? { run: async (call: FlowCall) => void (await call.queue('sales')) }
            : undefined,
        period: (calendar: string) =>
          calendar === 'hours'
            ? { period: s.clock.now() < ELEVEN ? 'closed' : 'open', why: 'closed: Sat is outside all hours' }
            : undefined,
      },
    };
    if (!isTalking) s = await scenario(async () => {}, parts);
    else
      s = await talking({
        ...parts,
        hotlines: { ...parts.hotlines, period: () => ({ period: 'closed', why: 'closed' }) },
      });
    for (const number of [LOCAL, DOMESTIC, ABROAD, '110'])
      s.edge.phone(number, { does: 'answer', afterMs: 500, talkMs: 100 });
  };

  it.each([
    ['domestic', [LOCAL, DOMESTIC, '110']],
    ['local', [LOCAL, '110']],
    ['none', ['110']],
  ] as const)(
    'phones call no farther than %s, whatever their right; in the morning they do',
    async (right, may) => {
      await night(right);
      for (const number of [LOCAL, DOMESTIC, ABROAD, '110']) phoneCalls(s, '8001', number);
      await s.clock.advance(8_000);
      expect(outside()).toEqual(may);
      await s.clock.advance(3_600_000);
      phoneCalls(s, '8001', ABROAD);
      await s.clock.advance(2_000);
      expect(outside().at(-1)).toBe(ABROAD);
    },
  );

  it('a refusal is told to the record and the stream of events', async () => {
    await night('domestic');
    const phone = phoneCalls(s, '8001', ABROAD);
    await s.clock.advance(8_000);
    expect(phone.statuses.at(-1)).toBe(403);
    expect(s.facts('barred')).toMatchObject([{ rule: 'outside-lock' }]);
    expect(projectCdr(s.events)).toMatchObject({
      outcome: 'blocked',
      path: [
        {
          step: 'outside',
          why: `phones may make no more than domestic calls now (\`outsideLock\`, closed: Sat is outside all hours), and ${ABROAD} is international`,
        },
      ],
    });
  });

  it('a transfer is locked, too, and the talk goes on', async () => {
    await night('local', true);
    const asked = refer(DOMESTIC);
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(asked);
    await s.clock.advance(2_000);
    expect([asked.answers.at(-1), outside(), s.edge.legsTo('8001')[0]!.state]).toEqual([
      403,
      [],
      'confirmed',
    ]);
    expect(s.facts('barred')).toMatchObject([{ rule: 'outside-lock' }]);
  });

  it('the plan of a hotline has its lines all the same', async () => {
    await night('none');
    const { directory } = s.pbx.acd.parts;
    const arrival = { tenantId: 'demo', caller: '1', called: '2' } as never;
    const line = directory.resolve({ kind: 'line', number: DOMESTIC }, arrival, {});
    expect(line.routes).toHaveLength(1);
    line.onEnded?.(undefined);
  });
});

describe('a phone without the right', () => {
  it.each(TENANTS)('%s: does not reach the hotline of another company either', async (own: Tenant) => {
    const house = await TwoCompanies.open(async (call) => call.play('welcome'));
    s = house.s;
    s.change({ extension: { outside: 'none' } });
    const phone = house.dials(own, '8001', otherOf(own) === 'a' ? '4001111111' : '4002222222');
    await s.clock.advance(8_000);
    expect([phone.statuses, house.factsOf(otherOf(own))]).toEqual([[183, 403], 0]);
  });
});
