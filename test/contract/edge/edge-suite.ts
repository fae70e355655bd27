import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EdgeReply, EdgeResponse, InboundLeg, ReferRequest } from '../../../src/edge/edge.ts';
import { EdgeStatusError } from '../../../src/edge/errors.ts';
import { ClosedError } from '../../../src/shared/errors.ts';
import { ALICE, BOB, CAROL, Desk, type EdgeWorld, place } from './edge-world.ts';

/** What every engine of the port SipEdge must do. `open` builds the edge under test and a far end. */
export function describeEdge(engine: string, open: () => Promise<EdgeWorld> | EdgeWorld): void {
  describe(`SipEdge ${engine}`, () => {
    let world: EdgeWorld;
    let desk: Desk;
    let farDesk: Desk;

    beforeEach(async () => {
      world = await open();
      desk = new Desk();
      farDesk = new Desk();
      await world.edge.start(desk);
      await world.far.start(farDesk);
    });

    afterEach(() => world.close());

    /** A call in conversation, placed by the far end or by the edge under test. */
    async function talking(direction: 'in' | 'out') {
      const [caller, callee, calleeUri] =
        direction === 'in'
          ? [world.far, desk, world.uri('4001234567')]
          : [world.edge, farDesk, world.farUri('8001')];
      callee.take = (leg) => void leg.answer(BOB).catch(() => {});
      const { leg, log } = place(caller, calleeUri);
      await world.until(
        'the call',
        () => callee.calls[0]?.state === 'confirmed' && leg.state === 'confirmed',
      );
      const taken = callee.calls[0]!;
      const own = direction === 'in' ? taken : leg;
      const ownLog = direction === 'in' ? callee.logs[0]! : log;
      const other = direction === 'in' ? leg : taken;
      const otherLog = direction === 'in' ? log : callee.logs[0]!;
      return { own, ownLog, other, otherLog };
    }

    describe('a call that comes in', () => {
      test('is rung, answered and talks until the caller hangs up', async () => {
        let acked = false;
        desk.take = (leg) => {
          expect(leg.invite.target.user).toBe('4001234567');
          expect([leg.invite.from.user, leg.invite.from.displayName]).toEqual(['alice', '爱丽丝']);
          expect([leg.state, leg.remoteSdp, leg.invite.body]).toEqual(['arriving', ALICE, ALICE]);
          leg.progress(180);
          expect(leg.state).toBe('early');
        };
        const { leg, log } = place(world.far, world.uri('4001234567'));
        await world.until('ringing', () => log.events.length > 0);
        expect([leg.state, log.events]).toEqual(['early', ['progress 180']]);
        const called = desk.calls[0]!;
        void called.answer(BOB).then((sdp) => {
          acked = true;
          expect(sdp).toBeUndefined();
        });
        await world.until('the ACK', () => acked);
        expect([called.state, leg.state, leg.remoteSdp]).toEqual(['confirmed', 'confirmed', BOB]);
        expect(log.events).toEqual(['progress 180', `answered ${BOB}`]);
        leg.end({ cause: 'normal' });
        await world.until('the BYE', () => desk.logs[0]!.ending !== undefined);
        expect(desk.logs[0]!.ending).toEqual({ by: 'remote', cause: 'normal', q850: 16 });
        expect([called.state, log.events.at(-1)]).toEqual(['ended', 'ended local normal']);
      });

      test('has early media, and its SDP again in the answer', async () => {
        desk.take = (leg) => leg.progress(183, BOB);
        const { leg, log } = place(world.far, world.uri('400'));
        await world.until('early media', () => log.events.length > 0);
        expect([log.events, leg.remoteSdp]).toEqual([[`progress 183 ${BOB}`], BOB]);
        await settled(desk.calls[0]!.answer(BOB));
        expect(log.events.at(-1)).toBe(`answered ${BOB}`);
        desk.calls[0]!.end({ cause: 'normal' });
        await world.until('the BYE', () => log.ending !== undefined);
        expect(log.ending).toMatchObject({ by: 'remote', cause: 'normal' });
      });

      test('is refused with a status', async () => {
        desk.take = (leg) => leg.end({ cause: 'blacklisted', headers: { 'X-Why': 'list' } });
        const { log } = place(world.far, world.uri('400'));
        await world.until('the refusal', () => log.ending !== undefined);
        expect(log.ending).toEqual({ by: 'remote', cause: 'rejected', status: 603, q850: 21 });
        expect(desk.logs[0]!.ending).toEqual({ by: 'local', cause: 'blacklisted', status: 603 });
      });

      test('from a stranger gets no answer at all', async () => {
        desk.take = (leg) => leg.end({ cause: 'forbidden', silent: true });
        const { leg, log } = place(world.far, world.uri('400'));
        await world.pass(world.manualTime ? 3000 : 1000);
        if (world.foreignLimits?.has('silence')) return expect(log.ending?.status).toBe(403);
        expect([log.events, leg.state, desk.calls.length]).toEqual([[], 'calling', 1]);
        expect(desk.logs[0]!.ending).toEqual({ by: 'local', cause: 'forbidden' });
        await world.far.close();
      });

      test('is cancelled by the caller', async () => {
        desk.take = (leg) => leg.progress(180);
        const { leg, log } = place(world.far, world.uri('400'));
        await world.until('ringing', () => log.events.length > 0);
        leg.end({ cause: 'answered-elsewhere' });
        leg.end({ cause: 'normal' });
        await world.until('the CANCEL', () => desk.logs[0]!.ending !== undefined);
        expect(desk.logs[0]!.ending).toMatchObject({ by: 'remote', cause: 'cancelled', q850: 26 });
        expect(log.events.filter((event) => event.startsWith('ended'))).toEqual([
          'ended local answered-elsewhere',
        ]);
        await expect(desk.calls[0]!.answer(BOB)).rejects.toBeInstanceOf(ClosedError);
      });

      test('without an offer gets ours in the answer and gives its own in the ACK', async () => {
        let answered: string | undefined;
        desk.take = (leg) => {
          expect(leg.remoteSdp).toBeUndefined();
          void leg.answer(BOB).then((sdp) => {
            answered = sdp;
          });
        };
        const { leg, log } = place(world.far, world.uri('400'), { sdp: undefined as never });
        leg.delegate = { onReoffer: (offer) => (offer === BOB ? ALICE : 'wrong') };
        await world.until('the ACK', () => answered !== undefined);
        expect([answered, desk.calls[0]!.remoteSdp, leg.remoteSdp]).toEqual([ALICE, ALICE, BOB]);
        expect(log.events).toEqual([`answered ${BOB}`]);
        leg.end({ cause: 'normal' });
      });

      test('is answered 500 when the PBX throws', async () => {
        desk.take = () => {
          throw new Error('boom');
        };
        const { log } = place(world.far, world.uri('400'));
        await world.until('the refusal', () => log.ending !== undefined);
        expect(log.ending).toMatchObject({ by: 'remote', status: 500 });
      });

      test('ended between the 200 and its ACK is hung up', async () => {
        desk.take = (leg) => {
          leg.answer(BOB).catch((error) => expect(error).toBeInstanceOf(ClosedError));
          leg.end({ cause: 'no-agent' });
        };
        const { log } = place(world.far, world.uri('400'));
        await world.until('the BYE', () => log.ending !== undefined);
        expect(log.ending).toMatchObject({ by: 'remote', cause: 'normal', q850: 20 });
      });
    });

    describe('a call that goes out', () => {
      test('rings, is answered, and the far end hangs up', async () => {
        farDesk.take = (leg) => {
          leg.progress(180);
          void leg.answer(BOB);
        };
        const headers = { 'X-Hotline': '400', 'User-Agent': 'another/1' };
        const { leg, log } = place(world.edge, world.farUri('8001'), { headers });
        expect(leg.state).toBe('calling');
        await world.until('the answer', () => farDesk.calls[0]?.state === 'confirmed');
        expect(farDesk.calls[0]!.invite.header('x-hotline')).toBe('400');
        expect(farDesk.calls[0]!.invite.headers('user-agent')).toEqual(['another/1']);
        expect(log.events).toEqual(['progress 180', `answered ${BOB}`]);
        farDesk.calls[0]!.end({ cause: 'normal' });
        await world.until('the BYE', () => log.ending !== undefined);
        expect(log.ending).toEqual({ by: 'remote', cause: 'normal', q850: 16 });
      });

      test('is busy', async () => {
        farDesk.take = (leg) => leg.end({ cause: 'busy' });
        const { log } = place(world.edge, world.farUri('8001'));
        await world.until('busy', () => log.ending !== undefined);
        expect(log.ending).toEqual({ by: 'remote', cause: 'busy', status: 486, q850: 17 });
      });

      test('is given up while it rings', async () => {
        farDesk.take = (leg) => leg.progress(180);
        const { leg, log } = place(world.edge, world.farUri('8001'));
        await world.until('ringing', () => log.events.length > 0);
        leg.end({ cause: 'no-answer' });
        await world.until('the CANCEL', () => farDesk.logs[0]!.ending !== undefined);
        expect(log.ending).toEqual({ by: 'local', cause: 'no-answer' });
        expect(farDesk.logs[0]!.ending).toMatchObject({ by: 'remote', cause: 'cancelled' });
        if (!world.foreignLimits?.has('reason-in-cancel')) expect(farDesk.logs[0]!.ending?.q850).toBe(19);
      });

      test('given up before it rang is cancelled as soon as that is possible', async () => {
        const { leg, log } = place(world.edge, world.farUri('8001'));
        leg.end({ cause: 'cancelled' });
        await world.until('the CANCEL', () => farDesk.logs[0]?.ending !== undefined);
        expect([log.ending?.by, farDesk.logs[0]!.ending?.cause]).toEqual(['local', 'cancelled']);
      });

      test('given up as it is answered is hung up', async () => {
        farDesk.take = (leg) => {
          leg.progress(180);
        };
        const { leg, log } = place(world.edge, world.farUri('8001'));
        await world.until('ringing', () => log.events.length > 0);
        const answered = farDesk.calls[0]!.answer(BOB);
        leg.end({ cause: 'no-answer' });
        await settled(answered);
        await world.until('the BYE', () => farDesk.logs[0]!.ending !== undefined);
        expect(farDesk.logs[0]!.ending).toMatchObject({ by: 'remote', cause: 'normal' });
      });

      test('to nobody ends by itself', async () => {
        if (!world.manualTime) return;
        const { log } = place(world.edge, world.farUri('x').replace(/:\d+(;|$)/, ':9$1'));
        await world.until('the end', () => log.ending !== undefined, 40_000);
        expect(log.ending?.by).toBe('edge');
        expect([408, 503]).toContain(log.ending?.status);
      });
    });

    for (const direction of ['in', 'out'] as const) {
      describe(`in conversation, placed ${direction}`, () => {
        test('ours offers a new session', async () => {
          const { own, other } = await talking(direction);
          other.delegate = { onReoffer: (offer) => (offer === CAROL ? BOB : 'wrong') };
          expect(await settled(own.reoffer(CAROL))).toBe(BOB);
          expect([own.remoteSdp, other.remoteSdp]).toEqual([BOB, CAROL]);
          own.end({ cause: 'normal' });
        });

        test('theirs offers a new session, and the PBX takes its time', async () => {
          const { own, other } = await talking(direction);
          own.delegate = { onReoffer: async (offer) => (offer === CAROL ? BOB : 'wrong') };
          expect(await settled(other.reoffer(CAROL))).toBe(BOB);
          expect(own.remoteSdp).toBe(CAROL);
          own.end({ cause: 'normal' });
        });

        test('a refused offer leaves everything as it was, and the next one is sent', async () => {
          const { own, other } = await talking(direction);
          const before = own.remoteSdp;
          const refused = await settled(own.reoffer(CAROL)).catch((error) => error);
          expect(refused).toBeInstanceOf(EdgeStatusError);
          expect([refused.status, own.remoteSdp, own.state]).toEqual([488, before, 'confirmed']);
          other.delegate = { onReoffer: () => BOB };
          expect(await settled(own.reoffer(CAROL))).toBe(BOB);
          other.end({ cause: 'normal' });
        });

        test('offers that cross are both taken in the end', async () => {
          if (!world.manualTime) return;
          const { own, other } = await talking(direction);
          own.delegate = { onReoffer: () => BOB };
          other.delegate = { onReoffer: () => CAROL };
          const both = Promise.all([
            own.reoffer(ALICE.replace('1 1', '1 2')),
            other.reoffer(BOB.replace('1 1', '1 2')),
          ]);
          expect(await settled(both)).toEqual([CAROL, BOB]);
          own.end({ cause: 'normal' });
        });

        test('digits come by INFO, in both customs of the field', async () => {
          const { own, ownLog, other } = await talking(direction);
          const relay = { contentType: 'application/dtmf-relay', body: 'Signal=5\r\nDuration=200\r\n' };
          const plain = { contentType: 'application/dtmf', body: '#' };
          expect((await settled(other.request('INFO', relay))).status).toBe(200);
          expect((await settled(other.request('INFO', plain))).status).toBe(200);
          expect(ownLog.digits).toEqual(['5', '#']);
          const other415 = { contentType: 'application/x-unknown', body: 'x' };
          expect((await settled(other.request('INFO', other415))).status).toBe(415);
          own.end({ cause: 'normal' });
        });

        test('other requests are asked about', async () => {
          const { own, other } = await talking(direction);
          expect(
            (await settled(other.request('MESSAGE', { contentType: 'text/plain', body: '您好' }))).status,
          ).toBe(405);
          own.delegate = {
            onRequest: async (request) => ({ status: 202, headers: { 'X-Seen': request.body ?? '' } }),
          };
          const response = await settled(
            other.request('MESSAGE', { contentType: 'text/plain', body: '您好' }),
          );
          expect([response.status, response.header('X-Seen')]).toEqual([202, '您好']);
          expect((await settled(other.request('OPTIONS'))).status).toBe(200);
          own.end({ cause: 'normal' });
        });

        test('the far end asks for a transfer, and hears how it goes', async () => {
          const { own, other, otherLog } = await talking(direction);
          let refer: ReferRequest | undefined;
          own.delegate = {
            onRefer: (asked) => {
              refer = asked;
              asked.accept();
            },
          };
          expect((await settled(other.refer('sip:8002@example.com'))).status).toBe(202);
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
          expect((await settled(other.request('OPTIONS'))).status).toBe(200);
          own.end({ cause: 'transferred' });
          await world.until('the BYE', () => otherLog.ending !== undefined);
        });

        test('a transfer that nobody wants is refused with 603', async () => {
          const { own, other } = await talking(direction);
          expect((await settled(other.refer('sip:8002@example.com'))).status).toBe(603);
          own.end({ cause: 'normal' });
        });

        test('we ask for a transfer, and hear how it goes', async () => {
          const { own, ownLog, other, otherLog } = await talking(direction);
          other.delegate = {
            onRefer: (asked) => {
              asked.accept();
              asked.progress(486);
            },
          };
          expect((await settled(own.refer('sip:8002@example.com'))).status).toBe(202);
          await world.until('486', () => ownLog.events.includes('refer 486'));
          own.end({ cause: 'normal' });
          await world.until('the BYE', () => otherLog.ending !== undefined);
        });

        test('what still waits is rejected when the leg ends', async () => {
          const { own, other } = await talking(direction);
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

    describe('attended transfer', () => {
      test('REFER names the other call of the same edge, INVITE with Replaces finds it', async () => {
        // bob at the far end holds two calls of the edge under test and connects them.
        farDesk.take = (leg) => void leg.answer(BOB);
        const first = place(world.edge, world.farUri('bob'));
        const second = place(world.edge, world.farUri('bob'), { sdp: CAROL });
        await world.until(
          'two calls',
          () => farDesk.calls.filter((leg) => leg.state === 'confirmed').length === 2,
        );
        let refer: ReferRequest | undefined;
        first.leg.delegate = {
          onRefer: (asked) => {
            refer = asked;
            asked.accept();
          },
        };
        const [call1, call2] = farDesk.calls as [InboundLeg, InboundLeg];
        expect((await settled(call1.refer(world.uri('carol'), call2))).status).toBe(202);
        expect(refer!.replaces).toBe(second.leg);
        refer!.progress(200);
        for (const { leg } of [first, second]) leg.end({ cause: 'transferred' });
      });

      test('an INVITE with Replaces for no call of ours is answered 481', async () => {
        const headers = { Replaces: 'nothing;to-tag=a;from-tag=b' };
        const { log } = place(world.far, world.uri('400'), { headers });
        await world.until('481', () => log.ending !== undefined);
        expect([log.ending?.status, desk.calls.length]).toEqual([481, 0]);
      });
    });

    describe('reliable provisional responses', () => {
      test('early media arrives before the answer and needs no repetition in it', async () => {
        if (!world.edge.capabilities.reliableProvisional) return;
        desk.take = (leg) => {
          leg.progress(183, BOB);
          leg.progress(180);
        };
        const { leg, log } = place(world.far, world.uri('400'), { reliable: 'required' });
        await world.until('both', () => log.events.length === 2);
        void desk.calls[0]!.answer(BOB);
        await world.until('the answer', () => desk.calls[0]?.state === 'confirmed');
        expect(log.events).toEqual([`progress 183 ${BOB}`, 'progress 180', `answered ${BOB}`]);
        leg.end({ cause: 'normal' });
      });

      test('of the far end are acknowledged', async () => {
        if (!world.edge.capabilities.reliableProvisional) return;
        farDesk.take = (leg) => {
          leg.progress(183, BOB);
          void leg.answer(BOB);
        };
        const { leg, log } = place(world.edge, world.farUri('8001'), { reliable: 'required' });
        await world.until('the answer', () => farDesk.calls[0]?.state === 'confirmed');
        expect(log.events).toEqual([`progress 183 ${BOB}`, `answered ${BOB}`]);
        leg.end({ cause: 'normal' });
      });
    });

    describe('outside of calls', () => {
      test('requests are asked about, and answered with headers and body', async () => {
        desk.onRequest = async (request) => ({
          status: 200,
          headers: { Contact: ['<sip:a@1.2.3.4>;expires=60', '<sip:b@1.2.3.4>'], 'X-Method': request.method },
          contentType: 'text/plain',
          body: '好',
        });
        const response = await settled(
          world.far.request({
            method: 'REGISTER',
            uri: world.uri('').replace('@', ''),
            from: { uri: 'sip:8001@example.com' },
            to: 'sip:8001@example.com',
            headers: { Contact: '<sip:8001@10.0.0.9>;expires=300', Expires: '300' },
          }),
        );
        expect([response.status, response.header('X-Method'), response.body]).toEqual([
          200,
          'REGISTER',
          '好',
        ]);
        expect(
          response.addresses('Contact').map(({ user, params }) => [user, params.get('expires')]),
        ).toEqual([
          ['a', '60'],
          ['b', undefined],
        ]);
      });

      test('a phone is called back over the connection that it registered by', async () => {
        if (!world.edge.capabilities.flows) return;
        let flow: string | undefined;
        desk.onRequest = (request) => {
          flow = request.flow;
          return { status: 200 };
        };
        const from = { uri: 'sip:8001@example.com' };
        await settled(world.far.request({ method: 'REGISTER', uri: world.uri('x'), from, to: from.uri }));
        farDesk.take = (leg) => void leg.answer(BOB);
        const { leg } = place(world.edge, 'sip:8001@phone.invalid', { flow: flow! });
        await world.until('the answer', () => farDesk.calls[0]?.state === 'confirmed');
        expect(farDesk.calls[0]!.invite.target.uri).toBe('sip:8001@phone.invalid');
        farDesk.calls[0]!.end({ cause: 'normal' });
        await world.until('the BYE', () => leg.state === 'ended');
      });

      test('a subscription makes a dialog, in which its NOTIFYs go out', async () => {
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
        expect((await settled(world.far.request(subscribe))).status).toBe(200);
        // The far end keeps no subscriptions of its own: it says so, and ours ends.
        expect((await settled(first!)).status).toBe(481);
        expect((await settled(world.edge.request({ ...notify, dialog: subscription! }))).status).toBe(481);
      });

      test('requests of ours get the far answer', async () => {
        farDesk.onRequest = (request) => ({
          status: request.method === 'OPTIONS' ? 200 : 405,
          reason: 'Fine',
        });
        const response = await settled(
          world.edge.request({
            method: 'OPTIONS',
            uri: world.farUri('x'),
            from: { uri: 'sip:pbx@example.com' },
          }),
        );
        expect([response.status, response.reason]).toEqual([200, 'Fine']);
      });

      test('a throw becomes 500, an unknown method 501', async () => {
        desk.onRequest = () => Promise.reject(new Error('boom'));
        const from = { uri: 'sip:x@example.com' };
        expect(
          (await settled(world.far.request({ method: 'OPTIONS', uri: world.uri('x'), from }))).status,
        ).toBe(500);
        if (world.foreignLimits?.has('unknown-methods')) return;
        expect(
          (await settled(world.far.request({ method: 'FETCH', uri: world.uri('x'), from }))).status,
        ).toBe(501);
      });

      test('a time limit is kept', async () => {
        let decide: (reply: EdgeReply) => void = () => {};
        desk.onRequest = () =>
          new Promise((resolve) => {
            decide = resolve;
          });
        const from = { uri: 'sip:x@example.com' };
        const asked = world.far.request({ method: 'OPTIONS', uri: world.uri('x'), from, timeoutMs: 700 });
        expect((await settled(asked)).status).toBe(408);
        // What is never decided is answered after a while by itself.
        if (world.manualTime) await world.pass(30_000);
        else decide({ status: 404 });
      });

      test('line ends in headers of the PBX smuggle nothing', async () => {
        desk.onRequest = () => ({ status: 200, headers: { 'X-A': 'a\r\nX-B: b', 'Bad Name': 'c' } });
        const from = { uri: 'sip:x@example.com' };
        const response = await settled(world.far.request({ method: 'OPTIONS', uri: world.uri('x'), from }));
        expect([response.header('X-A'), response.header('X-B')]).toEqual(['a X-B: b', undefined]);
      });
    });

    describe('drain and close', () => {
      test('drain refuses new calls with 503 and keeps the others', async () => {
        const { own, other } = await talking('in');
        world.edge.drain();
        const { log } = place(world.far, world.uri('400'));
        await world.until('503', () => log.ending !== undefined);
        expect([log.ending?.status, own.state]).toEqual([503, 'confirmed']);
        other.end({ cause: 'normal' });
      });

      test('close ends what is left', async () => {
        const { own, ownLog, otherLog } = await talking('out');
        await world.edge.close();
        await world.edge.close();
        expect([own.state, ownLog.ending]).toEqual(['ended', { by: 'local', cause: 'shutdown' }]);
        expect(() => world.edge.call({ uri: world.farUri('x'), from: { uri: 'sip:a@b' } })).toThrow(
          ClosedError,
        );
        await world.until('the BYE', () => otherLog.ending !== undefined);
      });
    });

    /** The promise, while the world's time goes on. */
    async function settled<T>(promise: Promise<T>): Promise<T> {
      let done = false;
      const mark = () => {
        done = true;
      };
      promise.then(mark, mark);
      await world.until('the promise', () => done, 60_000);
      return promise;
    }
  });
}
