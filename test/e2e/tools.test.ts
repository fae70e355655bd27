/** The control experiment: caller and agent without a PBX between them, so that a failure of the others is the PBX's. */
import { describe, expect, it } from 'vitest';
import { freeUdpPort } from '../support/free-port.ts';
import { toneMs } from '../support/hearing.ts';
import { Sipp, sippMissing } from '../support/sipp.ts';
import { Voice } from '../support/voice.ts';

describe.skipIf(sippMissing)('SIPp and the voices', () => {
  it('bring a call with audio and keys to an end', async () => {
    const [alice, bob] = [await Voice.open('127.0.0.10'), await Voice.open()];
    const port = await freeUdpPort();
    const agent = await Sipp.run({
      scenario: 'agent-answers-and-hangs-up-expect-ok',
      port,
      pauseMs: 1500,
      keys: { rtp_port: bob.port, agent: '8001' },
    });
    const caller = await Sipp.run({
      scenario: 'caller-call-expect-bye',
      host: '127.0.0.10',
      to: `127.0.0.1:${port}`,
      keys: { rtp_port: alice.port, caller: '13800138000' },
    });
    for (const [sipp, voice] of [
      [caller, alice],
      [agent, bob],
    ] as const) {
      const [address, farPort] = (await sipp.logged('media')).split(' ');
      voice.sendTo(address!, Number(farPort));
    }
    alice.tone(620);
    bob.tone(1300);
    alice.press('12');
    await Promise.all([caller.passed(), agent.passed()]);
    alice.close();
    bob.close();

    expect(toneMs(alice.audio, 1300)).toBeGreaterThan(800);
    expect(toneMs(bob.audio, 620)).toBeGreaterThan(600);
    const events = bob.packets.filter(({ payloadType }) => payloadType === 101);
    expect(new Set(events.map(({ timestamp }) => timestamp)).size).toBe(2);
  });

  it('show the messages of a scenario that failed', async () => {
    const caller = await Sipp.run({
      scenario: 'caller-call-expect-603',
      to: `127.0.0.1:${await freeUdpPort()}`,
      keys: { rtp_port: 40000, caller: '13800138000' },
      limitMs: 2000,
    });
    await expect(caller.passed()).rejects.toThrow(/INVITE sip:4001234567@/);
  });
});
