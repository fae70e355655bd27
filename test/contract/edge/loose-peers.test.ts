/** What phones and gateways send that keeps no rule and can be understood all the same; on every engine. */
import { describe, expect, test } from 'vitest';
import type { EdgeRequest, ReferRequest } from '../../../src/edge/edge.ts';
import { until } from '../../support/until.ts';
import { ALICE, BOB, CAROL, LegLog } from './edge-world.ts';
import { describeWire } from './wire-suite.ts';

const UNTYPED = { 'Content-Type': '' };

describeWire('peers that keep the rules loosely', (wire) => {
  /** A call in, whose bodies have no type. */
  async function callIn() {
    wire.desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    wire.ask('INVITE', UNTYPED, ALICE);
    const { to } = await wire.party.response('INVITE', 200);
    wire.ask('ACK', { To: to.text, CSeq: '1 ACK' });
    await until('the call', () => wire.desk.calls[0]?.state === 'confirmed');
    return { leg: wire.desk.calls[0]!, inDialog: { ...UNTYPED, To: to.text }, localTag: to.tag };
  }

  async function hangUp(): Promise<void> {
    wire.desk.calls[0]!.end({ cause: 'normal' });
    wire.answer(await wire.party.request('BYE'), 200);
  }

  test('a Refer-To with Replaces, without the brackets of RFC 3261 20.10', async () => {
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
    wire.ask('REFER', { ...inDialog, CSeq: '2 REFER', 'Refer-To': target });
    await wire.party.response('REFER', 603);
    expect([refer?.target.uri, refer?.replaces]).toEqual([target, leg]);
    await hangUp();
  });

  test('a RAck with something after its method, and more hops than anybody needs', async () => {
    wire.desk.take = (leg) => leg.progress(183, BOB);
    wire.ask('INVITE', { 'Max-Forwards': '300', Supported: '100rel', Require: '100rel' }, ALICE);
    const early = await wire.party.response('INVITE', 183);
    const rack = `${early.get('RSeq')}  1 INVITE SIP/2.0`;
    wire.ask('PRACK', { To: early.to.text, CSeq: '2 PRACK', RAck: rack });
    await wire.party.response('PRACK', 200);
    wire.desk.calls[0]!.end({ cause: 'busy' });
    const { to } = await wire.party.response('INVITE', 486);
    wire.ask('ACK', { To: to.text, Via: early.vias[0]!.text, CSeq: '1 ACK' });
  });

  test('names in Chinese that should have been escaped', async () => {
    let asked: EdgeRequest | undefined;
    wire.desk.onRequest = (request) => {
      asked = request;
      return { status: 200 };
    };
    const from = '<sip:客服@example.com>;tag=party';
    wire.ask('MESSAGE', { From: from }, '好', `sip:销售@127.0.0.1:${wire.port}`);
    await wire.party.response('MESSAGE', 200);
    expect([asked?.target.user, asked?.from.user]).toEqual(['销售', '客服']);
  });

  describe('bodies without Content-Type (RFC 3261 20.15)', () => {
    test('are the offer of an INVITE and of a re-INVITE; an INFO brings a digit', async () => {
      const { leg, inDialog } = await callIn();
      expect(leg.remoteSdp).toBe(ALICE);
      wire.ask('INFO', { ...inDialog, CSeq: '2 INFO' }, 'Signal=5\r\nDuration=100\r\n');
      wire.ask('INFO', { ...inDialog, CSeq: '3 INFO' }, '#');
      await until('the digits', () => wire.desk.logs[0]!.digits.length === 2);
      expect(wire.desk.logs[0]!.digits.sort()).toEqual(['#', '5']);
      leg.delegate = { onReoffer: (offer) => (offer === CAROL ? BOB : '') };
      wire.ask('INVITE', { ...inDialog, CSeq: '4 INVITE' }, CAROL);
      await until(
        'the answer',
        () => wire.party.responses('INVITE').filter(({ status }) => status === 200).length > 1,
      );
      wire.ask('ACK', { ...inDialog, CSeq: '4 ACK' });
      await until('the new session', () => leg.remoteSdp === CAROL);
      await hangUp();
    });

    test('are the answer in an ACK', async () => {
      wire.desk.take = (leg) => void leg.answer(BOB).catch(() => {});
      wire.ask('INVITE');
      const { to } = await wire.party.response('INVITE', 200);
      wire.ask('ACK', { ...UNTYPED, To: to.text, CSeq: '1 ACK' }, ALICE);
      await until('the call', () => wire.desk.calls[0]?.state === 'confirmed');
      expect(wire.desk.calls[0]!.remoteSdp).toBe(ALICE);
      await hangUp();
    });

    test('are the answer in a 200', async () => {
      const leg = wire.edge.call({ uri: wire.party.uri, from: { uri: 'sip:pbx@127.0.0.1' }, sdp: ALICE });
      const log = new LegLog(leg);
      wire.answer(await wire.party.request('INVITE'), 200, ['Content-Type:'], BOB);
      await until('the call', () => leg.state === 'confirmed');
      expect(log.events).toContain(`answered ${BOB}`);
      leg.end({ cause: 'normal' });
      wire.answer(await wire.party.request('BYE'), 200);
    });

    test('of a MESSAGE come to the PBX', async () => {
      let asked: EdgeRequest | undefined;
      wire.desk.onRequest = (request) => {
        asked = request;
        return { status: 200 };
      };
      wire.ask('MESSAGE', UNTYPED, '你好');
      await wire.party.response('MESSAGE', 200);
      expect([asked?.contentType, asked?.body]).toEqual([undefined, '你好']);
    });
  });
});
