import { afterEach, describe, expect, it } from 'vitest';
import type { FlowCall, QueueOptions } from '../../src/dialplan/run/flow-call.ts';
import { companiesIn } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

/** Callers need skills of agents (技能): of the queue, of their flow, of the language that they chose. */
const company = (queue = '') => `
tenant: demo
tenants: { demo: {} }
trunks: { carrier: { addresses: [127.0.0.1] } }
extensions: { 8001: {}, 8002: {}, 8003: {} }
skills: { yue: { title: 粤语, language: yue, relaxAfter: 30s }, repairs: { title: 维修 } }
agents:
  8001: { level: 9 }
  8002: { skills: [{ skill: repairs, level: 40 }] }
  8003: { skills: [{ skill: yue }, { skill: repairs, level: 80 }] }
queues: { sales: { strategy: sequential, agents: [8001, 8002, 8003], announceAgent: false, wrapUp: 0s, ${queue} } }
`;

let s: Scenario;
afterEach(async () => {
  await s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await s.close();
});

type Flow = (call: FlowCall) => Promise<unknown>;
const open = async (flow: Flow, queue = '') => {
  s = await scenario(async (call) => void (await flow(call)), { companies: companiesIn(company(queue)) });
  for (const number of ['8001', '8002', '8003'])
    s.edge.phone(number, { does: 'answer', afterMs: 1_000, talkMs: 600_000 });
};
const asks = (options: QueueOptions): Flow => {
  return (call) => call.queue('sales', options);
};
const callIn = async (forMs = 3_000) => {
  const leg = s.call();
  await s.clock.advance(forMs);
  return leg;
};
const served = () => s.facts('connected').map(({ target }) => target);
const why = () => s.facts('step').flatMap(({ step, why }) => (step === 'queue sales' ? [why] : []));

describe('a flow that asks for a skill', () => {
  it('is served by who has it, and the record says what the others lack', async () => {
    await open(asks({ skills: [{ skill: 'repairs' }] }));
    await callIn();
    expect(served()).toEqual(['8002']);
    expect(why()[0]).toBe('8002 by sequential; 8001 skipped: lacks 维修');
  });

  it('to a level: who has less is passed over', async () => {
    await open(asks({ skills: [{ skill: 'repairs', level: 50 }] }));
    await callIn();
    expect(served()).toEqual(['8003']);
    expect(why()[0]).toContain('8002 skipped: has 维修 40, and 50 is needed');
  });

  it('takes whoever is free when it has waited so long', async () => {
    await open(asks({ skills: [{ skill: 'repairs', level: 90, relaxAfterMs: 20_000 }] }));
    await callIn(19_000);
    expect([served(), why()[0]]).toEqual([[], expect.stringContaining('nobody is free')]);
    await s.clock.advance(3_000);
    expect(served()).toEqual(['8001']);
  });

  it('may not join where nobody who is signed in has it', async () => {
    await open(asks({ skills: [{ skill: 'repairs', level: 90 }] }));
    await callIn();
    expect(s.facts('askEnded')).toMatchObject([{ ending: 'no-agents' }]);
    expect(why()).toEqual(['no agent who is signed in has what the caller needs: 维修']);
  });

  it('keeps nobody back who waits behind it and needs nothing', async () => {
    const skills = [{ skill: 'repairs', level: 80 }];
    const flows: Flow[] = [asks({ skills }), asks({ skills }), asks({})];
    await open((call) => flows.shift()!(call));
    for (let calls = 0; calls < 3; calls++) await callIn();
    expect(served()).toEqual(['8003', '8001']);
    s.edge.legsTo('8003')[0]!.remoteEnd('normal');
    await s.clock.advance(3_000);
    expect(served()).toEqual(['8003', '8001', '8003']);
  });
});

it('a queue asks for skills of its own; the higher level counts', async () => {
  await open(asks({ skills: [{ skill: 'repairs', level: 10 }] }), 'skills: [{ skill: repairs, level: 60 }]');
  await callIn();
  expect(served()).toEqual(['8003']);
});

describe('a queue by skill', () => {
  const bySkill = 'strategy: skill';
  const open2 = async (flow: Flow) => {
    s = await scenario(async (call) => void (await flow(call)), {
      companies: companiesIn(company().replace('strategy: sequential', bySkill)),
    });
    for (const number of ['8001', '8002', '8003'])
      s.edge.phone(number, { does: 'answer', afterMs: 1_000, talkMs: 600_000 });
  };

  it('rings the highest in what is needed first', async () => {
    await open2(asks({ skills: [{ skill: 'repairs' }] }));
    for (let calls = 0; calls < 2; calls++) await callIn();
    expect(served()).toEqual(['8003', '8002']);
  });

  it('and the highest of all where nothing is', async () => {
    await open2(asks({}));
    await callIn();
    expect(served()).toEqual(['8001']);
  });
});

describe('a caller who chose a language', () => {
  const speaks = (skill: string): Flow => {
    return async (call) => {
      await call.speak(skill);
      await call.queue('sales');
    };
  };

  it('is served by who knows it, and after a while by anybody', async () => {
    await open(speaks('yue'));
    await callIn();
    expect(served()).toEqual(['8003']);
    await callIn(29_000);
    expect(served()).toEqual(['8003']);
    await s.clock.advance(5_000);
    expect(served()).toEqual(['8003', '8001']);
  });

  it('is served by anybody where no agent of the queue knows it, and the record says so', async () => {
    await open(speaks('yue'));
    s.change({ agent: { skills: [] } });
    await callIn();
    expect(served()).toEqual(['8001']);
    expect(why()[0]).toBe('none of its agents has 粤语: any of them serves the caller');
  });
});
