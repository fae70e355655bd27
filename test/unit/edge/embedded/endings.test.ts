import { describe, expect, test } from 'vitest';
import { ALICE, BOB, CAROL, place } from '../../../contract/edge/edge-world.ts';
import { confirmed } from './confirmed.ts';
import { desk, pass, peer, useWire, world } from './wire.ts';

/** Legs that end while something is open: nothing of them may be left, whatever the far end does or leaves undone. */
useWire();

/** A call of ours that the peer lets ring, with a To tag. */
async function ringing() {
  const placed = place(world.edge, peer.contact);
  await pass(5);
  const invite = peer.last('INVITE');
  peer.respond(invite, 180, 't');
  await pass(5);
  return { ...placed, invite, dialog: peer.dialogFrom(invite, 't') };
}

describe('an early dialog', () => {
  test('that the callee ends with BYE instead of a final response leaves no INVITE open', async () => {
    const { log, dialog } = await ringing();
    peer.inDialog(dialog, 'BYE');
    await pass(5);
    expect([log.ending?.by, peer.answer('BYE')!.status]).toEqual(['remote', 200]);
    // The INVITE is owed a final response; CANCEL asks for it, and after 64*T1 it counts as gone (9.1).
    expect(peer.all('CANCEL').length).toBe(1);
  });

  test('that the callee has lost is ended by CANCEL, not by BYE', async () => {
    const { leg, log } = await ringing();
    const info = leg.request('INFO').catch(() => undefined);
    await pass(5);
    peer.respond(peer.last('INFO'), 481);
    await pass(5);
    await info;
    expect(log.ending).toMatchObject({ by: 'edge', status: 481 });
    expect([peer.all('CANCEL').length, peer.all('BYE').length]).toEqual([1, 0]);
  });

  test('that the caller has lost is ended by a final response: a callee sends no BYE there (15.1.1)', async () => {
    desk.take = (leg) => leg.progress(180);
    peer.request('INVITE', 'c1', { body: ALICE });
    await pass(5);
    const info = desk.calls[0]!.request('INFO').catch(() => undefined);
    await pass(5);
    peer.respond(peer.last('INFO'), 481);
    await pass(5);
    await info;
    expect([peer.answer('INVITE')!.status, peer.all('BYE').length]).toEqual([487, 0]);
  });
});

describe('a leg ended between its 200 and the ACK', () => {
  async function endedBeforeAck() {
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    peer.request('INVITE', 'c1', { body: ALICE });
    await pass(5);
    desk.calls[0]!.end({ cause: 'normal' });
    await pass(5);
    return peer.dialogOf(peer.responses.at(-1)!);
  }

  test('is forgotten with a BYE of the caller, though its ACK is lost', async () => {
    const dialog = await endedBeforeAck();
    peer.inDialog(dialog, 'BYE');
    await pass(5);
    expect([peer.answer('BYE')!.status, world.edge.counts.dialogs, peer.all('BYE').length]).toEqual([
      200, 0, 0,
    ]);
  });

  test('says BYE after the ACK, and answers 481 to what comes before it', async () => {
    const dialog = await endedBeforeAck();
    peer.inDialog(dialog, 'INFO');
    await pass(5);
    expect(peer.answer('INFO')!.status).toBe(481);
    dialog.cseq = 1;
    peer.inDialog(dialog, 'ACK');
    await pass(5);
    peer.respond(peer.last('BYE'), 200);
  });
});

test('a re-INVITE of ours that rings when the call ends is cancelled', async () => {
  await confirmed();
  const again = desk.calls[0]!.reoffer(CAROL).catch((error: Error) => error.name);
  await pass(5);
  peer.respond(peer.last('INVITE'), 100);
  await pass(5);
  desk.calls[0]!.end({ cause: 'normal' });
  await pass(5);
  expect([await again, peer.all('CANCEL').length]).toEqual(['ClosedError', 1]);
  peer.respond(peer.last('BYE'), 200);
});

