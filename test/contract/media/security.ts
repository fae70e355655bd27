import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediaNegotiationError } from '../../../src/media/errors.ts';
import { type EngineUnderTest, MediaFixture } from './media-fixture.ts';

export function describeSecurity(engine: EngineUnderTest): void {
  const { audio, srtp } = engine.capabilities;

  describe.runIf(audio && srtp)('SRTP with keys in SDP', () => {
    let fixture: MediaFixture;
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
    });
    afterEach(() => fixture.close());

    test('a phone that offers it is answered with it and bridged to plain RTP', async () => {
      const alice = await fixture.bare({}, { sdes: true });
      const bob = await fixture.callee();
      const answer = await fixture.reoffer(alice);
      expect(answer).toMatch(/^m=audio \d+ RTP\/SAVP 8 101\r$/m);
      alice.peer.say(500);
      bob.peer.say(700);
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await Promise.all([alice.peer.hears(700), bob.peer.hears(500)]);
      await alice.peer.press('7');
      await bob.peer.press('8');
      await bob.peer.until('digit', () => bob.peer.digits === '7');
      await alice.peer.until('digit', () => alice.peer.digits === '8');
      expect(alice.digits).toEqual(['7']);
    });

    test('hold and taking up keep the keys going', async () => {
      const { endpoint, peer } = await fixture.bare({}, { sdes: true });
      const first = await endpoint.answer(peer.sdp());
      peer.connect(first);
      const playback = endpoint.play([{ tone: 'dial' }]);
      await peer.hears(450);
      await endpoint.answer(peer.sdp({ direction: 'inactive' }));
      const resumed = await endpoint.answer(peer.sdp());
      const keyOf = (sdp: string) => /^a=crypto:.*$/m.exec(sdp)?.[0];
      expect(keyOf(resumed)).toBe(keyOf(first));
      const before = peer.packets;
      await peer.until('packets after', () => peer.packets > before + 30);
      await peer.hears(450);
      playback.stop();
    });

    test('our offer asks for it', async () => {
      const { endpoint, peer } = await fixture.bare({ profile: 'srtp' }, { sdes: true });
      const offer = await endpoint.offer();
      expect(offer).toMatch(/^m=audio \d+ RTP\/SAVP /m);
      await endpoint.accept(peer.sdp({ answering: offer }));
      peer.connect(offer);
      endpoint.play([{ tone: 'dial' }]);
      await peer.hears(450);
      await peer.press('5');
    });

    test('an endpoint for SRTP takes no plain RTP', async () => {
      const { endpoint, peer } = await fixture.bare({ profile: 'srtp' });
      await expect(endpoint.answer(peer.sdp())).rejects.toThrow(MediaNegotiationError);
    });
  });
}
