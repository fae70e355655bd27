/** RFC 4028 on every engine, in both roles and directions: drachtio-servers leave session timers to the PBX. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SipLeg } from '../../../src/edge/edge.ts';
import { EDGES, type OpenEdge } from '../../support/edges.ts';
import { JumpingClock } from '../../support/jumping-clock.ts';
import { UdpParty } from '../../support/udp-party.ts';
import { until } from '../../support/until.ts';
import { ALICE, BOB, Desk, LegLog } from './edge-world.ts';

/** Half of a session of 100 s, and more than a slot of the timer wheel. */
const HALF_MS = 50_200;

describe.each(EDGES)('the session timer of the edge $name', ({ missing, open }) => {
  let edge: OpenEdge;
  let clock: JumpingClock;
  let party: UdpParty;
  let desk: Desk;
  let port: number;

  beforeEach(async () => {
    if (missing) return;
    clock = new JumpingClock();
    edge = await open(clock);
    desk = new Desk();
    await edge.edge.start(desk);
    party = await UdpParty.open();
    port = Number(edge.sip.split(':')[1]);
  });
  afterEach(async () => {
    if (missing) return;
    await until('nothing open', () => edge.edge.counts.legs === 0);
    await edge.edge.close();
    await edge.close();
    party.close();
  });

  /** A call in whose caller asked for a session of 100 s. */
  async function callIn(refresher: 'uac' | 'uas', allow = 'INVITE, ACK, BYE, UPDATE') {
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    const lines = { Supported: 'timer', 'Session-Expires': `100;refresher=${refresher}`, Allow: allow };
    party.ask('INVITE', port, lines, ALICE);
    const ok = await party.response('INVITE', 200);
    expect(ok.get('Session-Expires')).toBe(`100;refresher=${refresher}`);
    const inDialog = { To: ok.to.text };
    party.ask('ACK', port, { ...inDialog, CSeq: '1 ACK' });
    await until('the call', () => desk.calls[0]?.state === 'confirmed');
    return { leg: desk.calls[0] as SipLeg, log: desk.logs[0]!, inDialog };
  }

  /** A call out whose callee answered with a session of 100 s. */
  async function callOut(refresher: 'uac' | 'uas') {
    const leg = edge.edge.call({ uri: party.uri, from: { uri: 'sip:pbx@127.0.0.1' }, sdp: ALICE });
    const log = new LegLog(leg);
    const invite = await party.request('INVITE');
    expect(invite.listHas('Supported', 'timer')).toBe(true);
    const lines = [
      `Session-Expires: 100;refresher=${refresher}`,
      'Require: timer',
      'Allow: INVITE, ACK, BYE, UPDATE',
    ];
    party.answer(invite, 200, port, lines, BOB);
    await until('the call', () => leg.state === 'confirmed');
    return { leg, log };
  }

  async function hungUp(log: LegLog): Promise<void> {
    clock.jump(HALF_MS);
    clock.jump(20_000);
    await until('the end', () => log.ending);
    expect(log.ending).toEqual({ by: 'edge', cause: 'timeout' });
    party.answer(await party.request('BYE'), 200, port);
  }

  /** What was sent before has been taken: what comes later is answered. */
  async function heard(): Promise<void> {
    const before = party.responses('OPTIONS').length;
    party.ask('OPTIONS', port, { 'Call-ID': `heard-${before}` });
    await until('the answer', () => party.responses('OPTIONS').length > before, { everyMs: 5 });
  }

  async function refreshed(by: 'UPDATE' | 'INVITE', leg: SipLeg, log: LegLog): Promise<void> {
    const before = party.requests(by).length;
    for (const round of [1, 2]) {
      clock.jump(HALF_MS);
      const count = () => party.requests(by).filter(({ to }) => to.tag !== '').length;
      await until(`refresh ${round} by ${by}`, () => party.requests(by).length === before + round && count());
      const request = party.requests(by).at(-1)!;
      expect(request.get('Session-Expires')).toBe('100;refresher=uac');
      party.answer(request, 200, port, ['Session-Expires: 100;refresher=uac'], by === 'INVITE' ? ALICE : '');
      if (by === 'INVITE') await until('the ACK', () => party.requests('ACK').length >= round);
      await heard();
    }
    expect([leg.state, log.ending]).toEqual(['confirmed', undefined]);
    leg.end({ cause: 'normal' });
    party.answer(await party.request('BYE'), 200, port);
  }

  test.skipIf(missing)('a caller who refreshes no more is hung up', async () => {
    const { log } = await callIn('uac');
    await hungUp(log);
  });

  test.skipIf(missing)('a caller who refreshes goes on', async () => {
    const { leg, inDialog } = await callIn('uac');
    for (const round of [2, 3, 4]) {
      clock.jump(HALF_MS);
      const lines = { ...inDialog, Supported: 'timer', 'Session-Expires': '100;refresher=uac' };
      party.ask('UPDATE', port, { ...lines, CSeq: `${round} UPDATE` });
      await until('200', () => party.responses('UPDATE').length === round - 1);
    }
    expect(leg.state).toBe('confirmed');
    leg.end({ cause: 'normal' });
    party.answer(await party.request('BYE'), 200, port);
  });

  test.skipIf(missing)('of a call in that we refresh: by UPDATE', async () => {
    const { leg, log } = await callIn('uas');
    await refreshed('UPDATE', leg, log);
  });

  test.skipIf(missing)('of a call in that we refresh: by re-INVITE where UPDATE is not taken', async () => {
    const { leg, log } = await callIn('uas', 'INVITE, ACK, BYE');
    await refreshed('INVITE', leg, log);
  });

  test.skipIf(missing)('of a call out that we refresh', async () => {
    const { leg, log } = await callOut('uac');
    await refreshed('UPDATE', leg, log);
  });

  test.skipIf(missing)('a callee who refreshes no more is hung up', async () => {
    const { log } = await callOut('uas');
    await hungUp(log);
  });

  test.skipIf(missing)('a refresh that nobody knows any more ends the call', async () => {
    const { log } = await callIn('uas');
    clock.jump(HALF_MS);
    party.answer(await party.request('UPDATE'), 481, port);
    await until('the end', () => log.ending);
    expect(log.ending).toMatchObject({ by: 'edge', status: 481 });
  });
});
