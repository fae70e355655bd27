import { afterEach, describe, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import { FAKE_SDP } from '../../src/edge/fake/fake-leg.ts';
import { NullMediaEngine } from '../../src/media/null/null-engine.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';

/** What cannot be accepted is 488 before anybody is rung, what cannot be held 503; nothing stays open of either. */
const BAD_OFFERS = {
  'G.729 only': FAKE_SDP.replace('RTP/AVP 8 101', 'RTP/AVP 18').replaceAll(/a=.*\r\n/g, ''),
  'no m= line': FAKE_SDP.replaceAll(/[ma]=.*\r\n/g, ''),
  'a host name in c=': FAKE_SDP.replace('IN IP4 127.0.0.1\r\nt', 'IN IP4 phone.example\r\nt'),
  'no SDP at all': 'this is no SDP\r\n',
  'audio that is refused': FAKE_SDP.replace('audio 40000', 'audio 0'),
  'SRTP without keys': FAKE_SDP.replace('RTP/AVP', 'RTP/SAVP'),
};

const FLOWS: Record<string, (call: FlowCall) => Promise<unknown>> = {
  menu: (call) => call.gather({ prompt: 'main-menu' }),
  queue: (call) => call.queue('sales'),
  extension: (call) => call.dial({ targets: [{ kind: 'extension', number: '8001' }] }),
  'early media': async (call) => {
    await call.earlyMedia();
    await call.play('welcome');
  },
  voicemail: (call) => call.voicemail('after-hours'),
};

let s: Scenario;
afterEach(async () => {
  await s.clock.advance(60_000);
  await s.close();
});

const phone = { source: { transport: 'udp', address: PHONES, port: 5060 } } as const;

describe('an offer that cannot be accepted', () => {
  it.each(Object.keys(FLOWS))('is 488 at once in a flow that begins with: %s', async (name) => {
    s = await scenario(async (call) => void (await FLOWS[name]!(call)));
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    for (const [what, sdp] of Object.entries(BAD_OFFERS)) {
      const leg = s.call({ sdp });
      await s.clock.settle();
      expect([what, leg.state, leg.statuses.at(-1)]).toEqual([what, 'ended', 488]);
      expect([what, s.media.endpoints.size]).toEqual([what, 0]);
    }
    expect(s.edge.rung).toEqual([]);
    const ended = s.facts('ended');
    expect(ended).toHaveLength(Object.keys(BAD_OFFERS).length);
    expect(ended.every(({ cause, q850 }) => cause === 'not-acceptable' && q850 === 88)).toBe(true);
  });

  it('of a phone is 488 too, and nobody is rung', async () => {
    s = await scenario(async () => {});
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
    for (const sdp of Object.values(BAD_OFFERS)) {
      const leg = s.call({ from: '8001', to: '8002', sdp, ...phone });
      await s.clock.settle();
      expect(leg.statuses.at(-1)).toBe(488);
    }
    expect(s.edge.rung).toEqual([]);
    expect(s.media.endpoints.size).toBe(0);
  });

  it('made by an agent in his answer loses him the call, not the caller his place', async () => {
    s = await scenario(async (call) => void (await call.queue('sales')));
    s.edge.phone('8001', { does: 'ring' });
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    s.call();
    await s.clock.advance(1_000);
    s.edge.legsTo('8001')[0]!.pickUp(BAD_OFFERS['G.729 only']);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(projectCdr(s.events)).toMatchObject({
      agent: '8002',
      targets: [{ target: '8001', outcome: 'failed: not-acceptable' }, { target: '8002' }],
    });
  });
});

describe('no port is left', () => {
  const full = (maxEndpoints: number) =>
    new NullMediaEngine({ clock: new ManualClock(), ids: seededIds(), maxEndpoints });

  it.each(Object.keys(FLOWS))('503 in a flow that begins with: %s', async (name) => {
    s = await scenario(async (call) => void (await FLOWS[name]!(call)), { media: full(0) });
    const leg = s.call();
    await s.clock.settle();
    expect(leg.statuses.at(-1)).toBe(503);
    expect(leg.endRequest?.headers).toEqual({ 'Retry-After': '10' });
    expect(s.facts('ended')).toMatchObject([{ cause: 'resource-unavailable', q850: 47, fault: 'system' }]);
  });

  it('for the phone that is called: the caller is told the same', async () => {
    s = await scenario(async () => {}, {
      media: full(1),
    });
    const leg = s.call({ from: '8001', to: '8002', ...phone });
    await s.clock.settle();
    expect(leg.statuses.at(-1)).toBe(503);
    expect(s.facts('ended')).toMatchObject([{ cause: 'resource-unavailable' }]);
    expect(s.edge.rung).toEqual([]);
  });
});
