import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

/** The engine rings an extension, then a line or a colleague, and bridges them: one call, one record. */
const companies = edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 } });
const LINE = '13900139000';

let s: Scenario;
/** Callers of the hotline. */
let served: string[];
beforeEach(async () => {
  served = [];
  s = await scenario(async (call) => void served.push(call.caller.number), { companies });
});
afterEach(async () => {
  await s.clock.advance(60_000);
  await s.close();
});

const click = (number: string, extension = '8001') =>
  s.pbx.originate({ tenant: 'demo', extension, number, by: 'crm' });
const endpoints = (): NullEndpoint[] => [...s.media.endpoints];

describe('click to call', () => {
  it('rings the extension, which shows the number, then the line, and bridges them', async () => {
    s.edge.phone('8001', { does: 'answer', afterMs: 3_000 });
    s.edge.phone(LINE, { does: 'answer', afterMs: 10_000, talkMs: 20_000 });
    const call = click(LINE);
    await s.clock.advance(2_000);
    expect(s.edge.rung).toEqual(['8001']);
    expect(s.edge.legsTo('8001')[0]!.call.from.uri).toMatch(new RegExp(`^sip:${LINE}@`));
    expect(call.state).toBe('arriving');
    await s.clock.advance(2_000);
    expect(s.edge.rung).toEqual(['8001', LINE]);
    expect(endpoints()[0]!.playing?.heard()).toEqual(['ringback']);
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    const [own, far] = endpoints();
    expect(own!.hears(far!) && far!.hears(own!)).toBe(true);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(projectCdr(s.events)).toMatchObject({
      direction: 'outbound',
      origin: { api: 'crm' },
      caller: '8001',
      called: LINE,
      answeredAt: expect.any(Number),
      cause: 'normal',
      endedBy: 'target',
      talkMs: 20_000,
      targets: [
        { target: '8001', outcome: 'answered', ringMs: 3_000 },
        { target: LINE, outcome: 'answered', ringMs: 10_000 },
      ],
      segments: [
        { kind: 'setup', owner: 'crm' },
        { kind: 'ring', owner: '8001' },
        { kind: 'ring', owner: LINE },
        { kind: 'talk', owner: LINE },
      ],
    });
  });

  it("to a hotline of the company's own stays in the house", async () => {
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    click('4001234567');
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(served).toEqual(['8001']);
    expect(s.edge.rung).toEqual(['8001']);
    expect(projectCdr(s.events)).toMatchObject({
      direction: 'internal',
      origin: { api: 'crm' },
      cause: 'normal',
    });
  });

  it('needs an extension of that company', () => {
    expect(() => click(LINE, '13900139001')).toThrow(
      expect.objectContaining({ code: 'not-found', message: 'demo has no extension 13900139001' }),
    );
    expect(s.events).toEqual([]);
  });

  it('between two extensions is internal', async () => {
    for (const number of ['8001', '8002']) s.edge.phone(number, { does: 'answer', afterMs: 1_000 });
    click('8002');
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    s.edge.legsTo('8001')[0]!.remoteEnd('normal');
    await s.clock.settle();
    expect(s.edge.open).toBe(0);
    expect(projectCdr(s.events)).toMatchObject({ direction: 'internal', endedBy: 'caller', cause: 'normal' });
  });

  it.each([
    ['busy', { does: 'reject', status: 486 }, 'busy'],
    ['silent for 30 s', { does: 'ring' }, 'no-answer'],
    ['unknown', { does: 'reject', status: 404 }, 'unknown-number'],
  ] as const)('calls nobody when the extension is %s', async (_, phone, cause) => {
    s.edge.phone('8001', phone);
    click(LINE);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(s.edge.rung).toEqual(['8001']);
    expect(projectCdr(s.events)).toMatchObject({ cause, endedBy: 'caller', answeredAt: null, answeredMs: 0 });
  });

  it('ends as the line refuses it, and lets the extension go', async () => {
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    s.edge.phone(LINE, { does: 'reject', status: 486, afterMs: 2_000 });
    click(LINE);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(s.edge.open).toBe(0);
    expect(projectCdr(s.events)).toMatchObject({ cause: 'busy', fault: 'callee', endedBy: 'target' });
  });

  it.each(['extension', 'line'])('is over when it is ended while the %s rings', async (who) => {
    s.edge.phone('8001', who === 'line' ? { does: 'answer', afterMs: 1_000 } : { does: 'ring' });
    s.edge.phone(LINE, { does: 'ring' });
    const call = click(LINE);
    await s.clock.advance(5_000);
    call.end('cancelled');
    await s.clock.settle();
    expect(s.edge.open).toBe(0);
    expect(s.pbx.calls.size).toBe(0);
    expect(projectCdr(s.events)).toMatchObject({ cause: 'cancelled' });
  });

  it('is over when the extension hangs up while the line rings', async () => {
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    s.edge.phone(LINE, { does: 'ring' });
    click(LINE);
    await s.clock.advance(5_000);
    s.edge.legsTo('8001')[0]!.remoteEnd('normal');
    await s.clock.settle();
    expect(s.edge.open).toBe(0);
    expect(projectCdr(s.events)).toMatchObject({ endedBy: 'caller' });
  });
});
