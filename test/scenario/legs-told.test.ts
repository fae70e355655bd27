import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReferRequest, SipLeg, SocketAddress } from '../../src/edge/edge.ts';
import type { FakeInboundLeg } from '../../src/edge/fake/fake-leg.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';

/** Every leg of a phone or line is told, in whatever role: who talks on a call that he dialled himself is busy too. */
const PHONE: SocketAddress = { transport: 'udp', address: PHONES, port: 5060 };
let s: Scenario;
let told: string[];

beforeEach(async () => {
  s = await scenario(async (call) => void (await call.queue('sales')), {
    companies: edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 } }),
  });
  told = [];
  const name = ({ party }: { party: { tenant: string; kind: string; number: string } }) =>
    `${party.tenant} ${party.kind} ${party.number}`;
  s.pbx.calls.events.on('legOpened', (fact) => told.push(`+ ${name(fact)}`));
  s.pbx.calls.events.on('legEnded', (fact) => told.push(`- ${name(fact)}`));
});

afterEach(async () => {
  await s.clock.advance(60_000);
  await s.close();
  const open = told.filter((line) => line.startsWith('+')).length;
  expect(told.filter((line) => line.startsWith('-'))).toHaveLength(open);
});

function refer(user: string, replaces?: SipLeg): ReferRequest {
  const target = {
    displayName: undefined,
    uri: `sip:${user}@pbx`,
    scheme: 'sip',
    user,
    host: 'pbx',
    port: undefined,
    params: new Map<string, string>(),
  };
  const answers = { accept: () => {}, progress: () => {}, refuse: () => {} };
  return { target, replaces, referredBy: undefined, ...answers };
}

const dial = (from: string, to: string): FakeInboundLeg => s.call({ from, to, source: PHONE });
const callsAt = (extension: string) => s.pbx.calls.ofExtension('demo', extension);

describe('legs are told', () => {
  it('of a phone that dials a line, from its INVITE to its BYE', async () => {
    s.edge.phone('13900139000', { does: 'answer', afterMs: 2_000 });
    const phone = dial('8001', '13900139000');
    expect(told).toEqual(['+ demo extension 8001']);
    expect(s.pbx.calls.ofAgent('demo', '8001')).toEqual(callsAt('8001'));
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(told).toEqual(['+ demo extension 8001', '+ demo line 13900139000']);
    expect(s.pbx.calls.ofLine('demo', '13900139000')).toEqual(callsAt('8001'));
    phone.remoteEnd('normal');
    expect(told.slice(2).sort()).toEqual(['- demo extension 8001', '- demo line 13900139000']);
    expect(callsAt('8001')).toEqual([]);
  });

  it('of a caller on a trunk and of all agents that are rung, those who do not answer too', async () => {
    s.edge.phone('8001', { does: 'reject', status: 486 });
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(told).toEqual([
      '+ demo line 13800138000',
      '+ demo extension 8001',
      '- demo extension 8001',
      '+ demo extension 8002',
    ]);
    expect(s.pbx.calls.ofHotline('demo', '4001234567')).toEqual(callsAt('8002'));
  });

  it('of a phone that gets a call by blind transfer', async () => {
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(refer('8002'));
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(told.slice(2)).toEqual(['+ demo extension 8002', '- demo extension 8001']);
  });

  it('once of a leg that moves to another call by attended transfer', async () => {
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    const consultation = dial('8001', '8002');
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    s.edge.legsTo('8001')[0]!.delegate.onRefer!(refer('8002', consultation));
    await s.clock.settle();
    expect(told.filter((line) => line.endsWith('8002'))).toEqual(['+ demo extension 8002']);
    expect(callsAt('8002')).toEqual(s.pbx.calls.ofHotline('demo', '4001234567'));
    expect(callsAt('8001')).toEqual([]);
  });

  it('of a phone that hangs up while it dials', async () => {
    dial('8001', '8002').remoteEnd('cancelled');
    expect(told).toContain('- demo extension 8001');
    expect(callsAt('8001')).toEqual([]);
  });
});
