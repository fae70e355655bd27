import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediaExhaustedError } from '../../../src/media/errors.ts';
import { PbxError } from '../../../src/shared/errors.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { type EngineUnderTest, MediaFixture } from './media-fixture.ts';

export function describeLifecycle(engine: EngineUnderTest): void {
  const { audio } = engine.capabilities;

  describe('life of endpoints', () => {
    let fixture: MediaFixture;
    beforeEach(async () => {
      fixture = await MediaFixture.open(engine.open());
    });
    afterEach(() => fixture.close());

    test('the engine has the capabilities that were announced', () => {
      expect(fixture.engine.capabilities).toEqual(engine.capabilities);
    });

    test('closing is idempotent and gives back its place', async () => {
      const { endpoint } = await fixture.caller();
      expect(fixture.engine.load().endpoints).toBe(1);
      await Promise.all([endpoint.close(), endpoint.close()]);
      await endpoint.close();
      expect(fixture.engine.load().endpoints).toBe(0);
    });

    test('a closed endpoint takes no more orders and harms nobody', async () => {
      const { endpoint, peer } = await fixture.caller();
      await endpoint.close();
      await expect(endpoint.offer()).rejects.toMatchObject({ code: 'closed' });
      await expect(endpoint.answer(peer.sdp())).rejects.toMatchObject({ code: 'closed' });
      await expect(endpoint.accept(peer.sdp())).rejects.toMatchObject({ code: 'closed' });
      endpoint.injectDigit('1', 100);
      endpoint.mute({ in: true });
    });

    test('closing the engine closes what is open', async () => {
      const { endpoint } = await fixture.caller();
      const playback = endpoint.play([{ tone: 'ringback' }]);
      await fixture.engine.close();
      expect(await playback.finished).toEqual({ reason: 'closed' });
      await expect(fixture.engine.createEndpoint({ callId: 'x' })).rejects.toMatchObject({ code: 'closed' });
    });

    test.runIf(audio)('statistics count packets and judge the line', async () => {
      const [alice, bob] = [await fixture.caller(), await fixture.caller()];
      await fixture.engine.bridge(alice.endpoint, bob.endpoint);
      await alice.peer.until('fifty packets', () => alice.peer.packets >= 50);
      const stats = await alice.endpoint.stats();
      expect(stats.packetsSent).toBeGreaterThanOrEqual(40);
      expect(stats.packetsReceived).toBeGreaterThanOrEqual(40);
      expect(stats.packetsLost).toBe(0);
      expect(stats.codec).toBe('PCMA');
      // without RTCP of the far end an engine may not know
      if (stats.mos === undefined) return;
      expect(stats.mos).toBeGreaterThan(3);
      expect(stats.mos).toBeLessThanOrEqual(4.5);
    });

    test.runIf(audio)('the first packet is told with its address', async () => {
      const party = await fixture.bare();
      const started: unknown[] = [];
      party.endpoint.events.on('started', (fact) => started.push(fact));
      await fixture.reoffer(party);
      await party.peer.until('started told', () => started.length > 0);
      expect(started).toEqual([{ address: '127.0.0.1', port: party.peer.port }]);
    });

    test.runIf(audio)('dead air is told once, and again after audio came back', async () => {
      const { endpoint, peer } = await fixture.caller({ rtpTimeoutMs: 1500 });
      const told: number[] = [];
      endpoint.events.on('deadAir', ({ silentMs }) => told.push(silentMs));
      void endpoint.play([{ tone: 'dial' }]);
      const before = peer.packets;
      await peer.until('ten packets', () => peer.packets >= before + 10);
      peer.stopSending();
      await peer.until('dead air', () => told.length === 1);
      expect(told[0]).toBeGreaterThanOrEqual(1400);
      await peer.press('1');
      await peer.until('dead air again', () => told.length === 2);
    });

    // as phones write hold: with music that some never send, without any audio, and when we hold them
    test.runIf(audio).each(['sendonly', 'inactive', 'recvonly'] as const)(
      'a phone that holds (%s) may be silent, and has its time again when it takes the call back',
      async (direction) => {
        const party = await fixture.caller({ rtpTimeoutMs: 1000 });
        const told: number[] = [];
        party.endpoint.events.on('deadAir', ({ silentMs }) => told.push(silentMs));
        await party.endpoint.answer(party.peer.sdp({ direction }));
        party.peer.stopSending();
        await fixture.world.pass(1800);
        expect(told).toEqual([]);
        await party.endpoint.answer(party.peer.sdp());
        await fixture.world.pass(600);
        expect(told).toEqual([]);
        await party.peer.until('dead air', () => told.length === 1);
        expect(told[0]).toBeGreaterThanOrEqual(900);
      },
    );
  });

  test('a full engine throws MediaExhaustedError and takes more after a close', async () => {
    const fixture = await MediaFixture.open(engine.openForTwo());
    const first = await fixture.caller();
    await fixture.caller();
    expect(fixture.engine.load().free).toBe(0);
    await expect(fixture.engine.createEndpoint({ callId: 'x' })).rejects.toThrow(MediaExhaustedError);
    await first.endpoint.close();
    await fixture.caller();
    await fixture.close();
  });

  test('whatever peers say in whatever order, endpoints and ports are back', async () => {
    const fixture = await MediaFixture.open(engine.openForTwo());
    const { random } = seededIds(5);
    const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
    const spoiled = (sdp: string) => oneOf(SPOILINGS)(sdp);
    for (let round = 0; round < 12; round++) {
      // there is room for two: a third would throw, and so would these had one before been lost
      const two = [await fixture.bare(), await fixture.bare()] as const;
      const orders: Promise<unknown>[] = [];
      for (let step = 0; step < 8; step++) {
        const { endpoint, peer } = oneOf(two);
        const order = oneOf<() => Promise<unknown>>([
          () => endpoint.answer(peer.sdp()),
          () => endpoint.answer(spoiled(peer.sdp())),
          () => endpoint.offer(oneOf(['sendrecv', 'sendonly', 'inactive'] as const)),
          () => endpoint.accept(peer.sdp()),
          () => endpoint.accept(spoiled(peer.sdp())),
          () => fixture.engine.bridge(two[0].endpoint, two[1].endpoint),
          // ends with the endpoint, if not before: who takes no audio now hears it later
          async () => void orders.push(endpoint.play([{ tone: 'beep' }]).finished),
          () => endpoint.close(),
        ])().catch((error: unknown) => expect(error).toBeInstanceOf(PbxError));
        orders.push(order);
        if (random() < 0.5) await fixture.world.settle(order);
      }
      for (const { endpoint } of two) await endpoint.close();
      await fixture.world.settle(Promise.all(orders));
      expect(fixture.engine.load().endpoints).toBe(0);
    }
    await fixture.close();
  }, 60_000);
}

/** What makes an SDP useless, each in another way. */
const SPOILINGS: readonly ((sdp: string) => string)[] = [
  () => '',
  () => 'v=0',
  (sdp) => sdp.replace(/^m=audio \d+ RTP\/AVP .*$/m, 'm=audio 4000 RTP/AVP 18'),
  (sdp) => sdp.replace(/^c=.*$/m, 'c=IN IP4 phone.example'),
  (sdp) => sdp.replace('m=audio', 'm=image'),
  (sdp) => sdp.replace(/m=audio \d+/, 'm=audio 0'),
  (sdp) => `${sdp.replace('RTP/AVP', 'RTP/SAVP')}a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2hvcnQ=\r\n`,
  (sdp) => sdp + 'm=video 4000 RTP/AVP 96\r\n'.repeat(200),
];
