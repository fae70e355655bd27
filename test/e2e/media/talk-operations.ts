/** Operations on a talk with real audio: every engine, as far as its flags promise. Each says a tone; who hears whom is measured. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alternate, completeTransfer, consult } from '../../../src/call/attended-transfer.ts';
import { inviteToConference } from '../../../src/call/conference.ts';
import { sendDigits } from '../../../src/call/digits.ts';
import { hangUp } from '../../../src/call/hang-up.ts';
import { hold, resume } from '../../../src/call/hold.ts';
import { monitor } from '../../../src/call/monitor.ts';
import { mute } from '../../../src/call/mute.ts';
import { park, takeUp } from '../../../src/call/park.ts';
import { pickUp } from '../../../src/call/pick-up.ts';
import { playToTalk } from '../../../src/call/play.ts';
import { transfer } from '../../../src/call/transfer.ts';
import type { MediaCapabilities, MediaEngine } from '../../../src/media/media.ts';
import { toneMs } from '../../support/hearing.ts';
import { phoneOf } from '../../support/talk.ts';
import { HZ, type Speaker, TalkHouse } from '../../support/talk-house.ts';
import { until } from '../../support/until.ts';
import { readWav } from '../../support/wav.ts';

const RINGBACK_HZ = 450;

export interface TalkEngine {
  readonly name: string;
  readonly missing: string | undefined;
  readonly capabilities: MediaCapabilities;
  create(): MediaEngine;
}

export function describeTalkOperations(engine: TalkEngine): void {
  const { name, missing, capabilities } = engine;
  describe.skipIf(missing)(
    `operations on a talk on ${name}${missing ? ` (skipped: ${missing})` : ''}`,
    () => {
      let house: TalkHouse;
      const open = async (rtpTimeoutMs?: number) => {
        house = new TalkHouse(engine.create(), rtpTimeoutMs);
        await house.pbx.start();
      };
      beforeEach((context) => open(context.task.name.includes('dies') ? 1_500 : undefined));
      afterEach(() => house.close());

      test('hold and resume', async () => {
        const { talk, alice, bob } = await house.talking();
        const { leg } = talk.places.partner!;
        await hold(talk, leg);
        await Promise.all([alice.peer.hears(HZ.music), bob.peer.losesTone(HZ.alice)]);
        await alice.peer.losesTone(HZ.bob);
        await resume(talk, leg);
        await Promise.all([alice.peer.hears(HZ.bob), bob.peer.hears(HZ.alice)]);
        await alice.peer.losesTone(HZ.music);
      });

      test.each(['sendonly', 'inactive'] as const)('a phone holds by %s: music', async (direction) => {
        const { alice, bob } = await house.talking();
        await bob.sip.delegate.onReoffer!(bob.peer.sdp({ direction }));
        bob.peer.stopSending();
        await alice.peer.hears(HZ.music);
        await bob.sip.delegate.onReoffer!(bob.peer.sdp());
        bob.peer.resume();
        await alice.peer.losesTone(HZ.music);
        await bob.peer.hears(HZ.alice);
      });

      test('whom a hotline has answered hears ringing tone in its rhythm while a phone rings', async () => {
        const alice = await house.ringing('answering');
        alice.peer.connect(await until('an answer', () => alice.sip.answerSdp));
        await alice.peer.hears(RINGBACK_HZ);
        await alice.peer.losesTone(RINGBACK_HZ);
        await alice.peer.hears(RINGBACK_HZ);
        const bob = await house.answers('8001', HZ.bob);
        await bothHear(alice, HZ.alice, bob, HZ.bob);
        await alice.peer.losesTone(RINGBACK_HZ);
      });

      test('彩铃 is heard over and over before the answer, then the phone', async () => {
        const alice = await house.ringing('tune');
        alice.peer.connect(await until('early media', () => alice.sip.earlySdp));
        await alice.peer.hears(HZ.prompt);
        const threeTimes = alice.peer.packets + 125;
        await alice.peer.until('2.5 s of it', () => alice.peer.packets >= threeTimes);
        await alice.peer.hears(HZ.prompt);
        const bob = await house.answers('8001', HZ.bob);
        await bothHear(alice, HZ.alice, bob, HZ.bob);
        await alice.peer.losesTone(HZ.prompt);
      });

      test('mute', async () => {
        const { talk, alice, bob } = await house.talking();
        mute(talk, talk.places.partner!.leg, { in: true });
        await alice.peer.losesTone(HZ.bob);
        await bob.peer.hears(HZ.alice);
        mute(talk, talk.places.partner!.leg, { in: false });
        await alice.peer.hears(HZ.bob);
      });

      test('blind transfer', async () => {
        const { talk, alice, bob } = await house.talking();
        const done = transfer(talk, '8002');
        const carol = await house.answers('8002', HZ.carol);
        expect(await done).toBe(200);
        await bothHear(alice, HZ.alice, carol, HZ.carol);
        expect(bob.sip.state).toBe('ended');
      });

      test('attended transfer: consult, alternate, complete', async () => {
        const { talk, alice, bob } = await house.talking();
        const asked = consult(talk, '8002');
        await Promise.all([alice.peer.hears(HZ.music), bob.peer.hears(RINGBACK_HZ)]);
        const carol = await house.answers('8002', HZ.carol);
        expect(await asked).toBe(200);
        await bothHear(bob, HZ.bob, carol, HZ.carol);
        await alice.peer.losesTone(HZ.bob);
        await alternate(talk);
        await bothHear(alice, HZ.alice, bob, HZ.bob);
        await carol.peer.hears(HZ.music);
        await completeTransfer(talk);
        await bothHear(alice, HZ.alice, carol, HZ.carol);
        expect(bob.sip.state).toBe('ended');
      });

      test.runIf(capabilities.conference)('conference of three', async () => {
        const { talk, alice, bob } = await house.talking();
        const done = inviteToConference(talk, '8002');
        const carol = await house.answers('8002', HZ.carol);
        expect(await done).toBe(200);
        await Promise.all([
          alice.peer.hears(HZ.bob, HZ.carol),
          bob.peer.hears(HZ.alice, HZ.carol),
          carol.peer.hears(HZ.alice, HZ.bob),
        ]);
        hangUp(talk, talk.places.third!.leg);
        await alice.peer.losesTone(HZ.carol);
        await bothHear(alice, HZ.alice, bob, HZ.bob);
      });

      test.runIf(capabilities.conference)('monitor: listen, whisper, barge', async () => {
        const { talk, alice, bob } = await house.talking();
        const chief = await house.takenIn(talk, '8009', HZ.carol);
        await monitor(talk, chief.leg, { mode: 'listen' });
        await chief.peer.hears(HZ.alice, HZ.bob);
        await bothHear(alice, HZ.alice, bob, HZ.bob);
        expect([alice.peer.has(HZ.carol), bob.peer.has(HZ.carol)]).toEqual([false, false]);
        await monitor(talk, chief.leg, { mode: 'whisper', to: talk.places.partner!.leg });
        await bob.peer.hears(HZ.alice, HZ.carol);
        expect(alice.peer.has(HZ.carol)).toBe(false);
        await monitor(talk, chief.leg, { mode: 'barge' });
        await alice.peer.hears(HZ.bob, HZ.carol);
        chief.sip.remoteEnd('normal');
        await alice.peer.losesTone(HZ.carol);
        await bothHear(alice, HZ.alice, bob, HZ.bob);
      });

      test.runIf(!capabilities.conference)('what needs a mix is refused', async () => {
        const { talk } = await house.talking();
        const refusal = expect.objectContaining({ code: 'not-supported' });
        expect(() => inviteToConference(talk, '8002')).toThrow(refusal);
        expect(() => monitor(talk, talk.places.partner!.leg, { mode: 'listen' })).toThrow(refusal);
      });

      test('park, and taken up by a colleague', async () => {
        const { talk, alice, bob } = await house.talking();
        await park(house.pbx.calls, talk, { slot: '701', limitMs: 60_000 });
        await alice.peer.hears(HZ.music);
        expect(bob.sip.state).toBe('ended');
        const carol = await house.takenIn(talk, '8002', HZ.carol);
        await takeUp(talk, carol.leg, talk.partyAt('8002'));
        await bothHear(alice, HZ.alice, carol, HZ.carol);
      });

      test('pick-up of a call that rings at a colleague', async () => {
        const alice = await house.ringing();
        const carol = await house.dials(HZ.carol);
        const who = { name: '8002', kind: 'agent' } as const;
        expect(await pickUp(house.pbx.calls, carol.sip, phoneOf('8002'), who, '8001')).toBe(true);
        carol.peer.connect(carol.sip.answerSdp!);
        alice.peer.connect(await until('an answer', () => 'answerSdp' in alice.sip && alice.sip.answerSdp));
        await bothHear(alice, HZ.alice, carol, HZ.carol);
      });

      test('play to one of them', async () => {
        const { talk, alice, bob } = await house.talking();
        const played = playToTalk(talk, [{ file: house.prompt }], [talk.places.caller.leg]);
        await alice.peer.hears(HZ.prompt);
        expect(bob.peer.has(HZ.prompt)).toBe(false);
        expect(await played).toEqual([{ reason: 'completed' }]);
        await bothHear(alice, HZ.alice, bob, HZ.bob);
      });

      test.runIf(capabilities.sendDigits)('digits to one of them', async () => {
        const { talk, alice, bob } = await house.talking();
        await sendDigits(talk, talk.places.partner!.leg, '42#');
        await bob.peer.until('digits', () => bob.peer.digits === '42#');
        expect(alice.peer.digits).toBe('');
      });

      test.runIf(capabilities.record)('a pause of the recording leaves out what is said', async () => {
        const { talk, alice, bob } = await house.talking();
        const saysFor = async (hz: number, packets: number) => {
          alice.peer.say(hz);
          const enough = bob.peer.packets + packets;
          await bob.peer.hears(hz);
          await bob.peer.until(`${packets} packets`, () => bob.peer.packets >= enough);
        };
        await saysFor(HZ.alice, 40);
        talk.recording.pause();
        await saysFor(HZ.carol, 40);
        await saysFor(HZ.prompt, 20);
        talk.recording.resume();
        await saysFor(HZ.alice, 40);
        talk.recording.stop();
        await until('the file', () => house.events.some(({ type }) => type === 'recordingEnded'));
        const file = house.events.find((event) => event.type === 'recordingEnded')!.file;
        expect(readdirSync(join(file, '..'))).toHaveLength(1);
        const [left] = readWav(file).channels as [Int16Array];
        expect(toneMs(left, HZ.alice)).toBeGreaterThan(200);
        expect(toneMs(left, HZ.carol)).toBeLessThan(60);
      });

      test('a phone that dies in a talk ends its part', async () => {
        const { alice, bob } = await house.talking();
        bob.peer.stopSending();
        await until('its end', () => bob.sip.state === 'ended', { limitMs: 8_000 });
        expect(bob.sip.ending).toMatchObject({ by: 'local', cause: 'dead-air' });
        // Bob is an agent: he is invited again, meanwhile his caller has music.
        await alice.peer.hears(HZ.music);
      });

      test('a phone that dies while it holds ends its part', async () => {
        const { alice, bob } = await house.talking();
        await bob.sip.delegate.onReoffer!(bob.peer.sdp({ direction: 'sendonly' }));
        bob.peer.stopSending();
        await alice.peer.hears(HZ.music);
        bob.sip.dead = true;
        await until('its end', () => bob.sip.state === 'ended', { limitMs: 8_000 });
        expect(bob.sip.ending).toMatchObject({ cause: 'dead-air' });
      });
    },
  );
}

async function bothHear(a: Speaker, aHz: number, b: Speaker, bHz: number): Promise<void> {
  await Promise.all([a.peer.hears(bHz), b.peer.hears(aHz)]);
}
