import { describe, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { ReferRequest, SipLeg } from '../../src/edge/edge.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';

/** Alice in a talk with agent 8001. */
async function talking(
  parts: Parameters<typeof scenario>[1] = {},
): Promise<Scenario & { alice: ReturnType<Scenario['call']> }> {
  const s = await scenario(async (call) => {
    await call.queue('sales');
  }, parts);
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
    expect(s.facts('connected').map(({ target, kind }) => [target, kind])).toEqual([
      ['8001', 'agent'],
      ['8002', 'agent'],
    ]);
    expect(s.pbx.acd.agents()[0]!.state).toBe('wrap-up');
    await s.clock.runUntil(() => s.alice.state === 'ended');
    expect(s.facts('recordingStarted')).toHaveLength(1);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('blind to an outside line: the record keeps the agent, and names the line as a line', async () => {
    const sample = loadConfig({ file: 'dialplans/pbx400.yaml' });
    const trunks = [{ ...sample.trunks[0]!, uri: 'sip:carrier', probeMs: 0 }];
    const s = await talking({ config: { ...sample, trunks } });
    s.edge.phone('13900139000', { does: 'answer', afterMs: 2_000, talkMs: 5_000 });
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(refer('13900139000'));
    await s.clock.runUntil(() => s.alice.state === 'ended');
    expect(s.facts('connected')[1]).toMatchObject({ target: '13900139000', kind: 'line' });
    expect(projectCdr(s.events)).toMatchObject({ agent: '8001', cause: 'normal' });
    await s.clock.advance(20_000);
    await s.close();
  });

  it('one at a time: a second one is refused until the first is over', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'ring' });
    const leg = s.edge.legsTo('8001')[0]!;
    leg.delegate.onRefer!(refer('8002'));
    const second = refer('8002');
    leg.delegate.onRefer!(second);
    expect(second.answers).toEqual(['refused', 491]);
    await s.clock.advance(30_000);
    const third = refer('8002');
    leg.delegate.onRefer!(third);
    expect(third.answers).toEqual(['accepted']);
    await s.close();
  });

  it('blind to somebody who is busy: the talk with the agent goes on', async () => {
    const s = await talking();
    s.edge.phone('8002', { does: 'reject', status: 486 });
    const request = refer('8002');
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(request);
    await s.clock.advance(5_000);
    expect(request.answers).toEqual(['accepted', 486]);
    expect(s.edge.legsTo('8001')).toHaveLength(1);
    expect(s.alice.state).toBe('confirmed');
    await s.close();
  });

  it('blind by a phone that hangs up at once: the caller hears music until the answer', async () => {
    const s = await talking();
    const ear = s.ear();
    s.edge.phone('8002', { does: 'answer', afterMs: 4_000 });
    const leg = s.edge.legsTo('8001')[0]!;
    leg.delegate.onRefer!(refer('8002'));
    await s.clock.settle();
    leg.remoteEnd('normal');
    await s.clock.advance(1_000);
    expect(s.heard(ear).at(-1)).toBe('queue-music');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.facts('connected')[1]).toMatchObject({ target: '8002' });
    const spent = s.facts('segment').map(({ kind, owner }) => `${kind} ${owner}`);
    expect(spent.slice(-3)).toEqual(['talk 8001', 'ring 8002', 'talk 8002']);
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
