import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import type { SocketAddress } from '../../src/edge/edge.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';

/** A phone that answers 302 (呼叫转移): its contact is rung (RFC 3261 8.1.3.4), within the company, without a loop. */
const PHONE: SocketAddress = { transport: 'udp', address: PHONES, port: 5060 };
let s: Scenario;

beforeEach(async () => {
  s = await scenario(async (call) => void (await call.queue('sales')), {
    companies: edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 } }),
  });
});
afterEach(async () => {
  await s.clock.advance(60_000);
  await s.close();
});

const steps = () =>
  s.facts('step').flatMap(({ step, why }) => (step.startsWith('forward') ? [`${step}: ${why}`] : []));

describe('a phone that forwards', () => {
  it('has its call taken by the colleague whom it names', async () => {
    s.edge.phone('8001', { does: 'forward', to: ['8002'] });
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    const phone = s.call({ from: '8002', to: '8001', source: PHONE });
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(steps()).toEqual(['forward 8001: the phone forwards to 8002']);
    await s.clock.runUntil(() => phone.state === 'ended');
  });

  it('does so for a caller in a queue, who need not wait for another turn', async () => {
    s.edge.phone('8001', { does: 'forward', to: ['8002'] });
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
    const alice = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1, 20_000);
    expect(steps()[0]).toBe('forward 8001: the phone forwards to 8002');
    alice.remoteEnd('normal');
  });

  describe('whose extension may forward outside', () => {
    beforeEach(async () => {
      await s.close();
      s = await scenario(async (call) => void (await call.queue('sales')), {
        companies: edited(SAMPLE_COMPANIES, {
          trunk: { uri: 'sip:carrier', probeMs: 0 },
          extension: ({ number }) => ({ forwardOutside: number === '8001' }),
        }),
      });
    });

    it('has its call taken there, over a trunk; the next phone has no such right', async () => {
      s.edge.phone('8001', { does: 'forward', to: ['13900139000'] });
      s.edge.phone('13900139000', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
      const phone = s.call({ from: '8002', to: '8001', source: PHONE });
      await s.clock.runUntil(() => s.facts('connected').length === 1);
      expect(steps()).toEqual(['forward 8001: the phone forwards to 13900139000']);
      await s.clock.runUntil(() => phone.state === 'ended');
      await s.clock.advance(1_000);
      expect(projectCdr(s.events)).toMatchObject({
        origin: { extension: '8002' },
        cause: 'normal',
        endedBy: 'target',
        talkMs: 5_000,
        path: [{ step: 'forward 8001', why: 'the phone forwards to 13900139000' }],
        targets: [{ target: '8001', outcome: 'answered', ringMs: 1_000 }],
      });
      s.edge.phone('8001', { does: 'forward', to: ['8002'] });
      s.edge.phone('8002', { does: 'forward', to: ['13900139000'] });
      s.call({ from: '8002', to: '8001', source: PHONE });
      await s.clock.runUntil(() => steps().length === 3);
      expect(steps()[2]).toMatch(/^forward 8002: not to 13900139000: .* no right to forward outside/);
      await s.clock.advance(60_000);
      expect(s.facts('connected')).toHaveLength(1);
    });

    it('does not have a hotline, a feature code or the phone itself rung', async () => {
      s.edge.phone('8001', { does: 'forward', to: ['4001234567', '*43', '8001'] });
      const phone = s.call({ from: '8002', to: '8001', source: PHONE });
      await s.clock.runUntil(() => phone.state === 'ended');
      expect(steps()).toEqual([
        'forward 8001: not to 4001234567: a number of our own that is no extension rings nobody',
        'forward 8001: not to *43: a feature code rings nobody',
        'forward 8001: not to 8001: it was rung already',
      ]);
      expect(s.facts('connected')).toEqual([]);
    });
  });

  it('is not followed in circles, nor out of the house', async () => {
    s.edge.phone('8001', { does: 'forward', to: ['8002'] });
    s.edge.phone('8002', { does: 'forward', to: ['8001', '13900139000'] });
    s.edge.phone('13900139000', { does: 'answer', afterMs: 0 });
    const phone = s.call({ from: '8002', to: '8001', source: PHONE });
    await s.clock.runUntil(() => phone.state === 'ended');
    expect(steps()).toEqual([
      'forward 8001: the phone forwards to 8002',
      'forward 8002: not to 8001: it was rung already',
      'forward 8002: not to 13900139000: it is no extension of the company, and the phone has no right to forward outside (`forwardOutside`)',
    ]);
    expect(s.facts('connected')).toEqual([]);
  });
});
