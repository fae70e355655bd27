import { describe, expect, it } from 'vitest';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import { scenario } from '../support/scenario.ts';

/** Welcome, menu, queue, survey; voicemail when nobody can answer. */
async function hotline(call: FlowCall): Promise<void> {
  await call.answer();
  await call.play('welcome');
  const { digits } = await call.gather({ prompt: 'main-menu', purpose: 'menu main-menu' });
  if (digits !== '1') return call.hangup();
  const outcome = await call.queue('sales');
  if (outcome.reason === 'served') await call.survey('three-keys');
  else await call.voicemail('sales');
}

describe('the sample call', () => {
  it('goes from the menu to the second agent, the talk and the survey', async () => {
    const s = await scenario(hotline);
    s.edge.phone('8001', { does: 'ring' });
    s.edge.phone('8002', { does: 'answer', afterMs: 3_000, talkMs: 60_000 });
    const alice = s.call();
    await s.clock.settle();
    const ear = s.ear();
    await s.clock.advance(4_000);
    ear.press('1');
    await s.clock.runUntil(() => s.facts('rung').length === 2);
    expect(s.facts('rung').map(({ target, outcome, ringMs }) => [target, outcome, ringMs])).toEqual([
      ['8001', 'no-answer: no answer in 15 s', 15_000],
      ['8002', 'answered', 3_000],
    ]);
    await s.clock.runUntil(() => s.facts('disconnected').length === 1);
    await s.clock.advance(1_000);
    ear.press('1');
    await s.clock.runUntil(() => alice.state === 'ended');
    await s.clock.settle();

    expect(alice.statuses).toEqual([200]);
    const heard = s
      .heard(ear)
      .filter((name, index, all) => name !== 'queue-music' || all[index - 1] !== name);
    expect(heard).toEqual([
      'welcome',
      'main-menu',
      'queue-music',
      ...['agent-prefix', 'digit-8', 'digit-0', 'digit-0', 'digit-2', 'agent-suffix'],
      'survey-three-keys',
      'survey-thanks',
    ]);
    expect(s.facts('connected')).toMatchObject([{ target: '8002', kind: 'agent' }]);
    expect(s.facts('disconnected')).toMatchObject([{ target: '8002', by: 'target' }]);
    expect(s.facts('recordingEnded')[0]!.durationMs).toBeGreaterThan(50_000);
    expect(s.facts('surveyed')).toMatchObject([{ survey: 'three-keys', digit: '1' }]);
    expect(s.events.at(-1)).toMatchObject({ type: 'ended', cause: 'normal', by: 'engine' });
    await s.clock.advance(10_000);
    await s.close();
  });

  it('has a menu stopped by the media engine, not by us when we have heard of the key', async () => {
    const s = await scenario(hotline);
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    const alice = s.call();
    await s.clock.settle();
    const ear = s.ear();
    await s.clock.runUntil(() => s.heard(ear).includes('main-menu'));
    const menu = ear.playing!;
    ear.press('1');
    expect(menu.end).toEqual({ reason: 'digit' });
    alice.remoteEnd('normal');
    await s.clock.settle();
    await s.close();
  });

  it.each([
    [900, 0],
    [1_000, 1],
  ])('takes what was said for %i ms for a hang-up or a message', async (saidMs, messages) => {
    const s = await scenario((call) => call.voicemail('sales').then(() => {}));
    const alice = s.call();
    await s.clock.settle();
    const ear = s.ear();
    await s.clock.runUntil(() => ear.recordings.size === 1);
    await s.clock.advance(saidMs);
    alice.remoteEnd('normal');
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(s.facts('voicemailLeft')).toHaveLength(messages);
    await s.close();
  });

  it('leaves the queue at its limit for voicemail; hanging up keeps the message', async () => {
    const s = await scenario(hotline);
    s.edge.phone('8001', { does: 'reject', status: 486 });
    s.edge.phone('8002', { does: 'ring' });
    const alice = s.call();
    await s.clock.settle();
    const ear = s.ear();
    await s.clock.advance(4_000);
    ear.press('1');
    await s.clock.runUntil(() => s.facts('segment').some(({ kind }) => kind === 'voicemail'));
    const queued = s.facts('segment').find(({ kind }) => kind === 'queue')!;
    const left = s.facts('segment').find(({ kind }) => kind === 'voicemail')!;
    expect(left.at - queued.at).toBe(60_000);
    await s.clock.advance(20_000);
    alice.remoteEnd('normal');
    await s.clock.settle();
    expect(s.facts('voicemailLeft')).toMatchObject([{ box: 'sales' }]);
    expect(s.events.at(-1)).toMatchObject({ type: 'ended', by: 'caller' });
    await s.clock.advance(10_000);
    await s.close();
  });

  it('ends everything when the caller hangs up while agents ring', async () => {
    const s = await scenario(hotline);
    s.edge.phone('8001', { does: 'ring' });
    const alice = s.call();
    await s.clock.settle();
    const ear = s.ear();
    await s.clock.advance(4_000);
    ear.press('1');
    await s.clock.advance(5_000);
    expect(s.edge.legsTo('8001')).toHaveLength(1);
    alice.remoteEnd('normal');
    await s.clock.settle();
    expect(s.edge.open).toBe(0);
    expect(s.pbx.acd.agents().map((agent) => agent.state)).toEqual(['ready', 'ready']);
    expect(s.events.at(-1)).toMatchObject({ type: 'ended', cause: 'normal', by: 'caller' });
    await s.close();
  });

  it('refuses strangers without a record and unknown numbers with one', async () => {
    const s = await scenario(hotline);
    const stranger = s.call({ source: { transport: 'udp', address: '203.0.113.9', port: 5060 } });
    expect(stranger.state).toBe('ended');
    expect(s.events).toHaveLength(0);
    const lost = s.call({ to: '4009999999' });
    expect(lost.statuses).toEqual([404]);
    await s.clock.settle();
    expect(s.events.at(-1)).toMatchObject({ type: 'ended', cause: 'unknown-number' });
    await s.close();
  });

  it('ends a call whose flow throws with dialplan-error', async () => {
    const s = await scenario(async () => {
      throw new Error('boom');
    });
    const alice = s.call();
    await s.clock.settle();
    expect(alice.statuses).toEqual([500]);
    expect(s.events.at(-1)).toMatchObject({ type: 'ended', cause: 'dialplan-error' });
    await s.close();
  });
});
