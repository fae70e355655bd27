import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { powerShare } from '../../../src/rtp/goertzel.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { sleep } from '../../../src/shared/deadline.ts';
import { EmbeddedAudio } from './embedded-audio.ts';
import type { RtpPhone } from './rtp-phone.ts';
import { waitUntil } from './wait-until.ts';

let audio: EmbeddedAudio;
beforeAll(async () => {
  audio = await EmbeddedAudio.open();
});
afterEach(() => audio.hangUp());
afterAll(() => audio.close());

describe('bridge', () => {
  it('carries both directions, digits included, with numbers of its own', async () => {
    const caller = await audio.call();
    const agent = await audio.call({ near: caller.endpoint });
    caller.peer.speak(500);
    agent.peer.speak(1100);
    const bridge = await audio.engine.bridge(caller.endpoint, agent.endpoint);
    await waitUntil(() => caller.peer.hears(1100) && agent.peer.hears(500), 'both tones');
    expect(agent.peer.packets.every(({ ssrc }) => ssrc !== caller.peer.ssrc)).toBe(true);
    caller.peer.press('9');
    await waitUntil(() => agent.peer.digits === '9', 'digit at the agent');
    await waitUntil(() => caller.digits.join('') === '9', 'digit event');
    await bridge.close();
    await waitUntil(() => !agent.peer.hears(500) && !caller.peer.hears(1100), 'silence');
  });

  it('turns A-law into mu-law and back', async () => {
    const caller = await audio.call({}, { law: 'PCMA' });
    const agent = await audio.call({ near: caller.endpoint }, { law: 'PCMU' });
    caller.peer.speak(500);
    agent.peer.speak(1100);
    await audio.engine.bridge(caller.endpoint, agent.endpoint);
    await waitUntil(() => caller.peer.hears(1100) && agent.peer.hears(500), 'both tones');
    expect(powerShare(agent.peer.heard(200), 500)).toBeGreaterThan(0.95);
  });

  it('pauses for a prompt to one side, and mutes', async () => {
    const caller = await audio.call();
    const agent = await audio.call({ near: caller.endpoint });
    caller.peer.speak(500);
    agent.peer.speak(1100);
    await audio.engine.bridge(caller.endpoint, agent.endpoint);
    await waitUntil(() => caller.peer.hears(1100), 'bridge');
    const file = await audio.tonePrompt('notice.wav', 1700, 600);
    const playback = caller.endpoint.play([{ file }]);
    await waitUntil(() => caller.peer.hears(1700), 'notice');
    expect(caller.peer.hears(1100)).toBe(false);
    expect(agent.peer.hears(500)).toBe(true);
    await playback.finished;
    await waitUntil(() => caller.peer.hears(1100), 'bridge again');
    caller.endpoint.mute({ in: true });
    await sleep(systemClock, 100);
    agent.peer.clear();
    await waitUntil(() => agent.peer.heardMs > 200, 'silence instead of the muted caller');
    expect(agent.peer.hears(500)).toBe(false);
    agent.endpoint.mute({ out: true });
    await waitUntil(() => agent.peer.heardMs > 200, 'silence is sent');
  });
});

describe('parties in two workers', () => {
  it('are bridged over a tie line, digits included', async () => {
    const [caller, agent] = [await audio.call(), await audio.call()];
    caller.peer.speak(500);
    agent.peer.speak(1100);
    const bridge = await audio.engine.bridge(caller.endpoint, agent.endpoint);
    await waitUntil(() => caller.peer.hears(1100) && agent.peer.hears(500), 'both tones');
    caller.peer.press('9');
    await waitUntil(() => agent.peer.digits === '9', 'digit at the agent');
    await bridge.close();
    await waitUntil(() => !agent.peer.hears(500) && !caller.peer.hears(1100), 'silence');
  });

  it('move from one bridge to another without a trace of the first', async () => {
    const [caller, agent, other] = [await audio.call(), await audio.call(), await audio.call()];
    caller.peer.speak(500);
    agent.peer.speak(1100);
    other.peer.speak(1700);
    await audio.engine.bridge(caller.endpoint, agent.endpoint);
    await waitUntil(() => caller.peer.hears(1100), 'first bridge');
    await audio.engine.bridge(caller.endpoint, other.endpoint);
    await waitUntil(() => caller.peer.hears(1700) && other.peer.hears(500), 'second bridge');
    await waitUntil(() => !agent.peer.hears(500), 'the first is silent');
    expect(powerShare(caller.peer.heard(100), 1100)).toBeLessThan(0.05);
  });
});

describe('conference', () => {
  it('lets each hear the others, a monitor all, a whisper one alone', async () => {
    const [customer, agent, chief] = [await audio.call(), await audio.call(), await audio.call()];
    customer.peer.speak(500);
    agent.peer.speak(1100);
    chief.peer.speak(1900);
    const conference = await audio.engine.createConference('c1');
    await conference.join(customer.endpoint);
    await conference.join(agent.endpoint);
    const supervisor = await conference.join(chief.endpoint, { kind: 'monitor' });
    const hearing = (who: { peer: RtpPhone }) =>
      [500, 1100, 1900].filter((hz) => powerShare(who.peer.heard(300), hz) > 0.2).join();
    const settled = (a: string, b: string, c: string) =>
      waitUntil(
        () => hearing(customer) === a && hearing(agent) === b && hearing(chief) === c,
        `${a} | ${b} | ${c}, is ${hearing(customer)} | ${hearing(agent)} | ${hearing(chief)}`,
      );
    await settled('1100', '500', '500,1100');
    supervisor.setRole({ kind: 'whisper', to: agent.endpoint });
    await settled('1100', '500,1900', '500,1100');
    supervisor.setRole({ kind: 'speaker' });
    await settled('1100,1900', '500,1900', '500,1100');
    supervisor.setGain(0);
    await settled('1100', '500', '500,1100');
    await customer.endpoint.close();
    await settled('1100', '', '1100').catch(() => {});
    await waitUntil(() => hearing(agent) === '', 'the customer is gone');
    await conference.close();
  });
});
