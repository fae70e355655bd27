import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, MediaFixture } from './media-fixture.ts';

export function describeDigits(engine: EngineUnderTest): void {
  const { audio, inbandDigits, inbandBesideEvents, sendDigits } = engine.capabilities;

  describe('digits', () => {
    let fixture: MediaFixture;
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
    });
    afterEach(() => fixture.close());

    test('those of SIP INFO join the stream', async () => {
      const { endpoint, peer } = await fixture.caller();
      const told: unknown[] = [];
      endpoint.events.on('digit', (digit) => told.push(digit));
      endpoint.injectDigit('7', 160);
      endpoint.injectDigit('7', 160);
      await peer.until('two digits told', () => told.length >= 2);
      expect(told).toEqual(Array(2).fill({ digit: '7', durationMs: 160, by: 'info' }));
    });

    test.runIf(audio)('telephone events are told once each', async () => {
      const { peer, digits } = await fixture.caller();
      await peer.press('1#0*');
      await peer.until('four digits told', () => digits.length >= 4);
      expect(digits.join('')).toBe('1#0*');
    });

    test.runIf(audio)('a digit that comes as event and as INFO is told once', async () => {
      const { endpoint, peer, digits } = await fixture.caller();
      await peer.press('3');
      await peer.until('digit told', () => digits.length >= 1);
      endpoint.injectDigit('3', 100);
      await peer.press('4');
      await peer.until('next digit told', () => digits.includes('4'));
      expect(digits.join('')).toBe('34');
    });

    test.runIf(audio && inbandDigits)('in-band tones are told when no events were negotiated', async () => {
      const { peer, digits } = await fixture.caller({}, { events: false });
      await peer.press('159D', 'inband');
      await peer.until('four digits told', () => digits.length >= 4);
      expect(digits.join('')).toBe('159D');
    });

    test.runIf(audio)('an event is told once whose timestamp grows', async () => {
      const party = await fixture.bare({}, { growingEvents: true });
      const { peer, digits } = party;
      await fixture.reoffer(party);
      await peer.press('2255');
      await peer.until('four digits told', () => digits.length >= 4);
      await fixture.world.pass(300);
      expect(digits.join('')).toBe('2255');
    });

    test.runIf(audio)('a 101 without rtpmap is telephone-event, in offers and answers', async () => {
      const caller = await fixture.caller({}, { explained: false });
      await caller.peer.press('159');
      await caller.peer.until('three digits told', () => caller.digits.length >= 3);
      expect(caller.digits.join('')).toBe('159');
      const callee = await fixture.callee({}, { explained: false });
      await callee.peer.press('26');
      await callee.peer.until('two digits told', () => callee.digits.length >= 2);
      expect(callee.digits.join('')).toBe('26');
    });

    // RFC 3264 6.1 wants our number, but this is common
    test.runIf(audio)('events with the payload type of the answer are told', async () => {
      const { endpoint, peer, digits } = await fixture.bare({}, { eventPayload: 97 });
      const offer = await endpoint.offer();
      await endpoint.accept(peer.sdp());
      peer.connect(offer);
      await peer.press('159');
      await peer.until('three digits told', () => digits.length >= 3);
      expect(digits.join('')).toBe('159');
      await endpoint.sendDigits('7');
      await peer.until('digit came', () => peer.digits.length >= 1);
      expect(peer.digits).toBe('7');
    });

    test.runIf(audio && inbandBesideEvents)(
      'in-band tones are told although events were negotiated',
      async () => {
        const { peer, digits } = await fixture.caller();
        await peer.press('2255', 'inband');
        // an event overtakes the audio that waits in a jitter buffer
        await fixture.world.pass(200);
        await peer.press('1');
        await peer.until('five digits told', () => digits.length >= 5);
        await fixture.world.pass(300);
        expect(digits.join('')).toBe('22551');
      },
    );

    test.runIf(audio)('an event barges in', async () => {
      const { endpoint, peer } = await fixture.caller();
      const playback = endpoint.play([{ file: fixture.prompts.low }], { bargeIn: true, repeat: 9 });
      await peer.hears(400);
      await peer.press('2');
      expect(await playback.finished).toEqual({ reason: 'digit' });
    });

    test.runIf(sendDigits)('digits are sent, the promise waits for the last', async () => {
      const { endpoint, peer } = await fixture.caller();
      await fixture.world.settle(endpoint.sendDigits('12#'));
      if (!audio) return;
      await peer.until('three digits', () => peer.digits.length >= 3);
      expect(peer.digits).toBe('12#');
    });

    test.runIf(sendDigits)('sending ends with the endpoint', async () => {
      const { endpoint } = await fixture.caller();
      const sending = endpoint.sendDigits('1234567890').catch((error: unknown) => error);
      await endpoint.close();
      expect(await sending).toMatchObject({ code: 'closed' });
    });
  });
}
