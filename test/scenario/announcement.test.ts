import { basename } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { NullPlayback } from '../../src/media/null/null-playback.ts';
import { wavDurationMs } from '../../src/media/wav-duration.ts';
import { type Area, makeArea, UNKNOWN_AREA } from '../../src/numbering/area.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

/** What caller and agent hear before they talk. */
type Edits = Parameters<typeof edited>[1];

let s: Scenario;
const open = async (edits: Edits, area: Area = makeArea('广东', '深圳', '0755')) => {
  const companies = edited(SAMPLE_COMPANIES, edits);
  const areas = { areaOf: () => area };
  s = await scenario(async (call) => void (await call.queue('sales')), { companies, areas });
};
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await ended;
  await s.close();
});

const SAYS_ALL = { queue: 'welcome', area: true, waited: true };
const LISTEN = [
  'welcome',
  'caller-from',
  'area-guangdong',
  'caller-waited',
  'number-40',
  'digit-5',
  'seconds',
];
const NUMBER = ['agent-prefix', 'digit-8', 'digit-0', 'digit-0'];
const answers = (number: string, talkMs?: number) =>
  s.edge.phone(number, { does: 'answer', afterMs: 1_000, ...(talkMs !== undefined && { talkMs }) });

/** Waits for 45 s before 8001 is rung and answers at once. */
const waits45 = async () => {
  s.edge.phone('8001', { does: 'answer', afterMs: 0 });
  for (const agent of ['8001', '8002']) s.pbx.acd.setState('demo', agent, 'busy');
  const alice = s.call();
  await s.clock.advance(45_000);
  const ear = s.ear();
  s.pbx.acd.setState('demo', '8001', 'ready');
  await s.clock.advance(10);
  return { alice, ear, phone: s.ear() };
};
const lengthOf = ({ items }: NullPlayback) =>
  items.reduce((sum, item) => sum + ('file' in item ? wavDurationMs(item.file) : 0), 0);
const talks = () => s.facts('connected').length === 1;

describe('before they talk', () => {
  it('the agent hears queue, province and wait while the caller hears the work number, then music', async () => {
    await open({ queue: { announceToAgent: SAYS_ALL } });
    const { ear, phone } = await waits45();
    const answeredAt = s.clock.now();
    await s.clock.runUntil(talks);
    expect(s.heard(phone)).toEqual(LISTEN);
    const heard = ear.played.map((playback) => basename(playback.heard()[0]!, '.wav'));
    expect(heard).toEqual(['queue-music', 'agent-prefix', 'queue-music']);
    const longest = Math.max(lengthOf(phone.played[0]!), lengthOf(ear.played[1]!));
    expect(longest).toBe(lengthOf(phone.played[0]!));
    const delay = s.clock.now() - answeredAt;
    expect(delay).toBeGreaterThanOrEqual(longest - 10);
    expect(delay).toBeLessThan(longest + 50);
    expect(ear.hears(phone) && phone.hears(ear)).toBe(true);
  });

  it('nothing is said of a home that nobody knows', async () => {
    await open({ queue: { announceToAgent: SAYS_ALL } }, UNKNOWN_AREA);
    const { phone } = await waits45();
    await s.clock.runUntil(talks);
    expect(s.heard(phone)).not.toContain('caller-from');
  });

  it("the agent's own greeting follows his work number, or stands alone", async () => {
    await open({ agent: { greeting: 'welcome' } });
    answers('8001');
    s.call();
    await s.clock.runUntil(talks);
    const ear = s.ear();
    expect(s.heard(ear)).toEqual(['queue-music', ...NUMBER, 'digit-yao', 'agent-suffix', 'welcome']);
    s.change({ queue: { announceAgent: false } });
    answers('8002');
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    s.ear();
    expect(s.heard(s.ear())).toEqual(['queue-music', 'welcome']);
  });

  it('a caller with nothing to hear has music until the agent has listened', async () => {
    await open({ queue: { announceToAgent: SAYS_ALL, announceAgent: false } });
    const { ear, phone } = await waits45();
    expect(ear.playing?.options.repeat).toBe(Number.POSITIVE_INFINITY);
    await s.clock.runUntil(talks);
    expect(phone.played).toHaveLength(1);
    expect(ear.playing).toBeUndefined();
  });

  it('an agent who hangs up while he listens gives his caller back at once', async () => {
    await open({ queue: { announceToAgent: SAYS_ALL } });
    const { ear } = await waits45();
    s.edge.legsTo('8001')[0]!.remoteEnd('normal');
    await s.clock.settle();
    expect(ear.playing?.heard()).toEqual(expect.arrayContaining([expect.stringContaining('queue-music')]));
    expect(s.facts('segment').at(-1)).toMatchObject({ kind: 'queue', owner: 'sales' });
    expect(s.facts('connected')).toEqual([]);
  });

  it('a caller who hangs up meanwhile leaves nobody behind', async () => {
    await open({ queue: { announceToAgent: SAYS_ALL } });
    const { alice } = await waits45();
    alice.remoteEnd('normal');
    await s.clock.settle();
    expect(s.edge.legsTo('8001')).toEqual([]);
    expect(s.pbx.calls.size).toBe(0);
  });
});
