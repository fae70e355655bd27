import { describe, expect, test } from 'vitest';
import { desk, pass, peer, useWire, world } from './wire.ts';

/** What the embedded edge makes of subscriptions on the wire. */
useWire();

describe('subscriptions (RFC 6665)', () => {
  const subscribe = ['Event: message-summary', 'Expires: 600'];

  test('NOTIFYs go out in the dialog of the SUBSCRIBE, until it expires', async () => {
    let dialog: string | undefined;
    desk.onRequest = async (request) => {
      dialog = request.dialog;
      return { status: 200, headers: { Expires: '600' } };
    };
    peer.request('SUBSCRIBE', 's1', { headers: subscribe });
    await pass(5);
    const ok = peer.responses.at(-1)!;
    expect([ok.status, ok.contact?.uri.text]).toEqual([200, 'sip:10.0.0.1:5060']);
    const notify = () =>
      world.edge.request({
        dialog: dialog!,
        method: 'NOTIFY',
        uri: '',
        from: { uri: '' },
        headers: { Event: 'message-summary', 'Subscription-State': 'active;expires=600' },
        contentType: 'application/simple-message-summary',
        body: 'Messages-Waiting: yes\r\n',
      });
    const first = notify();
    await pass(5);
    const sent = peer.last('NOTIFY');
    expect([sent.requestUriText, sent.to.tag, sent.from.tag, sent.callId, sent.cseq.number]).toEqual([
      peer.contact,
      'peer',
      ok.to.tag,
      's1',
      1,
    ]);
    peer.respond(sent, 200);
    await pass(5);
    expect((await first).status).toBe(200);
    // The phone refreshes in the dialog, and gives it up.
    const subscriber = peer.dialogOf(ok);
    await pass(300_000);
    peer.inDialog(subscriber, 'SUBSCRIBE', { headers: subscribe });
    await pass(400_000);
    expect([peer.responses.at(-1)!.status, world.edge.counts.dialogs]).toEqual([200, 1]);
    peer.inDialog(subscriber, 'BYE');
    await pass(5);
    expect(peer.responses.at(-1)!.status).toBe(405);
    await pass(300_000);
    expect(world.edge.counts.dialogs).toBe(0);
    expect((await notify()).status).toBe(481);
  });

  test('that the PBX refuses leave nothing', async () => {
    desk.onRequest = () => ({ status: 489 });
    peer.request('SUBSCRIBE', 's1', { headers: subscribe });
    await pass(5);
    expect([peer.statuses, world.edge.counts.dialogs]).toEqual([[489], 0]);
  });
});
