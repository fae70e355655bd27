import { describe, expect, it } from 'vitest';
import { edited, entity, SAMPLE_COMPANIES } from '../support/companies.ts';
import { scenario } from '../support/scenario.ts';

const companies = edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 } });
const carrier = companies.all('trunk')[0]!;
const second = { name: 'second', addresses: ['192.0.2.2'], uri: 'sip:second', priority: 2 };
const twoTrunks = [...companies, entity('trunk', { ...carrier, ...second })];

describe('dial over trunks', () => {
  it('tries the next trunk when the first cannot deliver the call, not when the line is busy', async () => {
    const reasons: string[] = [];
    const s = await scenario(
      async (call) => {
        const targets = [{ kind: 'line', number: '13900139000' }] as const;
        reasons.push((await call.dial({ targets })).reason);
      },
      { companies: twoTrunks },
    );
    s.edge.phone('13900139000', { does: 'reject', status: 503 });
    s.call();
    await s.clock.advance(1_000);
    expect(s.edge.rung).toEqual(['13900139000', '13900139000']);
    expect(s.facts('step').map(({ why }) => why)).toEqual(['SIP 503: tries the next way']);
    s.edge.phone('13900139000', { does: 'reject', status: 486 });
    s.call();
    await s.clock.advance(1_000);
    expect(s.edge.rung).toHaveLength(3);
    expect(reasons).toEqual(['unavailable', 'busy']);
    expect(s.pbx.trunks.status().map(({ active }) => active)).toEqual([0, 0]);
    await s.close();
  });

  it('leaves a trunk that gives no sign after four seconds, and soon asks it no more', async () => {
    const s = await scenario(
      async (call) => {
        await call.dial({ targets: [{ kind: 'line', number: '13900139000' }], ringMs: 30_000 });
      },
      { companies: twoTrunks },
    );
    s.edge.phone('13900139000', { does: 'nothing' });
    for (let call = 0; call < 3; call++) {
      s.call();
      await s.clock.advance(3_900);
      expect(s.edge.legsTo('13900139000').map((leg) => leg.call.uri)).toEqual(['sip:13900139000@carrier']);
      await s.clock.advance(200);
      expect(s.edge.legsTo('13900139000').map((leg) => leg.call.uri)).toEqual(['sip:13900139000@second']);
      s.edge.legsTo('13900139000')[0]!.ringing();
      await s.clock.advance(100);
      s.edge.legsTo('13900139000')[0]!.remoteEnd('busy', 486);
      await s.clock.advance(100);
    }
    expect(s.pbx.trunks.status().map(({ health }) => health.state)).toEqual(['down', 'up']);
    s.call();
    await s.clock.advance(100);
    expect(s.edge.legsTo('13900139000').map((leg) => leg.call.uri)).toEqual(['sip:13900139000@second']);
    await s.close();
  });

  it('counts the call out as a channel of its trunk until it ends', async () => {
    const s = await scenario(
      async (call) => {
        await call.dial({ targets: [{ kind: 'line', number: '13900139000' }] });
      },
      { companies: twoTrunks },
    );
    s.edge.phone('13900139000', { does: 'answer', afterMs: 1_000, talkMs: 10_000 });
    const alice = s.call();
    await s.clock.advance(5_000);
    expect(alice.statuses).toEqual([180, 200]);
    // One channel in, one out.
    expect(s.pbx.trunks.status()[0]!.active).toBe(2);
    await s.clock.advance(10_000);
    expect(s.pbx.trunks.status()[0]!.active).toBe(0);
    await s.close();
  });
});
