import { afterEach, describe, expect, it } from 'vitest';
import { companiesIn } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

/** The own number of an extension (直线) rings it when somebody outside calls it over its line. */
const DIRECT = '075526880001';

const companies = (trunks: string, more = '') =>
  companiesIn(`
tenant: demo
tenants: { demo: {} }
extensions: { 8001: { ownNumber: "${DIRECT}" }, 8002: {} }
${trunks}
---
tenant: other
tenants: { other: {} }
${more}
`);
const line = (numbers: string) =>
  `trunks: { carrier: { addresses: [127.0.0.1], areaCode: "0755", numbers: [${numbers}] } }`;

let s: Scenario;
const open = async (set: ReturnType<typeof companies>) => {
  s = await scenario(async () => {}, { companies: set });
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 3_000 });
};
afterEach(async () => {
  await s.clock.advance(120_000);
  await s.close();
});
const calls = async (to = DIRECT) => {
  const leg = s.call({ to });
  await s.clock.runUntil(() => leg.state === 'ended');
  return leg.statuses.at(-1);
};

it('rings its extension, which is shown who calls; the record names it', async () => {
  await open(companies(line(`"${DIRECT}"`)));
  const leg = s.call({ to: '26880001' });
  await s.clock.advance(500);
  expect(s.edge.legsTo('8001')[0]!.call.from.uri).toContain('13800138000@');
  await s.clock.runUntil(() => leg.state === 'ended');
  expect(s.facts('connected')).toMatchObject([{ target: '8001', kind: 'extension' }]);
  expect(s.facts('arrived')).toMatchObject([{ direction: 'inbound', called: DIRECT }]);
  expect(s.facts('step')).toMatchObject([
    { step: `direct line ${DIRECT}`, why: 'it is the number of extension 8001' },
  ]);
});

describe('rings nobody', () => {
  it('over a line that does not have the number', async () => {
    await open(companies(line('"075526889999"')));
    expect([await calls(), s.edge.rung]).toEqual([404, []]);
  });

  it('over the line of another company, which would hear who answers there', async () => {
    const own = `trunks: { carrier: { addresses: [127.0.0.1], numbers: ["${DIRECT}"] } }`;
    await open(companies('', own));
    expect([await calls(), s.edge.rung]).toEqual([404, []]);
  });

  it('where nobody has the number', async () => {
    await open(companies(line(`"${DIRECT}"`)));
    expect([await calls('075526880002'), s.edge.rung]).toEqual([404, []]);
  });
});

it('rings over a line that companies share, where the number is listed for this one', async () => {
  const shared = `---
tenant: system
trunks: { carrier: { addresses: [127.0.0.1], tenants: { demo: { numbers: ["${DIRECT}"] } } } }`;
  await open(companies('', shared));
  expect([await calls(), s.edge.rung]).toEqual([200, ['8001']]);
});

it('is forwarded as its extension has it', async () => {
  await open(companies(line(`"${DIRECT}"`)));
  s.change({
    extension: ({ number }) => (number === '8001' ? { forward: { always: '8002', ringMs: 20_000 } } : {}),
  });
  s.edge.phone('8002', { does: 'answer', afterMs: 500, talkMs: 1_000 });
  expect([await calls(), s.edge.rung]).toEqual([200, ['8002']]);
});
