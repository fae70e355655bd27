import { afterEach, describe, expect, it } from 'vitest';
import { companiesIn } from '../support/companies.ts';
import { type Scenario, type ScenarioOptions, scenario } from '../support/scenario.ts';
import { phoneCalls, refer, talkOf } from '../support/talk.ts';

/** Groups of phones (分机组): who dials the number of one speaks with the first of its members who answers. */
const LINE = '01066668888';

const house = (group: string, more = '') => `
tenant: demo
tenants: { demo: {} }
trunks: { carrier: { addresses: [127.0.0.1], uri: "sip:carrier", probe: 0s } }
extensions: { 8001: {}, 8002: {}, 8003: {}, 8004: {}, 8005: {} }
agents: { 9001: { extension: 8001 } }
mailboxes: { box: {} }
groups:
  600: ${group}
  ${more}
`;
const ALL = 'members: [{ agent: 9001 }, { extension: 8002 }, { extension: 8003 }]';

let s: Scenario;
const open = async (group: string, more = '', options: ScenarioOptions = {}) => {
  s = await scenario(async () => {}, { companies: companiesIn(house(group, more)), ...options });
  for (const number of ['8001', '8002', '8003', '8004', LINE]) s.edge.phone(number, { does: 'ring' });
};
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await ended;
  await s.close();
});

const why = () => s.facts('step').flatMap((step) => (step.step.startsWith('group') ? [step.why] : []));
const answers = (number: string, afterMs = 1_000) =>
  s.edge.phone(number, { does: 'answer', afterMs, talkMs: 5_000 });

describe('a group that rings all', () => {
  it('rings its members together; who answers first has the caller, and the record names both', async () => {
    await open(`{ ${ALL} }`);
    answers('8002', 3_000);
    const phone = phoneCalls(s, '8005', '600');
    await s.clock.advance(1_000);
    expect(s.edge.rung).toEqual(['8001', '8002', '8003']);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(phone.statuses.at(-1)).toBe(200);
    expect(s.facts('connected')).toMatchObject([{ target: '8002', kind: 'extension' }]);
    expect(s.facts('rung')).toMatchObject([
      { target: '8002', outcome: 'answered' },
      { target: '9001', kind: 'agent', outcome: 'cancelled: 8002 answered' },
      { target: '8003' },
    ]);
    expect(why()).toEqual(['ring-all: 9001, 8002, 8003', '8002 answered']);
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal', by: 'target' }]);
  });

  it('leaves out who dials it, and follows what each of the others has set', async () => {
    await open('{ members: [{ extension: 8001 }, { extension: 8002 }, { extension: 8003 }] }');
    s.change({
      extension: ({ number }) =>
        number === '8001'
          ? { doNotDisturb: true }
          : number === '8002'
            ? { forward: { always: '8004', ringMs: 20_000 } }
            : {},
    });
    phoneCalls(s, '8003', '600');
    await s.clock.advance(1_000);
    expect(s.edge.rung).toEqual(['8004']);
  });

  it('may have a number outside, on the right of the company', async () => {
    await open(`{ members: [{ extension: 8002 }, { number: "${LINE}" }] }`);
    s.change({ extension: { outside: 'none' } });
    phoneCalls(s, '8005', '600');
    await s.clock.advance(1_000);
    expect(s.edge.rung).toEqual(['8002', LINE]);
  });

  it('ends as its last member did when nobody answers in time', async () => {
    await open(`{ ${ALL}, ring: 10s }`);
    const phone = phoneCalls(s, '8005', '600');
    await s.clock.advance(9_900);
    expect(phone.state).not.toBe('ended');
    await s.clock.advance(200);
    expect(phone.statuses.at(-1)).toBe(480);
    expect(why().at(-1)).toBe('nobody answered: no-answer');
  });
});

