/** What phones and gateways send that keeps no rule and can be understood all the same; on every engine. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EdgeRequest, ReferRequest } from '../../../src/edge/edge.ts';
import { EDGES, type OpenEdge } from '../../support/edges.ts';
import { UdpParty } from '../../support/udp-party.ts';
import { until } from '../../support/until.ts';
import { ALICE, BOB, CAROL, Desk, LegLog } from './edge-world.ts';

const UNTYPED = { 'Content-Type': '' };

describe.each(EDGES)('peers that keep the rules loosely, on the edge $name', ({ missing, open }) => {
  let edge: OpenEdge;
  let party: UdpParty;
  let desk: Desk;
  let port: number;

  beforeEach(async () => {
    if (missing) return;
    edge = await open();
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

  /** A call in, whose bodies have no type. */
  async function callIn() {
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    party.ask('INVITE', port, UNTYPED, ALICE);
    const { to } = await party.response('INVITE', 200);
    party.ask('ACK', port, { To: to.text, CSeq: '1 ACK' });
    await until('the call', () => desk.calls[0]?.state === 'confirmed');
    return { leg: desk.calls[0]!, inDialog: { ...UNTYPED, To: to.text }, localTag: to.tag };
  }

  async function hangUp(): Promise<void> {
    desk.calls[0]!.end({ cause: 'normal' });
    party.answer(await party.request('BYE'), 200, port);
  }

  test.skipIf(missing)('a Refer-To with Replaces, without the brackets of RFC 3261 20.10', async () => {
    const { leg, inDialog, localTag } = await callIn();
    let refer: ReferRequest | undefined;
    leg.delegate = {
      onRefer: (asked) => {
        refer = asked;
        asked.refuse(603);
      },
    };
    const named = encodeURIComponent(`${leg.sipCallId};to-tag=${localTag};from-tag=party`);
    const target = `sip:8002@127.0.0.1;user=phone?Replaces=${named}`;
    party.ask('REFER', port, { ...inDialog, CSeq: '2 REFER', 'Refer-To': target });
    await party.response('REFER', 603);
    expect([refer?.target.uri, refer?.replaces]).toEqual([target, leg]);
    await hangUp();
  });

  test.skipIf(missing)(
    'a RAck with something after its method, and more hops than anybody needs',
    async () => {
      desk.take = (leg) => leg.progress(183, BOB);
      party.ask('INVITE', port, { 'Max-Forwards': '300', Supported: '100rel', Require: '100rel' }, ALICE);
      const early = await party.response('INVITE', 183);
      const rack = `${early.get('RSeq')}  1 INVITE SIP/2.0`;
      party.ask('PRACK', port, { To: early.to.text, CSeq: '2 PRACK', RAck: rack });
      await party.response('PRACK', 200);
      desk.calls[0]!.end({ cause: 'busy' });
      const { to } = await party.response('INVITE', 486);
      party.ask('ACK', port, { To: to.text, Via: early.vias[0]!.text, CSeq: '1 ACK' });
    },
  );

  test.skipIf(missing)('names in Chinese that should have been escaped', async () => {
    let asked: EdgeRequest | undefined;
    desk.onRequest = (request) => {
      asked = request;
      return { status: 200 };
    };
    const from = '<sip:客服@example.com>;tag=party';
    party.ask('MESSAGE', port, { From: from }, '好', `sip:销售@127.0.0.1:${port}`);
    await party.response('MESSAGE', 200);
    expect([asked?.target.user, asked?.from.user]).toEqual(['销售', '客服']);
  });

  describe('bodies without Content-Type (RFC 3261 20.15)', () => {
    test.skipIf(missing)(
      'are the offer of an INVITE and of a re-INVITE; an INFO brings a digit',
      async () => {
        const { leg, inDialog } = await callIn();
        expect(leg.remoteSdp).toBe(ALICE);
        party.ask('INFO', port, { ...inDialog, CSeq: '2 INFO' }, 'Signal=5\r\nDuration=100\r\n');
        party.ask('INFO', port, { ...inDialog, CSeq: '3 INFO' }, '#');
        await until('the digits', () => desk.logs[0]!.digits.length === 2);
        expect(desk.logs[0]!.digits.sort()).toEqual(['#', '5']);
        leg.delegate = { onReoffer: (offer) => (offer === CAROL ? BOB : '') };
        party.ask('INVITE', port, { ...inDialog, CSeq: '4 INVITE' }, CAROL);
        await until(
          'the answer',
          () => party.responses('INVITE').filter(({ status }) => status === 200).length > 1,
        );
        party.ask('ACK', port, { ...inDialog, CSeq: '4 ACK' });
        await until('the new session', () => leg.remoteSdp === CAROL);
        await hangUp();
      },
    );

    test.skipIf(missing)('are the answer in an ACK', async () => {
      desk.take = (leg) => void leg.answer(BOB).catch(() => {});
      party.ask('INVITE', port);
      const { to } = await party.response('INVITE', 200);
      party.ask('ACK', port, { ...UNTYPED, To: to.text, CSeq: '1 ACK' }, ALICE);
      await until('the call', () => desk.calls[0]?.state === 'confirmed');
      expect(desk.calls[0]!.remoteSdp).toBe(ALICE);
      await hangUp();
    });

    test.skipIf(missing)('are the answer in a 200', async () => {
      const leg = edge.edge.call({ uri: party.uri, from: { uri: 'sip:pbx@127.0.0.1' }, sdp: ALICE });
      const log = new LegLog(leg);
      party.answer(await party.request('INVITE'), 200, port, ['Content-Type:'], BOB);
      await until('the call', () => leg.state === 'confirmed');
      expect(log.events).toContain(`answered ${BOB}`);
      leg.end({ cause: 'normal' });
      party.answer(await party.request('BYE'), 200, port);
    });

    test.skipIf(missing)('of a MESSAGE come to the PBX', async () => {
      let asked: EdgeRequest | undefined;
      desk.onRequest = (request) => {
        asked = request;
        return { status: 200 };
      };
      party.ask('MESSAGE', port, UNTYPED, '你好');
      await party.response('MESSAGE', 200);
      expect([asked?.contentType, asked?.body]).toEqual([undefined, '你好']);
    });
  });
});
