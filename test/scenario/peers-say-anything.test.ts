import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import { FAKE_SDP, type FakeInboundLeg, type FakeOutboundLeg } from '../../src/edge/fake/fake-leg.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';

/** Whatever a peer sends, in whatever order: endpoints, legs and timers are back when the calls are gone. */
const SDPS = [
  FAKE_SDP,
  FAKE_SDP.replace('RTP/AVP 8 101', 'RTP/AVP 18'),
  FAKE_SDP.replaceAll(/[ma]=.*\r\n/g, ''),
  FAKE_SDP.replace('IN IP4 127.0.0.1\r\nt', 'IN IP4 phone.example\r\nt'),
  FAKE_SDP.replace('audio 40000', 'audio 0'),
  `${FAKE_SDP}a=sendonly\r\n`,
  'm=audio\r\n',
  '',
];

const FLOWS: ((call: FlowCall) => Promise<unknown>)[] = [
  (call) => call.queue('sales', { maxWaitMs: 20_000 }),
  (call) => call.dial({ targets: [{ kind: 'extension', number: '8001' }], ringMs: 10_000 }),
  (call) => call.voicemail('after-hours'),
  async (call) => {
    await call.earlyMedia({ ringback: 'welcome' });
    await Promise.all([call.answer(), call.answer()]);
    await call.gather({ prompt: 'main-menu' });
    await call.dial({
      targets: ['8001', '8002'].map((number) => ({ kind: 'extension', number })),
      together: true,
    });
  },
];

const sdp = fc.constantFrom(...SDPS);
const step = fc.oneof(
  fc.record({ does: fc.constant('arrive' as const), sdp, phone: fc.boolean() }),
  fc.record({ does: fc.constantFrom('early', 'pickUp', 'reoffer', 'reofferEmpty', 'digit') as never, sdp }),
  fc.record({ does: fc.constantFrom('hangUp', 'reject') as never }),
  fc.record({ does: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 12_000 }) }),
) as fc.Arbitrary<{ does: string; sdp?: string; phone?: boolean; ms?: number }>;

async function take(
  s: Scenario,
  { does, sdp = FAKE_SDP, phone, ms = 0 }: { does: string; sdp?: string; phone?: boolean; ms?: number },
  leg: FakeInboundLeg | FakeOutboundLeg | undefined,
): Promise<FakeInboundLeg | undefined> {
  if (does === 'arrive') {
    const source = { transport: 'udp', address: PHONES, port: 5060 } as const;
    return s.call(phone ? { from: '8002', to: '8001', sdp, source } : { sdp });
  }
  if (does === 'wait') await s.clock.advance(ms);
  if (!leg || leg.state === 'ended') return undefined;
  const isOut = leg.direction === 'outbound';
  if (does === 'early' && isOut) leg.sendEarlyMedia(sdp);
  if (does === 'pickUp' && isOut) leg.pickUp(sdp);
  if (does === 'reject') leg.remoteEnd('busy', 486);
  if (does === 'hangUp') leg.remoteEnd('normal');
  if (does === 'digit') leg.events.emit('digit', { digit: '#', durationMs: 100 });
  if (does.startsWith('reoffer')) {
    await Promise.resolve(leg.delegate.onReoffer?.(does === 'reoffer' ? sdp : undefined)).catch(() => {});
  }
  return undefined;
}

describe('peers that send anything', () => {
  it('leave no endpoint, leg or timer open', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(FLOWS.length - 1),
        fc.array(fc.tuple(step, fc.nat(7)), { minLength: 1, maxLength: 14 }),
        async (flow, steps) => {
          const s = await scenario(async (call) => void (await FLOWS[flow]!(call)));
          for (const number of ['8001', '8002']) s.edge.phone(number, { does: 'ring' });
          const legs: FakeInboundLeg[] = [];
          for (const [each, who] of [[{ does: 'arrive' }, 0] as const, ...steps]) {
            const all = [...legs, ...s.edge.legsTo('8001'), ...s.edge.legsTo('8002')];
            const arrived = await take(s, each, all[who % Math.max(1, all.length)]);
            if (arrived) legs.push(arrived);
            await s.clock.settle();
          }
          for (const leg of legs) leg.remoteEnd('normal');
          await s.clock.advance(120_000);
          if (s.media.open > 0) throw new Error(`${s.media.open} of the media are open after the calls`);
          await s.close();
        },
      ),
      { numRuns: 60, seed: 11 },
    );
  });
});
