import { expect } from 'vitest';
import { toneMs } from './hearing.ts';
import { openToOthers } from './open-to-others.ts';
import { placeCall, waitForCall } from './party.ts';
import type { Pbx } from './pbx.ts';
import { digitsOf } from './prompt-samples.ts';
import { readWav } from './wav.ts';

const CALLER_HZ = 620;
const AGENT_HZ = 1300;

/**
 * A whole call to the sample hotline: menu, queue, work number, talk, survey. Proves by tones that both hear each other
 * and that the recording holds each on a side of its own. `agentPort` is where the phone of agent 8001 listens.
 */
export async function sampleTalk(pbx: Pbx, agentPort: number): Promise<void> {
  const agent = await waitForCall({
    number: '8001',
    port: agentPort,
    scenario: 'agent-answers-and-hangs-up-expect-ok',
    pauseMs: 7000,
  });
  const caller = await placeCall(pbx, { caller: '+8675523456789', called: '864001234567' });
  await caller.voice.hears('main-menu');
  caller.voice.press('1');
  await agent.rung();
  caller.voice.tone(CALLER_HZ);
  agent.voice.tone(AGENT_HZ);
  await agent.sipp.passed();
  caller.voice.tone(undefined);
  await caller.voice.hears('survey-three-keys');
  caller.voice.press('1');
  await caller.sipp.passed();

  expect(caller.voice.heard(['agent-prefix', ...digitsOf('8001'), 'agent-suffix'])).toBeDefined();
  expect(toneMs(caller.voice.audio, AGENT_HZ)).toBeGreaterThan(1500);
  expect(toneMs(agent.voice.audio, CALLER_HZ)).toBeGreaterThan(1500);
  const cdr = await pbx.cdrOf('075523456789');
  expect(cdr).toMatchObject({ agent: '8001', surveyDigit: '1', cause: 'normal' });
  expect(cdr.quality.map(({ leg, codec }) => [leg, codec])).toEqual([
    ['8001', 'PCMA'],
    ['caller', 'PCMA'],
  ]);
  expect(cdr.recordings).toMatchObject([{ error: null, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  const [left, right] = readWav(cdr.recordings[0]!.file).channels as [Int16Array, Int16Array];
  expect(toneMs(left, CALLER_HZ)).toBeGreaterThan(1500);
  expect(toneMs(right, AGENT_HZ)).toBeGreaterThan(1500);
  expect(toneMs(left, AGENT_HZ)).toBe(0);
  expect(toneMs(right, CALLER_HZ)).toBe(0);
  expect(openToOthers(pbx.dataDir)).toEqual([]);
}
