import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EdgeReply, EdgeResponse } from '../../../src/edge/edge.ts';
import { EdgeFixture, type OpenWorld } from './edge-fixture.ts';
import { BOB, place } from './edge-world.ts';

export function describeOutsideCalls(open: OpenWorld): void {
  describe('outside of calls', () => {
    let fixture: EdgeFixture;
    beforeEach(async () => {
      fixture = new EdgeFixture(await open());
      await fixture.start();
    });
    afterEach(() => fixture.close());

    test('requests are asked about, and answered with headers and body', async () => {
      const { world, desk } = fixture;
      desk.onRequest = async (request) => ({
        status: 200,
        headers: { Contact: ['<sip:a@1.2.3.4>;expires=60', '<sip:b@1.2.3.4>'], 'X-Method': request.method },
        contentType: 'text/plain',
        body: '好',
      });
      const response = await fixture.settled(
        world.far.request({
          method: 'REGISTER',
          uri: world.uri('').replace('@', ''),
          from: { uri: 'sip:8001@example.com' },
          to: 'sip:8001@example.com',
          headers: { Contact: '<sip:8001@10.0.0.9>;expires=300', Expires: '300' },
        }),
      );
      expect([response.status, response.header('X-Method'), response.body]).toEqual([200, 'REGISTER', '好']);
      expect(response.addresses('Contact').map(({ user, params }) => [user, params.get('expires')])).toEqual([
        ['a', '60'],
        ['b', undefined],
      ]);
    });

    test('a phone is called back over the connection that it registered by', async ({ skip }) => {
      const { world, desk, farDesk } = fixture;
      if (!world.edge.capabilities.flows) skip('the engine cannot reuse connections of phones');
      let flow: string | undefined;
      desk.onRequest = (request) => {
        flow = request.flow;
        return { status: 200 };
      };
      const from = { uri: 'sip:8001@example.com' };
      await fixture.settled(
        world.far.request({ method: 'REGISTER', uri: world.uri('x'), from, to: from.uri }),
      );
      farDesk.take = (leg) => void leg.answer(BOB);
      const { leg } = place(world.edge, 'sip:8001@phone.invalid', { flow: flow! });
      await world.until('the answer', () => farDesk.calls[0]?.state === 'confirmed');
      expect(farDesk.calls[0]!.invite.target.uri).toBe('sip:8001@phone.invalid');
      farDesk.calls[0]!.end({ cause: 'normal' });
      await world.until('the BYE', () => leg.state === 'ended');
    });

    test('a subscription makes a dialog, in which its NOTIFYs go out', async () => {
      const { world, desk } = fixture;
      const from = { uri: 'sip:8001@example.com' };
      const notify = {
        method: 'NOTIFY',
        uri: 'sip:ignored@example.com',
        from,
        headers: { Event: 'presence', 'Subscription-State': 'active' },
      };
      let subscription: string | undefined;
      let first: Promise<EdgeResponse> | undefined;
      desk.onRequest = (request) => {
        subscription = request.dialog;
        // RFC 6665 4.2.1.2: the first NOTIFY follows the answer at once.
        queueMicrotask(() => {
          first = world.edge.request({ ...notify, dialog: request.dialog! });
        });
        return { status: 200, headers: { Expires: '60' } };
      };
      const headers = { Event: 'presence', Expires: '60' };
      const subscribe = { method: 'SUBSCRIBE', uri: world.uri('8002'), from, headers };
      expect((await fixture.settled(world.far.request(subscribe))).status).toBe(200);
      // The far end keeps no subscriptions of its own: it says so, and ours ends.
      expect((await fixture.settled(first!)).status).toBe(481);
      expect((await fixture.settled(world.edge.request({ ...notify, dialog: subscription! }))).status).toBe(
        481,
      );
    });

    test('requests of ours get the far answer', async () => {
      const { world, farDesk } = fixture;
      farDesk.onRequest = (request) => ({
        status: request.method === 'OPTIONS' ? 200 : 405,
        reason: 'Fine',
      });
      const response = await fixture.settled(
        world.edge.request({
          method: 'OPTIONS',
          uri: world.farUri('x'),
          from: { uri: 'sip:pbx@example.com' },
        }),
      );
      expect([response.status, response.reason]).toEqual([200, 'Fine']);
    });

    test('a throw becomes 500, an unknown method 501', async ({ skip }) => {
      const { world, desk } = fixture;
      desk.onRequest = () => Promise.reject(new Error('boom'));
      const from = { uri: 'sip:x@example.com' };
      expect(
        (await fixture.settled(world.far.request({ method: 'OPTIONS', uri: world.uri('x'), from }))).status,
      ).toBe(500);
      if (world.foreignLimits?.has('unknown-methods')) skip('the server answers no unknown methods');
      expect(
        (await fixture.settled(world.far.request({ method: 'FETCH', uri: world.uri('x'), from }))).status,
      ).toBe(501);
    });

    test('a time limit is kept', async () => {
      const { world, desk } = fixture;
      let decide: (reply: EdgeReply) => void = () => {};
      desk.onRequest = () =>
        new Promise((resolve) => {
          decide = resolve;
        });
      const from = { uri: 'sip:x@example.com' };
      const asked = world.far.request({ method: 'OPTIONS', uri: world.uri('x'), from, timeoutMs: 700 });
      expect((await fixture.settled(asked)).status).toBe(408);
      // What is never decided is answered after a while by itself.
      if (world.manualTime) await world.pass(30_000);
      else decide({ status: 404 });
    });

    test('line ends in headers of the PBX smuggle nothing', async () => {
      const { world, desk } = fixture;
      desk.onRequest = () => ({ status: 200, headers: { 'X-A': 'a\r\nX-B: b', 'Bad Name': 'c' } });
      const from = { uri: 'sip:x@example.com' };
      const response = await fixture.settled(
        world.far.request({ method: 'OPTIONS', uri: world.uri('x'), from }),
      );
      expect([response.header('X-A'), response.header('X-B')]).toEqual(['a X-B: b', undefined]);
    });
  });
}
