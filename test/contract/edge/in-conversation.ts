import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReferRequest } from '../../../src/edge/edge.ts';
import { EdgeStatusError } from '../../../src/edge/errors.ts';
import { ClosedError } from '../../../src/shared/errors.ts';
import { EdgeFixture, type OpenWorld } from './edge-fixture.ts';
import { ALICE, BOB, CAROL } from './edge-world.ts';

export function describeInConversation(open: OpenWorld, direction: 'in' | 'out'): void {
  describe(`in conversation, placed ${direction}`, () => {
    let fixture: EdgeFixture;
    beforeEach(async () => {
      fixture = new EdgeFixture(await open());
      await fixture.start();
    });
    afterEach(() => fixture.close());

    test('ours offers a new session', async () => {
      const { own, other } = await fixture.talking(direction);
      other.delegate = { onReoffer: (offer) => (offer === CAROL ? BOB : 'wrong') };
      expect(await fixture.settled(own.reoffer(CAROL))).toBe(BOB);
      expect([own.remoteSdp, other.remoteSdp]).toEqual([BOB, CAROL]);
      own.end({ cause: 'normal' });
    });

    test('theirs offers a new session, and the PBX takes its time', async () => {
      const { own, other } = await fixture.talking(direction);
      own.delegate = { onReoffer: async (offer) => (offer === CAROL ? BOB : 'wrong') };
      expect(await fixture.settled(other.reoffer(CAROL))).toBe(BOB);
      expect(own.remoteSdp).toBe(CAROL);
      own.end({ cause: 'normal' });
    });

    test('a refused offer leaves everything as it was, and the next one is sent', async () => {
      const { own, other } = await fixture.talking(direction);
      const before = own.remoteSdp;
      const refused = await fixture.settled(own.reoffer(CAROL)).catch((error) => error);
      expect(refused).toBeInstanceOf(EdgeStatusError);
      expect([refused.status, own.remoteSdp, own.state]).toEqual([488, before, 'confirmed']);
      other.delegate = { onReoffer: () => BOB };
      expect(await fixture.settled(own.reoffer(CAROL))).toBe(BOB);
      other.end({ cause: 'normal' });
    });

    test('offers that cross are both taken in the end', async () => {
      const { own, other } = await fixture.talking(direction);
      own.delegate = { onReoffer: () => BOB };
      other.delegate = { onReoffer: () => CAROL };
      const both = Promise.all([
        own.reoffer(ALICE.replace('1 1', '1 2')),
        other.reoffer(BOB.replace('1 1', '1 2')),
      ]);
      expect(await fixture.settled(both)).toEqual([CAROL, BOB]);
      own.end({ cause: 'normal' });
    });

    test('digits come by INFO, in both customs of the field', async () => {
      const { own, ownLog, other } = await fixture.talking(direction);
      const relay = { contentType: 'application/dtmf-relay', body: 'Signal=5\r\nDuration=200\r\n' };
      const plain = { contentType: 'application/dtmf', body: '#' };
      expect((await fixture.settled(other.request('INFO', relay))).status).toBe(200);
      expect((await fixture.settled(other.request('INFO', plain))).status).toBe(200);
      expect(ownLog.digits).toEqual(['5', '#']);
      const other415 = { contentType: 'application/x-unknown', body: 'x' };
      expect((await fixture.settled(other.request('INFO', other415))).status).toBe(415);
      own.end({ cause: 'normal' });
    });

    test('other requests are asked about', async () => {
      const { own, other } = await fixture.talking(direction);
      expect(
        (await fixture.settled(other.request('MESSAGE', { contentType: 'text/plain', body: '您好' }))).status,
      ).toBe(405);
      own.delegate = {
        onRequest: async (request) => ({ status: 202, headers: { 'X-Seen': request.body ?? '' } }),
      };
      const response = await fixture.settled(
        other.request('MESSAGE', { contentType: 'text/plain', body: '您好' }),
      );
      expect([response.status, response.header('X-Seen')]).toEqual([202, '您好']);
      expect((await fixture.settled(other.request('OPTIONS'))).status).toBe(200);
      own.end({ cause: 'normal' });
    });

    test('the far end asks for a transfer, and hears how it goes', async () => {
      const { world } = fixture;
      const { own, other, otherLog } = await fixture.talking(direction);
      let refer: ReferRequest | undefined;
      own.delegate = {
        onRefer: (asked) => {
          refer = asked;
          asked.accept();
        },
      };
      expect((await fixture.settled(other.refer('sip:8002@example.com'))).status).toBe(202);
      expect([refer?.target.user, refer?.replaces]).toEqual(['8002', undefined]);
      refer!.progress(180);
      await world.until('180', () => otherLog.events.includes('refer 180'));
      refer!.progress(200);
      await world.until('200', () => otherLog.events.includes('refer 200'));
      expect(otherLog.events.filter((event) => event.startsWith('refer'))).toEqual([
        'refer 100',
        'refer 180',
        'refer 200',
      ]);
      // The subscription is over, the call is not.
      expect((await fixture.settled(other.request('OPTIONS'))).status).toBe(200);
      own.end({ cause: 'transferred' });
      await world.until('the BYE', () => otherLog.ending !== undefined);
    });

    test('a transfer that nobody wants is refused with 603', async () => {
      const { own, other } = await fixture.talking(direction);
      expect((await fixture.settled(other.refer('sip:8002@example.com'))).status).toBe(603);
      own.end({ cause: 'normal' });
    });

    test('we ask for a transfer, and hear how it goes', async () => {
      const { world } = fixture;
      const { own, ownLog, other, otherLog } = await fixture.talking(direction);
      other.delegate = {
        onRefer: (asked) => {
          asked.accept();
          asked.progress(486);
        },
      };
      expect((await fixture.settled(own.refer('sip:8002@example.com'))).status).toBe(202);
      await world.until('486', () => ownLog.events.includes('refer 486'));
      own.end({ cause: 'normal' });
      await world.until('the BYE', () => otherLog.ending !== undefined);
    });

    test('what still waits is rejected when the leg ends', async () => {
      const { world } = fixture;
      const { own, other } = await fixture.talking(direction);
      other.delegate = { onReoffer: () => new Promise(() => {}) };
      const offers = [own.reoffer(CAROL), own.reoffer(CAROL)].map((promise) =>
        promise.catch((error) => error),
      );
      await world.pass(100);
      own.end({ cause: 'normal' });
      for (const error of await Promise.all(offers)) expect(error).toBeInstanceOf(ClosedError);
      await expect(own.reoffer(CAROL)).rejects.toBeInstanceOf(ClosedError);
      await expect(own.request('INFO')).rejects.toBeInstanceOf(ClosedError);
    });
  });
}
