import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, MediaFixture } from './media-fixture.ts';

export function describeDigits(engine: EngineUnderTest): void {
  const { audio, inbandDigits, sendDigits } = engine.capabilities;

  describe('digits', () => {
    let fixture: MediaFixture;
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
    });
    afterEach(() => fixture.close());

    test('those of SIP INFO join the stream', async () => {
      const { endpoint } = await fixture.caller();
      const told: unknown[] = [];
      endpoint.events.on('digit', (digit) => told.push(digit));
      endpoint.injectDigit('7', 160);
      endpoint.injectDigit('7', 160);
      await fixture.world.pass(50);
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
