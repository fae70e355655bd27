import { afterEach, describe, expect, it } from 'vitest';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';
import { phoneCalls, refer, talking } from '../support/talk.ts';

/** Whoever asks for it, and by whatever way: emergency numbers pass, codes that nobody knows go to no carrier. */
const FULL = edited(SAMPLE_COMPANIES, {
  // Alice, who called in, holds the only channel.
  trunk: { uri: 'sip:carrier', probeMs: 0, channels: 1 },
  tenant: { emergency: ['12345'] },
});
const LINE = '13900139000';

let s: Scenario;
afterEach(async () => {
  for (const leg of [...s.edge.legsTo('8001'), ...s.edge.legsTo('8002')]) leg.remoteEnd('normal');
  await s.clock.advance(120_000);
  await s.close();
});

const outside = () => s.edge.rung.filter((number) => !number.startsWith('80'));
const settled = () => s.clock.advance(5_000);

/** The ways in which somebody of the company reaches a number. */
const WAYS: readonly [string, (number: string) => void][] = [
  ['a phone that dials', (number) => void phoneCalls(s, '8002', number)],
  ['a transfer (REFER)', (number) => s.edge.legsTo('8001')[0]!.delegate.onRefer!(refer(number))],
  [
    'click to call',
    (number) => {
      s.edge.phone('8002', { does: 'answer', afterMs: 500 });
      s.pbx.originate({ tenant: 'demo', extension: '8002', number, by: 'crm' });
    },
  ],
];

describe.each(WAYS)('%s', (_who, reach) => {
  it.each(['110', '119', '120', '122', '12345'])(
    'reaches %s though all channels are in use',
    async (number) => {
      s = await talking({ companies: FULL });
      s.edge.phone(number, { does: 'answer', afterMs: 500 });
      reach(number);
      await settled();
      expect(outside()).toEqual([number]);
    },
  );

  it('does not reach another number then', async () => {
    s = await talking({ companies: FULL });
    reach(LINE);
    await settled();
    expect(outside()).toEqual([]);
  });

  it.each(['*77', '#21#', '**'])('sends %s, a code that there is not, to no carrier', async (code) => {
    s = await talking();
    reach(code);
    await settled();
    expect(outside()).toEqual([]);
  });
});

describe('a phone that forwards (302)', () => {
  it.each([LINE, '*77', '110'])('does so to %s at nobody’s expense: it is no extension', async (number) => {
    s = await talking();
    s.edge.phone('8002', { does: 'forward', to: [number] });
    phoneCalls(s, '8003', '8002');
    await settled();
    expect([s.edge.rung, outside()]).toEqual([['8001', '8002'], []]);
  });
});

it('a code that there is not is told to who dials it', async () => {
  s = await scenario(async () => {});
  const phone = phoneCalls(s, '8002', '*77');
  await s.clock.settle();
  const ear = s.ear();
  await s.clock.runUntil(() => phone.state === 'ended', 20_000);
  expect([phone.statuses, s.heard(ear)]).toEqual([[200], ['invalid-key']]);
});