describe('a REFER that the PBX does not decide about', () => {
  test('is refused when its leg ends', async () => {
    const dialog = await confirmed();
    desk.calls[0]!.delegate = { onRefer: () => {} };
    peer.inDialog(dialog, 'REFER', { headers: ['Refer-To: <sip:x@y>'] });
    await pass(5);
    expect(peer.answer('REFER')).toBeUndefined();
    peer.inDialog(dialog, 'BYE');
    await pass(5);
    expect(peer.answer('REFER')!.status).toBe(487);
  });

  test('is refused after a while', async () => {
    const dialog = await confirmed();
    desk.calls[0]!.delegate = { onRefer: () => {} };
    peer.inDialog(dialog, 'REFER', { headers: ['Refer-To: <sip:x@y>'] });
    await pass(20_100);
    expect(peer.answer('REFER')!.status).toBe(603);
    desk.calls[0]!.end({ cause: 'normal' });
  });
});

describe('the NOTIFYs of a REFER', () => {
  async function referred() {
    const dialog = await confirmed();
    desk.calls[0]!.delegate = {
      onRefer: (refer) => {
        refer.accept();
        refer.progress(180);
        refer.progress(200);
      },
    };
    peer.inDialog(dialog, 'REFER', { headers: ['Refer-To: <sip:x@y>'] });
    await pass(5);
    return () => peer.all('NOTIFY').map(({ bodyText }) => Number(bodyText.split(' ')[1]));
  }

  test('go out one after the other, so that none overtakes', async () => {
    const told = await referred();
    for (const expected of [[100], [100, 180], [100, 180, 200]]) {
      expect(told()).toEqual(expected);
      peer.respond(peer.last('NOTIFY'), 200);
      await pass(5);
    }
    expect(peer.last('NOTIFY').get('Subscription-State')).toBe('terminated;reason=noresource');
    desk.calls[0]!.end({ cause: 'normal' });
  });

  test('end with the first one that is not welcome', async () => {
    const told = await referred();
    peer.respond(peer.last('NOTIFY'), 481);
    await pass(5);
    expect(told()).toEqual([100]);
    desk.calls[0]!.end({ cause: 'normal' });
  });
});

test('Replaces takes over what we are calling, not a call that waits for our answer (RFC 3891 3)', async () => {
  const { leg, invite } = await ringing();
  const replaces = (callId: string, to: string, from: string) => [
    `Replaces: ${callId};to-tag=${to};from-tag=${from}`,
  ];
  peer.request('INVITE', 'r1', {
    body: ALICE,
    headers: replaces(leg.sipCallId, invite.from.tag, 't'),
  });
  await pass(5);
  expect(desk.calls[0]!.replaces).toBe(leg);
  desk.calls[0]!.end({ cause: 'busy' });
  leg.end({ cause: 'no-answer' });
  await pass(5);
  peer.respond(invite, 487, 't');
  desk.take = (arriving) => arriving.progress(180);
  peer.request('INVITE', 'c1', { body: ALICE });
  await pass(5);
  peer.request('INVITE', 'r2', { headers: replaces('c1', peer.responses.at(-1)!.to.tag, 'peer') });
  await pass(5);
  expect(peer.responses.at(-1)!.status).toBe(481);
  desk.calls[1]!.end({ cause: 'busy' });
});

test('a NOTIFY for a REFER that we never sent gets 481 (RFC 6665 4.1.3)', async () => {
  const dialog = await confirmed();
  peer.inDialog(dialog, 'NOTIFY', {
    headers: ['Event: refer', 'Subscription-State: active'],
    body: 'SIP/2.0 200 OK\r\n',
  });
  await pass(5);
  expect([peer.answer('NOTIFY')!.status, desk.logs[0]!.events]).toEqual([481, []]);
  desk.calls[0]!.end({ cause: 'normal' });
});
