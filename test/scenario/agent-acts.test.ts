import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentError } from '../../src/acd/agent-error.ts';
import { edited, extension, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const FREE_DESK = { kind: 'extension', number: '8003' } as const;
let s: Scenario;

beforeEach(async () => {
  s = await scenario(async (call) => void (await call.queue('sales')), {
    companies: [
      ...edited(SAMPLE_COMPANIES, { agent: { signIn: 'manual' }, trunk: { uri: 'sip:carrier', probeMs: 0 } }),
      extension({ tenant: 'demo', number: '8003', name: 'free desk' }),
    ],
  });
  for (const number of ['8001', '8002', '8003']) s.edge.phone(number, { does: 'answer', afterMs: 1_000 });
});

afterEach(() => s.close());

const states = () => s.pbx.acd.agents().map(({ state }) => state);

function refusal(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as AgentError).code;
  }
}

describe('an agent who signs in himself', () => {
  it('is signed out from the start on, and takes calls at the phone where he signed in', async () => {
    const { acd } = s.pbx;
    expect(states()).toEqual(['signed-out', 'signed-out']);
    acd.signIn('demo', '8001', { extension: '8003' });
    expect([states(), acd.seatOf('demo', '8001')?.number, acd.agentAt('demo', FREE_DESK)]).toEqual([
      ['ready', 'signed-out'],
      '8003',
      '8001',
    ]);
    const alice = s.call();
    await s.clock.advance(5_000);
    expect([s.edge.rung, states()]).toEqual([['8003'], ['talking', 'signed-out']]);
    expect(refusal(() => acd.signIn('demo', '8001'))).toBe('agent-at-work');
    alice.remoteEnd('normal');
    await s.clock.advance(1);
    expect(states()).toEqual(['wrap-up', 'signed-out']);
    acd.endWrapUp('demo', '8001');
    expect(states()).toEqual(['ready', 'signed-out']);
    acd.signOut('demo', '8001');
    // Where he sat somebody else may sit now.
    expect([acd.seatOf('demo', '8001')?.number, acd.agentAt('demo', FREE_DESK)]).toEqual(['8001', undefined]);
  });

  it('is offered callers of the queues that he serves', async () => {
    const { acd } = s.pbx;
    acd.signIn('demo', '8001', { queues: ['service'] });
    acd.signIn('demo', '8002', { queues: ['sales'] });
    s.call();
    await s.clock.advance(3_000);
    expect(s.edge.rung).toEqual(['8002']);
    acd.moveQueues('demo', '8002', ['service']);
    s.call();
    await s.clock.advance(3_000);
    expect(s.facts('askEnded').map(({ ending }) => ending)).toContain('no-agents');
    acd.moveQueues('demo', '8001', undefined);
    s.call();
    await s.clock.advance(3_000);
    expect(s.edge.rung).toEqual(['8002', '8001']);
  });

  it('is refused what cannot be done, and told why', () => {
    const { acd } = s.pbx;
    expect(refusal(() => acd.signIn('demo', '9999'))).toBe('no-such-agent');
    expect(refusal(() => acd.signIn('demo', '8001', { extension: '8099' }))).toBe('no-such-extension');
    expect(refusal(() => acd.signIn('demo', '8001', { queues: ['nowhere'] }))).toBe('no-such-queue');
    expect(refusal(() => acd.setState('demo', '8001', 'break', 'lunch'))).toBe('signed-out');
    expect(refusal(() => acd.signOut('demo', '8001'))).toBe('signed-out');
    acd.signIn('demo', '8001');
    expect(refusal(() => acd.endWrapUp('demo', '8001'))).toBe('no-wrap-up');
    acd.setState('demo', '8001', 'break', 'lunch');
    expect(states()).toEqual(['break', 'signed-out']);
  });
});

describe('a break whose reason has a limit', () => {
  const alarms: unknown[] = [];
  beforeEach(() => {
    alarms.length = 0;
    s.pbx.acd.events.on('agentAlarm', ({ agent, what, reason }) => alarms.push([agent, what, reason]));
    s.pbx.acd.signIn('demo', '8001');
  });
  const isOver = () => s.pbx.acd.agent('demo', '8001')!.isOverLimit;

  it('is an alarm when it lasts longer, once; it goes on, and the board shows it until he is back', async () => {
    s.pbx.acd.setState('demo', '8001', 'break', 'rest');
    await s.clock.advance(599_000);
    expect([alarms, isOver()]).toEqual([[], false]);
    await s.clock.advance(1_000);
    expect([alarms, isOver(), states()[0]]).toEqual([[['8001', 'break-limit', 'rest']], true, 'break']);
    expect(s.agentEvents.at(-1)).toMatchObject({ did: 'break-limit', state: 'break', reason: 'rest' });
    await s.clock.advance(3_600_000);
    s.pbx.acd.setState('demo', '8001', 'ready');
    expect([alarms.length, isOver()]).toEqual([1, false]);
  });

  it('is none when he is back in time, has another reason, or gives none', async () => {
    s.pbx.acd.setState('demo', '8001', 'break', 'rest');
    await s.clock.advance(500_000);
    s.pbx.acd.setState('demo', '8001', 'break', 'lunch');
    await s.clock.advance(500_000);
    s.pbx.acd.setState('demo', '8001', 'break');
    await s.clock.advance(3_600_000);
    expect([alarms, isOver()]).toEqual([[], false]);
  });

  it('is measured by the limit as it is set now', async () => {
    s.pbx.acd.setState('demo', '8001', 'break', 'rest');
    await s.clock.advance(300_000);
    s.change({ breakReason: { limitMs: 200_000 } });
    await s.clock.advance(1);
    expect([alarms.length, isOver()]).toEqual([1, true]);
    s.change({ breakReason: { limitMs: 900_000 } });
    expect(isOver()).toBe(false);
    await s.clock.advance(600_000);
    expect([alarms.length, isOver()]).toEqual([2, true]);
  });
});
