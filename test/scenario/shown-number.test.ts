import { afterEach, describe, expect, it } from 'vitest';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';
import { phoneCalls, refer, talking } from '../support/talk.ts';
import { HOTLINES, TENANTS, TwoCompanies } from '../support/two-companies.ts';

/** What calls out show (外显号码) is the company's, by the policy of who makes them; never what is not its own. */
const LINE = '01066668888';
const HOTLINE = '4001234567';
const DIRECT = '075526880001';

let s: Scenario;
afterEach(async () => {
  await s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await s.close();
});

const TRUNK = { uri: 'sip:carrier', probeMs: 0, callerId: '075526880000', numbers: [DIRECT] };
type Edits = Parameters<typeof edited>[1];
const open = async (edits: Edits = {}): Promise<void> => {
  const companies = edited(SAMPLE_COMPANIES, { trunk: TRUNK, ...edits });
  s = await scenario(async (call) => void (await call.dial({ targets: [{ kind: 'line', number: LINE }] })), {
    companies,
  });
};
const shown = () => s.edge.legsTo(LINE).at(-1)?.call.from.uri;
const dials = async () => {
  s.edge.phone(LINE, { does: 'ring' });
  phoneCalls(s, '8001', LINE);
  await s.clock.advance(1_000);
  return shown();
};
const from = (number: string) => `sip:${number}@carrier`;

describe('a phone that calls out', () => {
  it.each<[string, Edits, string]>([
    ["the trunk's number", {}, TRUNK.callerId],
    ["the company's hotline", { tenant: { shows: HOTLINE } }, HOTLINE],
    ['its own number', { extension: { ownNumber: DIRECT, shows: 'own' } }, DIRECT],
    ['what its agent shows', { extension: { shows: 'trunk' }, agent: { shows: HOTLINE } }, HOTLINE],
    [
      'the trunk’s, not a number that nobody gave the company',
      { tenant: { shows: '95588' } },
      TRUNK.callerId,
    ],
    [
      'the trunk’s, not an own number that no trunk has',
      { extension: { ownNumber: '13800138000', shows: 'own' } },
      TRUNK.callerId,
    ],
    ['the first of the line’s numbers', { trunk: { ...TRUNK, callerId: undefined as never } }, DIRECT],
  ])('shows %s', async (_, edits, number) => {
    await open(edits);
    expect(await dials()).toBe(from(number));
  });

  it('shows the account where the trunk has no other number', async () => {
    const register = { username: '075526880009', password: 'p', expiresMs: 3_600_000 };
    await open({ trunk: { uri: 'sip:carrier', probeMs: 0, register } });
    expect(await dials()).toBe(from(register.username));
  });

  it('shows no number of the house: it is withheld where the company has none', async () => {
    await open({ trunk: { uri: 'sip:carrier', probeMs: 0 } });
    expect(await dials()).toBe('sip:anonymous@anonymous.invalid');
  });
});

it('a caller of the hotline who is put through to a line is not shown there: his number is not the company’s', async () => {
  await open();
  s.edge.phone(LINE, { does: 'ring' });
  s.call({ from: '13800138000' });
  await s.clock.advance(1_000);
  expect(shown()).toBe(from(TRUNK.callerId));
});

it('a transfer shows what the phone that transfers does', async () => {
  const extension = (value: { number: string }) => (value.number === '8001' ? { shows: HOTLINE } : {});
  s = await talking({ companies: edited(SAMPLE_COMPANIES, { trunk: TRUNK, extension }) });
  s.edge.phone(LINE, { does: 'ring' });
  s.edge.legsTo('8001')[0]!.delegate.onRefer!(refer(LINE));
  await s.clock.advance(1_000);
  expect(shown()).toBe(from(HOTLINE));
});

describe('two companies', () => {
  it.each(TENANTS)('%s cannot show the hotline of the other, over a trunk or to it', async (own) => {
    const house = await TwoCompanies.open(async (call) => call.play('welcome'));
    s = house.s;
    const other = own === 'a' ? 'b' : 'a';
    s.change({ extension: { shows: HOTLINES[other] } });
    s.edge.phone(LINE, { does: 'ring' });
    house.dials(own, '8001', LINE);
    house.dials(own, '8001', HOTLINES[other]);
    await s.clock.advance(1_000);
    expect(shown()).toBe(`sip:${HOTLINES[own]}@carrier-${own}`);
    const arrived = s.facts('arrived').find(({ tenantId }) => tenantId === other);
    expect(arrived?.caller).toBe(HOTLINES[own]);
  });
});
