/** RFC 4028 on every engine, in both roles and directions: drachtio-servers leave session timers to the PBX. */
import { expect, test } from 'vitest';
import type { SipLeg } from '../../../src/edge/edge.ts';
import { JumpingClock } from '../../support/jumping-clock.ts';
import { until } from '../../support/until.ts';
import { ALICE, BOB, LegLog } from './edge-world.ts';
import { describeWire } from './wire-suite.ts';

/** Half of a session of 100 s, and more than a slot of the timer wheel. */
const HALF_MS = 50_200;

let clock: JumpingClock;

describeWire(
  'the session timer',
  (wire) => {
    /** A call in whose caller asked for a session of 100 s. */
    async function callIn(refresher: 'uac' | 'uas', allow = 'INVITE, ACK, BYE, UPDATE') {
      wire.desk.take = (leg) => void leg.answer(BOB).catch(() => {});
      const lines = { Supported: 'timer', 'Session-Expires': `100;refresher=${refresher}`, Allow: allow };
      wire.ask('INVITE', lines, ALICE);
      const ok = await wire.party.response('INVITE', 200);
      expect(ok.get('Session-Expires')).toBe(`100;refresher=${refresher}`);
      const inDialog = { To: ok.to.text };
      wire.ask('ACK', { ...inDialog, CSeq: '1 ACK' });
      await until('the call', () => wire.desk.calls[0]?.state === 'confirmed');
      return { leg: wire.desk.calls[0] as SipLeg, log: wire.desk.logs[0]!, inDialog };
    }

    /** A call out whose callee answered with a session of 100 s. */
    async function callOut(refresher: 'uac' | 'uas') {
      const leg = wire.edge.call({ uri: wire.party.uri, from: { uri: 'sip:pbx@127.0.0.1' }, sdp: ALICE });
      const log = new LegLog(leg);
      const invite = await wire.party.request('INVITE');
      expect(invite.listHas('Supported', 'timer')).toBe(true);
      const lines = [
        `Session-Expires: 100;refresher=${refresher}`,
        'Require: timer',
        'Allow: INVITE, ACK, BYE, UPDATE',
      ];
      wire.answer(invite, 200, lines, BOB);
      await until('the call', () => leg.state === 'confirmed');
      return { leg, log };
    }

    async function hungUp(log: LegLog): Promise<void> {
      clock.jump(HALF_MS);
      clock.jump(20_000);
      await until('the end', () => log.ending);
      expect(log.ending).toEqual({ by: 'edge', cause: 'timeout' });
      wire.answer(await wire.party.request('BYE'), 200);
    }

    /** What was sent before has been taken: what comes later is answered. */
    async function heard(): Promise<void> {
      const before = wire.party.responses('OPTIONS').length;
      wire.ask('OPTIONS', { 'Call-ID': `heard-${before}` });
      await until('the answer', () => wire.party.responses('OPTIONS').length > before, { everyMs: 5 });
    }

    async function refreshed(by: 'UPDATE' | 'INVITE', leg: SipLeg, log: LegLog): Promise<void> {
      const before = wire.party.requests(by).length;
      for (const round of [1, 2]) {
        clock.jump(HALF_MS);
        const count = () => wire.party.requests(by).filter(({ to }) => to.tag !== '').length;
        await until(
          `refresh ${round} by ${by}`,
          () => wire.party.requests(by).length === before + round && count(),
        );
        const request = wire.party.requests(by).at(-1)!;
        expect(request.get('Session-Expires')).toBe('100;refresher=uac');
        wire.answer(request, 200, ['Session-Expires: 100;refresher=uac'], by === 'INVITE' ? ALICE : '');
        if (by === 'INVITE') await until('the ACK', () => wire.party.requests('ACK').length >= round);
        await heard();
      }
      expect([leg.state, log.ending]).toEqual(['confirmed', undefined]);
      leg.end({ cause: 'normal' });
      wire.answer(await wire.party.request('BYE'), 200);
    }

    test('a caller who refreshes no more is hung up', async () => {
      const { log } = await callIn('uac');
      await hungUp(log);
    });

    test('a caller who refreshes goes on', async () => {
      const { leg, inDialog } = await callIn('uac');
      for (const round of [2, 3, 4]) {
        clock.jump(HALF_MS);
        const lines = { ...inDialog, Supported: 'timer', 'Session-Expires': '100;refresher=uac' };
        wire.ask('UPDATE', { ...lines, CSeq: `${round} UPDATE` });
        await until('200', () => wire.party.responses('UPDATE').length === round - 1);
      }
      expect(leg.state).toBe('confirmed');
      leg.end({ cause: 'normal' });
      wire.answer(await wire.party.request('BYE'), 200);
    });

    test('of a call in that we refresh: by UPDATE', async () => {
      const { leg, log } = await callIn('uas');
      await refreshed('UPDATE', leg, log);
    });

    test('of a call in that we refresh: by re-INVITE where UPDATE is not taken', async () => {
      const { leg, log } = await callIn('uas', 'INVITE, ACK, BYE');
      await refreshed('INVITE', leg, log);
    });

    test('of a call out that we refresh', async () => {
      const { leg, log } = await callOut('uac');
      await refreshed('UPDATE', leg, log);
    });

    test('a callee who refreshes no more is hung up', async () => {
      const { log } = await callOut('uas');
      await hungUp(log);
    });

    test('a refresh that nobody knows any more ends the call', async () => {
      const { log } = await callIn('uas');
      clock.jump(HALF_MS);
      wire.answer(await wire.party.request('UPDATE'), 481);
      await until('the end', () => log.ending);
      expect(log.ending).toMatchObject({ by: 'edge', status: 481 });
    });
  },
  () => {
    clock = new JumpingClock();
    return [clock];
  },
);
