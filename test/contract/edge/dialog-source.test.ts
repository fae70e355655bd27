/** Somebody who has seen the ids of a dialog, and speaks in it from an address of his own; on every engine. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UdpParty } from '../../support/udp-party.ts';
import { until } from '../../support/until.ts';
import { ALICE, BOB, CAROL, place } from './edge-world.ts';
import { describeWire } from './wire-suite.ts';

const STRANGER = '127.0.0.2';
const dialogSource = (source: string, peer: string) => source === peer;

describeWire(
  'a stranger in a dialog',
  (wire) => {
    let stranger: UdpParty;

    beforeEach(async () => {
      wire.desk.take = (leg) => void leg.answer(BOB).catch(() => {});
      stranger = await UdpParty.open(STRANGER);
    });
    afterEach(() => stranger.close());

    test('neither changes nor ends a call that came in', async () => {
      wire.ask('INVITE', {}, ALICE);
      const { to } = await wire.party.response('INVITE', 200);
      const ids = { 'Call-ID': `call-${wire.party.port}`, To: to.text };
      wire.ask('ACK', { ...ids, CSeq: '1 ACK' });
      await until('the call', () => wire.desk.calls[0]?.state === 'confirmed');
      const leg = wire.desk.calls[0]!;
      leg.delegate = { onReoffer: () => CAROL };
      stranger.ask('INVITE', wire.port, { ...ids, CSeq: '7 INVITE' }, CAROL);
      await stranger.response('INVITE', 403);
      if (wire.edge.refusesBye) {
        stranger.ask('BYE', wire.port, { ...ids, CSeq: '8 BYE' });
        await stranger.response('BYE', 403);
      }
      expect([leg.state, leg.remoteSdp]).toEqual(['confirmed', ALICE]);
      // A drachtio-server has counted the stranger's CSeq before it asks us.
      wire.ask('BYE', { ...ids, CSeq: wire.edge.refusesBye ? '2 BYE' : '9 BYE' });
      await wire.party.response('BYE', 200);
      await until('the end', () => wire.desk.logs[0]!.ending !== undefined);
      expect(wire.desk.logs[0]!.ending).toMatchObject({ by: 'remote', cause: 'normal' });
    });

    test('neither changes nor ends a call of ours', async () => {
      const { leg, log } = place(wire.edge, wire.party.uri);
      const invite = await wire.party.request('INVITE');
      wire.answer(invite, 200, [], BOB);
      await wire.party.request('ACK');
      const ids = { 'Call-ID': invite.callId, From: `${invite.to.text};tag=callee`, To: invite.from.text };
      stranger.ask('UPDATE', wire.port, { ...ids, CSeq: '7 UPDATE' }, CAROL);
      await stranger.response('UPDATE', 403);
      if (wire.edge.refusesBye) {
        stranger.ask('BYE', wire.port, { ...ids, CSeq: '8 BYE' });
        await stranger.response('BYE', 403);
      }
      expect([leg.state, log.ending]).toEqual(['confirmed', undefined]);
      wire.ask('BYE', { ...ids, CSeq: wire.edge.refusesBye ? '1 BYE' : '9 BYE' });
      await wire.party.response('BYE', 200);
      await until('the end', () => log.ending !== undefined);
      expect(log.ending).toMatchObject({ by: 'remote', cause: 'normal' });
    });
  },
  () => [undefined, { dialogSource }],
);
