import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlayItem } from '../../../src/media/media.ts';
import { type PeerOptions, RtpPeer } from '../../support/rtp-peer.ts';
import { toneLevel } from '../../support/tones.ts';
import { readRecording } from '../../support/wav-file.ts';
import { type EngineUnderTest, MediaFixture, type Party } from './media-fixture.ts';

/** The office's address as the world sees it, and what a phone behind it writes into its SDP. */
const OFFICE = '127.0.0.2';
const INSIDE = { host: '10.0.0.77', port: 40_000 };
const STRANGER = '127.0.0.3';
const DIAL: readonly PlayItem[] = [{ tone: 'dial' }];
/** A tone of the stranger counts as found from here on: it was sent at 8000. */
const FOUND = 300;

export function describeStrangers(engine: EngineUnderTest): void {
  const { audio, record, strictSources } = engine.capabilities;
  const learns = strictSources === 'all';

  describe.runIf(audio && strictSources !== 'none')('who may send', () => {
    let fixture: MediaFixture;
    let stranger: RtpPeer;
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
      stranger = await RtpPeer.open({ host: STRANGER });
      stranger.say(900);
    });
    afterEach(async () => {
      stranger.close();
      await fixture.close();
    });

    /** A phone whose offer is answered, with a stranger that sends to our port before it does. */
    async function attacked(signallingAddress: string | undefined, phone: PeerOptions, behindNat: boolean) {
      const party = await fixture.bare(signallingAddress === undefined ? {} : { signallingAddress }, phone);
      const { endpoint, peer } = party;
      const answer = await endpoint.answer(peer.sdp(behindNat ? { at: INSIDE } : {}));
      stranger.connect(answer);
      const playback = endpoint.play(DIAL, { repeat: Number.POSITIVE_INFINITY });
      await stranger.press('9');
      await fixture.world.pass(300);
      return { ...party, answer, playback };
    }

    async function expectSafe({ endpoint, peer, digits }: Party, answer: string): Promise<void> {
      const file = join(fixture.folder, 'talk.wav');
      const recording = record ? endpoint.record({ file, layout: 'received' }) : undefined;
      peer.connect(answer);
      peer.say(600);
      await peer.hears(450);
      await stranger.press('9');
      // an engine that looks for the party hears nobody meanwhile
      while (digits.length === 0) await peer.press('5');
      await fixture.world.pass(500);
      expect(stranger.packets).toBe(0);
      expect(digits).not.toContain('9');
      if (!recording) return;
      await recording.stop();
      const [said] = readRecording(file);
      expect(loudest(said!, 600)).toBeGreaterThan(FOUND);
      expect(loudest(said!, 900)).toBeLessThan(FOUND);
    }

    const elsewhere = learns ? [['whose signalling comes from elsewhere', OFFICE] as const] : [];
    test.each([
      ...elsewhere,
      ['whose signalling comes from there, too', '127.0.0.1'],
      ['of which only SDP is known', undefined],
    ] as const)('a stranger gets nothing of a party %s, and is not heard', async (_, signalling) => {
      const { answer, ...party } = await attacked(signalling, {}, false);
      await expectSafe(party, answer);
    });

    test.runIf(learns)('a stranger gets nothing of a phone behind NAT, and is not heard', async () => {
      const { answer, ...party } = await attacked(OFFICE, { host: OFFICE }, true);
      await expectSafe(party, answer);
    });

    test.runIf(learns)(
      'a party that sends from the address in its SDP wins over the address of its signalling',
      async () => {
        const colleague = await RtpPeer.open({ host: OFFICE });
        const { answer, ...party } = await attacked(OFFICE, {}, false);
        colleague.connect(answer);
        await fixture.world.pass(300);
        await expectSafe(party, answer);
        const before = colleague.packets;
        await fixture.world.pass(200);
        expect(colleague.packets).toBe(before);
        colleague.close();
      },
    );

    test.runIf(learns && record).each([
      ['behind NAT', OFFICE, true],
      ['in the open', '127.0.0.1', false],
    ])(
      'a stranger is in no recording of a phone %s that is silent, moves and offers anew',
      async (_, host, behindNat) => {
        const { answer, endpoint, peer, digits } = await attacked(host, { host }, behindNat);
        const file = join(fixture.folder, 'talk.wav');
        const recording = endpoint.record({ file, layout: 'received' });
        peer.connect(answer);
        peer.say(600);
        await peer.hears(450);
        peer.stopSending();
        await fixture.world.pass(2500);
        await stranger.press('9');
        await peer.changePort();
        peer.connect(answer);
        while (digits.length === 0) await peer.press('5');
        peer.connect(await endpoint.answer(peer.sdp(behindNat ? { at: INSIDE } : {})));
        await stranger.press('9');
        await fixture.world.pass(1000);
        await recording.stop();
        expect(stranger.packets).toBe(0);
        expect(digits).not.toContain('9');
        const [said] = readRecording(file);
        expect(loudest(said!, 600)).toBeGreaterThan(FOUND);
        expect(loudest(said!, 900)).toBeLessThan(FOUND);
      },
    );

    test('keys of a stranger are not told, whatever begins and ends meanwhile', async () => {
      const { answer, endpoint, peer, digits } = await attacked('127.0.0.1', {}, false);
      peer.connect(answer);
      await peer.hears(450);
      let over = false;
      const pressing = (async () => {
        while (!over) await stranger.press('9', 'rfc4733', 40);
      })();
      for (let begun = 0; begun < 12; begun++) {
        endpoint.play(DIAL);
        await fixture.world.pass(100);
      }
      const other = await fixture.caller();
      const bridge = await fixture.engine.bridge(endpoint, other.endpoint);
      await fixture.world.pass(300);
      await bridge.close();
      over = true;
      await pressing;
      expect([digits, other.peer.digits]).toEqual([[], '']);
    });

    test.runIf(learns).each([
      ['behind NAT', OFFICE, true],
      ['in the open', '127.0.0.1', false],
    ])('a phone %s goes on from another port', async (_, host, behindNat) => {
      const { answer, endpoint, peer, playback } = await attacked(host, { host }, behindNat);
      peer.connect(answer);
      peer.say(600);
      await peer.hears(450);
      await peer.changePort();
      playback.stop();
      const other = await fixture.caller();
      await fixture.engine.bridge(endpoint, other.endpoint);
      other.peer.say(700);
      await Promise.all([peer.hears(700), other.peer.hears(600)]);
      expect(other.peer.has(900)).toBe(false);
      expect(stranger.packets).toBe(0);
    });
  });
}

/** The level of a tone in the 100 ms that have most of it. */
function loudest(samples: Int16Array, frequency: number): number {
  const levels = [0];
  for (let at = 0; at + 800 <= samples.length; at += 800)
    levels.push(toneLevel(samples.subarray(at, at + 800), frequency));
  return Math.max(...levels);
}
