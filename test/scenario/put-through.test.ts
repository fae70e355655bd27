import { afterEach, beforeEach, expect, it } from 'vitest';
import { projectCdr } from '../../src/cdr/project-cdr.ts';
import { PHONES, type Scenario, scenario } from '../support/scenario.ts';
import { OPEN_TRUNK } from '../support/talk.ts';

/** A phone dials a colleague or somebody outside. */
let s: Scenario;
beforeEach(async () => {
  s = await scenario(async () => {}, { companies: OPEN_TRUNK });
});
afterEach(() => s.close());

const dials = (to: string) =>
  s.call({ from: '8002', to, source: { transport: 'udp', address: PHONES, port: 5060 } });

it.each([
  ['8001', 'internal'],
  ['13900139000', 'outbound'],
])('the record says that who was dialled (%s) hung up', async (number, direction) => {
  s.edge.phone(number, { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
  dials(number);
  await s.clock.runUntil(() => s.pbx.calls.size === 0);
  expect(projectCdr(s.events)).toMatchObject({
    direction,
    cause: 'normal',
    endedBy: 'target',
    talkMs: 5_000,
  });
});

it('the record says that who dialled hung up', async () => {
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
  const leg = dials('8001');
  await s.clock.runUntil(() => s.facts('connected').length === 1);
  leg.remoteEnd('normal');
  await s.clock.runUntil(() => s.pbx.calls.size === 0);
  expect(projectCdr(s.events)).toMatchObject({ cause: 'normal', endedBy: 'caller' });
});

it('a talk that the engine ends was ended by nobody else', async () => {
  s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
  dials('8001');
  await s.clock.runUntil(() => s.facts('connected').length === 1);
  [...s.pbx.calls][0]!.end('shutdown');
  await s.clock.runUntil(() => s.pbx.calls.size === 0);
  expect(projectCdr(s.events)).toMatchObject({ cause: 'shutdown', endedBy: 'engine' });
});