describe('a group that rings one after the other', () => {
  const rung = async () => {
    s.edge.rung.length = 0;
    const phone = phoneCalls(s, '8005', '600');
    await s.clock.runUntil(() => phone.state === 'ended');
    return s.edge.rung.join(' ');
  };

  it('hunts in the order of its list', async () => {
    await open(`{ ${ALL}, strategy: hunt, ring: 5s }`);
    s.edge.phone('8001', { does: 'reject', status: 486 });
    const phone = phoneCalls(s, '8005', '600');
    await s.clock.advance(1_000);
    expect(s.edge.rung).toEqual(['8001', '8002']);
    await s.clock.advance(5_000);
    expect(s.edge.rung).toEqual(['8001', '8002', '8003']);
    await s.clock.runUntil(() => phone.state === 'ended');
  });

  it('in turn: begins with the next one each time', async () => {
    await open(`{ ${ALL}, strategy: round-robin, ring: 5s }`);
    expect([await rung(), await rung(), await rung(), await rung()]).toEqual([
      '8001 8002 8003',
      '8002 8003 8001',
      '8003 8001 8002',
      '8001 8002 8003',
    ]);
  });

  it('at random: each of them once', async () => {
    await open(`{ ${ALL}, strategy: random, ring: 5s }`);
    const orders = new Set<string>();
    for (let calls = 0; calls < 12; calls++) orders.add(await rung());
    expect(orders.size).toBeGreaterThan(1);
    for (const order of orders) expect(order.split(' ').sort()).toEqual(['8001', '8002', '8003']);
  });
});

describe('when nobody of a group answers', () => {
  it.each([
    ['an extension', 'number: "8004"', '', '8004'],
    ['a number outside', `number: "${LINE}"`, '', LINE],
    ['another group', 'number: "601"', '601: { members: [{ extension: 8004 }] }', '8004'],
  ])('the caller goes to %s', async (_, otherwise, more, last) => {
    await open(`{ members: [{ extension: 8001 }], ring: 5s, otherwise: { ${otherwise} } }`, more);
    answers(last);
    phoneCalls(s, '8005', '600');
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.edge.rung).toEqual(['8001', last]);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
  });

  it('the caller may leave a message', async () => {
    await open(`{ members: [{ extension: 8001 }], ring: 5s, otherwise: { mailbox: box } }`);
    phoneCalls(s, '8005', '600');
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(s.facts('segment').map(({ kind }) => kind)).toContain('voicemail');
  });

  it('groups that lead to one another end the call', async () => {
    await open(
      `{ members: [{ extension: 8001 }], ring: 5s, otherwise: { number: "601" } }`,
      '601: { members: [{ extension: 8002 }], ring: 5s, otherwise: { number: "600" } }',
    );
    const phone = phoneCalls(s, '8005', '600');
    await s.clock.runUntil(() => phone.state === 'ended');
    expect(s.edge.rung).toEqual(['8001', '8002', '8001', '8002', '8001', '8002']);
  });
});

describe('the number of a group', () => {
  it('takes a caller who is transferred to it', async () => {
    await open('{ members: [{ extension: 8003 }] }');
    answers('8003');
    s.edge.phone('8001', { does: 'answer', afterMs: 500 });
    const phone = phoneCalls(s, '8005', '8001');
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    const talk = talkOf(s, phone);
    talk.places.partner!.leg.onRefer!(refer('600'));
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.facts('connected')[1]).toMatchObject({ target: '8003' });
  });

  it('may be called by a click', async () => {
    await open('{ members: [{ extension: 8003 }] }');
    answers('8003');
    s.edge.phone('8005', { does: 'answer', afterMs: 500 });
    s.pbx.originate({ tenant: 'demo', extension: '8005', number: '600', by: 'crm' });
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.facts('connected')).toMatchObject([{ target: '8003' }]);
  });
});

describe('pick-up (*8) of a phone that is in a group', () => {
  const takes = async (group: string) => {
    await open(group);
    phoneCalls(s, '8005', '8004');
    await s.clock.advance(2_000);
    phoneCalls(s, '8005', '8002');
    await s.clock.advance(2_000);
    const phone = phoneCalls(s, '8003', '*8');
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    const { callId } = s.facts('connected')[0]!;
    expect(phone.state).toBe('confirmed');
    return s.facts('arrived').find((fact) => fact.callId === callId)!.called;
  };

  it("takes its group's call before one of others that has rung longer", async () => {
    expect(await takes('{ members: [{ extension: 8002 }, { extension: 8003 }] }')).toBe('8002');
  });

  it('takes the one that has rung longest where the group does not want that', async () => {
    expect(await takes('{ members: [{ extension: 8002 }, { extension: 8003 }], pickUp: false }')).toBe(
      '8004',
    );
  });

  it('takes any call while none rings in its group', async () => {
    expect(await takes('{ members: [{ extension: 8001 }, { extension: 8003 }] }')).toBe('8004');
  });
});
