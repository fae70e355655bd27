import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediaNegotiationError } from '../../../src/media/errors.ts';
import { type EngineUnderTest, MediaFixture } from './media-fixture.ts';

const portOf = (sdp: string) => /^m=audio (\d+)/m.exec(sdp)?.[1];
const versionOf = (sdp: string) => Number(/^o=\S+ \S+ (\d+)/m.exec(sdp)?.[1]);
const directionOf = (sdp: string) =>
  /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(sdp)?.[1] ?? 'sendrecv';

export function describeNegotiation(engine: EngineUnderTest): void {
  describe('negotiation', () => {
    let fixture: MediaFixture;
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
    });
    afterEach(() => fixture.close());

    test('an offer is answered with its codec and its telephone-event', async () => {
      const { endpoint, peer } = await fixture.bare();
      const answer = await endpoint.answer(peer.sdp({ payloads: '0 8' }));
      expect(answer).toMatch(/^m=audio [1-9]\d+ RTP\/AVP 8\b.* 101/m);
      expect(answer).toMatch(/^a=rtpmap:101 telephone-event\/8000\r$/m);
      expect(directionOf(answer)).toBe('sendrecv');
    });

    test('PCMU alone is taken, too', async () => {
      const { endpoint, peer } = await fixture.bare();
      expect(await endpoint.answer(peer.sdp({ payloads: '0' }))).toMatch(/^m=audio \d+ RTP\/AVP 0\b/m);
    });

    test('our offer names A-law first, mu-law and telephone-event', async () => {
      const { endpoint, peer } = await fixture.bare();
      const offer = await endpoint.offer();
      expect(offer).toMatch(/^m=audio [1-9]\d+ RTP\/AVP 8 0\b/m);
      expect(offer).toMatch(/^a=rtpmap:\d+ telephone-event\/8000\r$/m);
      await endpoint.accept(peer.sdp());
    });

    test('the far end holds and takes up again, on the same port', async () => {
      const party = await fixture.bare();
      const first = await fixture.reoffer(party);
      const held = await fixture.reoffer(party, { direction: 'sendonly' });
      const stopped = await fixture.reoffer(party, { direction: 'inactive' });
      const resumed = await fixture.reoffer(party);
      expect([held, stopped, resumed].map(directionOf)).toEqual(['recvonly', 'inactive', 'sendrecv']);
      expect([held, stopped, resumed].map(portOf)).toEqual(Array(3).fill(portOf(first)));
      // RFC 3264 8: the version counts up with every change
      expect(versionOf(held)).toBeGreaterThan(versionOf(first));
      expect(versionOf(resumed)).toBeGreaterThan(versionOf(held));
    });

    test('it knows whether the far end holds', async () => {
      const party = await fixture.bare();
      const held: boolean[] = [party.endpoint.farEndHolds];
      for (const direction of ['sendrecv', 'sendonly', 'recvonly', 'inactive', 'sendrecv'] as const) {
        await fixture.reoffer(party, { direction });
        held.push(party.endpoint.farEndHolds);
      }
      expect(held).toEqual([false, false, true, false, true, false]);
      // it answers an offer of ours
      await party.endpoint.offer();
      await party.endpoint.accept(party.peer.sdp({ direction: 'inactive' }));
      expect(party.endpoint.farEndHolds).toBe(true);
    });

    test('we hold and take up again', async () => {
      const { endpoint, peer } = await fixture.callee();
      const held = await endpoint.offer('sendonly');
      expect(directionOf(held)).toBe('sendonly');
      await endpoint.accept(peer.sdp({ direction: 'recvonly' }));
      const resumed = await endpoint.offer();
      expect(directionOf(resumed)).toBe('sendrecv');
      expect(portOf(resumed)).toBe(portOf(held));
      await endpoint.accept(peer.sdp());
    });

    test.each([
      ['no SDP', () => 'INVITE of death'],
      ['nothing', () => ''],
      ['no audio', (sdp: string) => sdp.replace('m=audio', 'm=video')],
      ['a multicast address', (sdp: string) => sdp.replace(/^c=.*$/m, 'c=IN IP4 239.1.2.3')],
      ['a broadcast address', (sdp: string) => sdp.replace(/^c=.*$/m, 'c=IN IP4 255.255.255.255')],
      ['a multicast address of IPv6', (sdp: string) => sdp.replace(/^c=.*$/m, 'c=IN IP6 ff02::1')],
      [
        'another codec only',
        (sdp: string) => sdp.replace('RTP/AVP 8 101', 'RTP/AVP 18').replace(/^a=rtpmap.*$\r\n/gm, ''),
      ],
    ])('an offer with %s throws MediaNegotiationError and harms nothing', async (_, spoil) => {
      const party = await fixture.bare();
      const error = await party.endpoint.answer(spoil(party.peer.sdp())).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(MediaNegotiationError);
      expect(await fixture.reoffer(party)).toContain('m=audio');
    });

    test('an answer that refuses audio throws MediaNegotiationError', async () => {
      const { endpoint, peer } = await fixture.bare();
      await endpoint.offer();
      const refusal = peer.sdp().replace(/m=audio \d+/, 'm=audio 0');
      await expect(endpoint.accept(refusal)).rejects.toThrow(MediaNegotiationError);
    });

    test('codecs that we do not want are not taken', async () => {
      const { endpoint, peer } = await fixture.bare({ codecs: ['PCMU'] });
      await expect(endpoint.answer(peer.sdp({ payloads: '8' }))).rejects.toThrow(MediaNegotiationError);
      expect(await endpoint.answer(peer.sdp({ payloads: '8 0' }))).toMatch(/^m=audio \d+ RTP\/AVP 0\b/m);
    });
  });
}
