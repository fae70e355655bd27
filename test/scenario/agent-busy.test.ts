import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hold, resume } from '../../src/call/hold.ts';
import type { SocketAddress } from '../../src/edge/edge.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';
import { refer } from '../support/talk.ts';

const PHONE: SocketAddress = { transport: 'udp', address: PHONES, port: 5060 };
let s: Scenario;

beforeEach(async () => {
  s = await scenario(async (call) => void (await call.queue('sales')), {
    companies: edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 } }),
  });
  s.pbx.acd.signOut('demo', '8002');
});

afterEach(() => s.close());

const stateOf8001 = () => s.pbx.acd.agents().find(({ agent }) => agent === '8001')!.state;
const lastWhy = () => s.facts('step').at(-1)?.why;

describe('an agent on a call that no queue made', () => {
  it('is not rung while he talks to somebody whom he dialled, and at once when he has hung up', async () => {
    s.edge.phone('13900139000', { does: 'answer', afterMs: 1_000 });
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    const own = s.call({ from: '8001', to: '13900139000', source: PHONE });
    await s.clock.advance(500);
    expect(stateOf8001()).toBe('dialling');
    await s.clock.advance(4_500);
    expect(stateOf8001()).toBe('talking');
    const { caller } = s.pbx.calls.ofExtension('demo', '8001')[0]!;
    const talk = s.pbx.calls.talkOf(caller.sip)!;
    await hold(talk, caller);
    expect(stateOf8001()).toBe('hold');
    await resume(talk, caller);
    expect(stateOf8001()).toBe('talking');
    s.call();
    await s.clock.advance(30_000);
    expect(lastWhy()).toBe('nobody is free; 8001 skipped: is on a call of his own; 8002 skipped: signed out');
    expect(s.facts('rung').filter(({ target }) => target === '8001')).toEqual([]);
    own.remoteEnd('normal');
    await s.clock.advance(1_100);
    expect(s.facts('rung').at(-1)).toMatchObject({ target: '8001', outcome: 'answered' });
  });

  it('is on the call that he is in now, when a transfer has moved him to another', async () => {
    s.pbx.acd.signIn('demo', '8002');
    s.pbx.acd.setState('demo', '8002', 'busy');
    for (const number of ['8001', '8002']) s.edge.phone(number, { does: 'answer', afterMs: 1_000 });
    const alice = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    const asking = s.call({ from: '8001', to: '8002', source: PHONE });
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    const on = () => s.pbx.acd.agents().find(({ agent }) => agent === '8002')!.callId;
    const [first, second] = s.facts('arrived').map(({ callId }) => callId);
    expect(on()).toBe(second);
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(refer('8002', asking));
    await s.clock.settle();
    expect([on(), s.pbx.calls.size]).toEqual([first, 1]);
    alice.remoteEnd('normal');
    await s.clock.advance(30_000);
  });

  it('is not rung while he is rung, or talks, as a colleague', async () => {
    s.edge.phone('8001', { does: 'answer', afterMs: 3_000, talkMs: 10_000 });
    s.call({ from: '8002', to: '8001', source: PHONE });
    await s.clock.advance(1_000);
    s.call();
    await s.clock.advance(1_000);
    expect(lastWhy()).toContain('8001 skipped: is on a call of his own');
    await s.clock.runUntil(() => s.facts('rung').length === 2);
    expect(s.facts('rung').at(-1)).toMatchObject({ target: '8001', outcome: 'answered' });
  });
});
