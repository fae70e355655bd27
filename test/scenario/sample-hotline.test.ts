import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Dialplans, loadDialplans } from '../../src/dialplan/dialplans.ts';
import { PromptCatalogue } from '../../src/prompt/prompt-catalogue.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { SAMPLE } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The sample configuration and its hotline on the whole engine. */
async function sample(): Promise<Scenario & { dialplans: Dialplans }> {
  let dialplans!: Dialplans;
  const s = await scenario(async () => {}, {
    hotlines: {
      route: (called) => dialplans.route(called),
      switchCode: (code, tenant) => dialplans.switchCode(code, tenant),
    },
  });
  dialplans = await loadDialplans({
    dir: `${ROOT}/dialplans`,
    provisioning: s.provisioning,
    timeZone: SAMPLE.timeZone,
    prompts: new PromptCatalogue([`${ROOT}/media/prompts`], 'zh-CN').names,
    logger: silentLogger,
    clock: s.clock,
    ids: seededIds(),
  });
  return { ...s, dialplans };
}

const steps = (s: Scenario) => s.facts('step').map(({ step, why }) => `${step}: ${why}`);

describe('the sample hotline', () => {
  it('turns a blacklisted caller away before any media', async () => {
    const s = await sample();
    const alice = s.call({ from: '02088886666' });
    expect(alice.statuses).toEqual([603]);
    expect(s.media.endpoints.size).toBe(0);
    await s.clock.settle();
    expect(steps(s)).toEqual(['blacklist: on list nuisance']);
    expect(s.facts('located')).toMatchObject([{ area: '广东广州' }]);
    expect(s.events.at(-1)).toMatchObject({ type: 'ended', cause: 'blacklisted' });
    await s.close();
  });

  it('goes through menu, queue, talk and survey, and says why', async () => {
    const s = await sample();
    s.edge.phone('8001', { does: 'answer', afterMs: 2_000, talkMs: 30_000 });
    const alice = s.call();
    await s.clock.settle();
    const ear = s.ear();
    await s.clock.advance(6_000);
    ear.press('1');
    await s.clock.runUntil(() => s.facts('disconnected').length === 1);
    await s.clock.advance(1_000);
    ear.press('1');
    await s.clock.runUntil(() => alice.state === 'ended');
    expect(s.heard(ear).filter((name) => name !== 'queue-music')).toEqual([
      ...['welcome', 'main-menu', 'agent-prefix', 'digit-8', 'digit-0', 'digit-0', 'digit-yao'],
      ...['agent-suffix', 'survey-three-keys', 'survey-thanks'],
    ]);
    expect(steps(s)).toEqual([
      'blacklist → passed: the caller is not on it',
      'schedule → open: open: Sat 2026-10-10 (make-up day for 国庆节 National Day) within 09:00-18:00',
      'play: welcome',
      'menu → 1: the caller pressed 1 (main-menu, attempt 1 of 3)',
      'queue sales: normal priority',
      'queue sales: 8001 by round-robin',
      'queue sales → served: agent 8001, 26 s',
    ]);
    expect(s.facts('surveyed')).toMatchObject([{ survey: 'three-keys', digit: '1' }]);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('is closed while night mode is switched on, and takes a message', async () => {
    const s = await sample();
    s.dialplans.state.switches.turn('demo', 'night', true);
    const alice = s.call();
    await s.clock.settle();
    const ear = s.ear();
    await s.clock.runUntil(() => s.facts('segment').some(({ kind }) => kind === 'voicemail'));
    expect(s.heard(ear)[0]).toBe('closed');
    expect(steps(s)[1]).toBe('schedule → closed: night: switched on');
    await s.clock.advance(10_000);
    alice.remoteEnd('normal');
    await s.clock.settle();
    expect(s.facts('voicemailLeft')).toMatchObject([{ box: 'after-hours' }]);
    await s.clock.advance(10_000);
    await s.close();
  });
});
