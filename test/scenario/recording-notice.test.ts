import { describe, expect, it } from 'vitest';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import { type Edits, edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const toSales = async (call: FlowCall) => void (await call.queue('sales'));
const NOTICE = { recordingNotice: 'recording-notice' };

async function house(edits: Edits, flow = toSales): Promise<Scenario> {
  const trunk = { uri: 'sip:carrier', probeMs: 0 };
  const s = await scenario(flow, { companies: edited(SAMPLE_COMPANIES, { trunk, ...edits }) });
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
  s.edge.phone('8002', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
  s.edge.phone('13900139000', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
  s.call();
  await s.clock.runUntil(() => s.pbx.calls.size === 0);
  return s;
}

const told = (s: Scenario) => s.facts('step').filter(({ step }) => step === 'recording notice');
const heardIn = (s: Scenario) => s.facts('segment').map(({ kind }) => kind);

async function end(s: Scenario): Promise<void> {
  await s.clock.advance(30_000);
  await s.close();
}

describe('a recording notice', () => {
  it('of the company is heard in full before the caller takes his place, within his time in the queue', async () => {
    const s = await house({ tenant: NOTICE });
    const [notice] = told(s);
    expect(notice).toMatchObject({ why: 'said: recording-notice' });
    const rung = s.facts('rung')[0]!;
    const spokenMs = rung.at - rung.ringMs - notice!.at;
    expect(spokenMs).toBeGreaterThan(1_000);
    expect(s.facts('recordingStarted')[0]!.at).toBeGreaterThanOrEqual(notice!.at + spokenMs);
    expect(heardIn(s).slice(0, 3)).toEqual(['setup', 'queue', 'ring']);
    await end(s);
  });

  it('of the queue takes its place', async () => {
    const s = await house({ tenant: NOTICE, queue: { recordingNotice: 'please-wait' } });
    expect(told(s).map(({ why }) => why)).toEqual(['said: please-wait']);
    await end(s);
  });

  it('is not heard where nothing is recorded, nor where nobody wants it', async () => {
    const s = await house({ tenant: NOTICE, queue: { record: false } });
    expect(told(s)).toEqual([]);
    await end(s);
    const without = await house({});
    expect(told(without)).toEqual([]);
    await end(without);
  });

  it('is heard once a call, also before a line is dialled', async () => {
    const s = await house({ tenant: NOTICE }, async (call) => {
      const targets = [{ kind: 'line', number: '13900139000' }] as const;
      await call.dial({ targets });
      await call.queue('sales');
    });
    expect(told(s)).toHaveLength(1);
    const rung = s.facts('rung')[0]!;
    expect(rung.at - rung.ringMs).toBeGreaterThan(told(s)[0]!.at + 1_000);
    await end(s);
  });
});
