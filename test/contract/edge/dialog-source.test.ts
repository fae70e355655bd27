/** Somebody who has seen the ids of a dialog, and speaks in it from an address of his own; on every engine. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EDGES, type OpenEdge } from '../../support/edges.ts';
import { UdpParty } from '../../support/udp-party.ts';
import { until } from '../../support/until.ts';
import { ALICE, BOB, CAROL, Desk, place } from './edge-world.ts';

const STRANGER = '127.0.0.2';
const dialogSource = (source: string, peer: string) => source === peer;

describe.each(EDGES)('a stranger in a dialog, on the edge $name', ({ missing, open }) => {
  let edge: OpenEdge;
  let party: UdpParty;
  let stranger: UdpParty;
  let desk: Desk;
  let port: number;

  beforeEach(async () => {
    if (missing) return;
    edge = await open(undefined, { dialogSource });
    desk = new Desk();
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    await edge.edge.start(desk);
    party = await UdpParty.open();
    stranger = await UdpParty.open(STRANGER);
    port = Number(edge.sip.split(':')[1]);
  });
  afterEach(async () => {
    if (missing) return;
    await until('nothing open', () => edge.edge.counts.legs === 0);
    await edge.edge.close();
    await edge.close();
    for (const end of [party, stranger]) end.close();
  });

  test.skipIf(missing)('neither changes nor ends a call that came in', async () => {
    party.ask('INVITE', port, {}, ALICE);
    const { to } = await party.response('INVITE', 200);
    const ids = { 'Call-ID': `call-${party.port}`, To: to.text };
    party.ask('ACK', port, { ...ids, CSeq: '1 ACK' });
    await until('the call', () => desk.calls[0]?.state === 'confirmed');
    const leg = desk.calls[0]!;
    leg.delegate = { onReoffer: () => CAROL };
    stranger.ask('INVITE', port, { ...ids, CSeq: '7 INVITE' }, CAROL);
    await stranger.response('INVITE', 403);
    if (edge.edge.refusesBye) {
      stranger.ask('BYE', port, { ...ids, CSeq: '8 BYE' });
      await stranger.response('BYE', 403);
    }
    expect([leg.state, leg.remoteSdp]).toEqual(['confirmed', ALICE]);
    // A drachtio-server has counted the stranger's CSeq before it asks us.
    party.ask('BYE', port, { ...ids, CSeq: edge.edge.refusesBye ? '2 BYE' : '9 BYE' });
    await party.response('BYE', 200);
    await until('the end', () => desk.logs[0]!.ending !== undefined);
    expect(desk.logs[0]!.ending).toMatchObject({ by: 'remote', cause: 'normal' });
  });

  test.skipIf(missing)('neither changes nor ends a call of ours', async () => {
    const { leg, log } = place(edge.edge, party.uri);
    const invite = await party.request('INVITE');
    party.answer(invite, 200, port, [], BOB);
    await party.request('ACK');
    const ids = { 'Call-ID': invite.callId, From: `${invite.to.text};tag=callee`, To: invite.from.text };
    stranger.ask('UPDATE', port, { ...ids, CSeq: '7 UPDATE' }, CAROL);
    await stranger.response('UPDATE', 403);
    if (edge.edge.refusesBye) {
      stranger.ask('BYE', port, { ...ids, CSeq: '8 BYE' });
      await stranger.response('BYE', 403);
    }
    expect([leg.state, log.ending]).toEqual(['confirmed', undefined]);
    party.ask('BYE', port, { ...ids, CSeq: edge.edge.refusesBye ? '1 BYE' : '9 BYE' });
    await party.response('BYE', 200);
    await until('the end', () => log.ending !== undefined);
    expect(log.ending).toMatchObject({ by: 'remote', cause: 'normal' });
  });
});
