import { describe, expect, it } from 'vitest';
import type { ReferRequest, SipLeg } from '../../src/edge/edge.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';

/** Alice in a talk with agent 8001. */
async function talking(): Promise<Scenario & { alice: ReturnType<Scenario['call']> }> {
  const s = await scenario(async (call) => {
    await call.queue('sales');
  });
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
  const alice = s.call();
  await s.clock.runUntil(() => s.facts('connected').length === 1);
  return { ...s, alice };
}

function refer(user: string, replaces?: SipLeg): ReferRequest & { answers: (string | number)[] } {
  const answers: (string | number)[] = [];
  return {
    answers,
    target: {
      displayName: undefined,
      uri: `sip:${user}@pbx`,
      scheme: 'sip',
      user,
      host: 'pbx',
      port: undefined,
      params: new Map(),
    },
    replaces,
    referredBy: undefined,
    accept: () => answers.push('accepted'),
    progress: (status) => answers.push(status),
    refuse: (status) => answers.push('refused', status),
  };
}

describe('transfer by the agent', () => {
  it('blind: the caller goes to the colleague, the agent is free for wrap-up', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'answer', afterMs: 2_000, talkMs: 5_000 });
    const request = refer('8002');
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(request);
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(request.answers).toEqual(['accepted', 200]);
    expect(s.edge.legsTo('8001')).toHaveLength(0);
    expect(s.facts('connected').map(({ target }) => target)).toEqual(['8001', '8002']);
    expect(s.pbx.acd.agents()[0]!.state).toBe('wrap-up');
    await s.clock.runUntil(() => s.alice.state === 'ended');
    expect(s.facts('recordingStarted')).toHaveLength(1);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('blind to somebody who is busy: the talk with the agent goes on', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'reject', status: 486 });
    const request = refer('8002');
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(request);
    await s.clock.advance(5_000);
    expect(request.answers).toEqual(['accepted', 480]);
    expect(s.edge.legsTo('8001')).toHaveLength(1);
    expect(s.alice.state).toBe('confirmed');
    await s.close();
  });

  it('blind by a phone that hangs up at once: the caller hears ringback until the answer', async () => {
    const s = await talking();
    const ear = s.ear();
    s.edge.phone('8002', { does: 'answer', afterMs: 4_000 });
    const leg = s.edge.legsTo('8001')[0]!;
    leg.delegate.onRefer!(refer('8002'));
    await s.clock.settle();
    leg.remoteEnd('normal');
    await s.clock.advance(1_000);
    expect(s.heard(ear).at(-1)).toBe('ringback');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.facts('connected')[1]).toMatchObject({ target: '8002' });
    await s.close();
  });

  it('attended: the consulted colleague takes the caller over', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
    const consultation = s.call({
      from: '8001',
      to: '8002',
      source: { transport: 'udp', address: PHONES, port: 5060 },
    });
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    const request = refer('8002', consultation);
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(request);
    await s.clock.advance(1_000);
    expect(request.answers).toEqual(['accepted', 200]);
    expect(consultation.state).toBe('ended');
    expect(s.edge.legsTo('8001')).toHaveLength(0);
    expect(s.edge.legsTo('8002')).toHaveLength(1);
    expect(s.pbx.calls.size).toBe(1);
    s.alice.remoteEnd('normal');
    await s.clock.advance(20_000);
    expect(s.facts('ended').map(({ cause }) => cause)).toEqual(['transferred', 'normal']);
    await s.close();
  });
});
