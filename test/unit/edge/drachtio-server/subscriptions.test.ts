/** RFC 6665 4.4.1: dialogs of subscriptions end with them, without a BYE. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SipPeer } from '../../../support/sip-peer.ts';
import { ServerWorld } from './server-world.ts';

let world: ServerWorld;
beforeEach(async () => {
  world = await ServerWorld.open();
});
afterEach(() => world.close());

const EVENT = 'Event: presence';
const state = (text: string) => `${EVENT}\r\nSubscription-State: ${text}\r\n`;

describe('a subscription that an application grants', () => {
  let dialogId: string;

  beforeEach(async () => {
    world.caller.request('SUBSCRIBE', 'watcher', { headers: [EVENT, 'Expires: 600'] });
    await world.pass(5);
    dialogId = await world.answer('SUBSCRIBE', '200 OK', 'Expires: 60\r\n');
    expect(world.server.counts.dialogs).toBe(1);
  });
  // It would last a minute and a half by itself.
  afterEach(() => world.pass(30_000));

  async function notify(text: string, status: number): Promise<void> {
    await world.inDialog(dialogId, 'NOTIFY', state(text));
    world.caller.respond(world.caller.last('NOTIFY'), status);
    await world.pass(5);
  }

  test('ends with the NOTIFY that says so', async () => {
    await notify('active;expires=60', 200);
    expect(world.server.counts.dialogs).toBe(1);
    await notify('terminated;reason=noresource', 200);
    expect(world.server.counts.dialogs).toBe(0);
  });

  test('ends when nobody takes that NOTIFY', async () => {
    await world.inDialog(dialogId, 'NOTIFY', state('terminated'));
    await world.pass(32_500);
    expect(world.server.counts.dialogs).toBe(0);
  });

  test('ends when the far end does not know it any more', async () => {
    await notify('active;expires=60', 481);
    expect(world.server.counts.dialogs).toBe(0);
  });

  test('ends after its time, and 32 s for the last NOTIFY', async () => {
    await world.pass(91_000);
    expect(world.server.counts.dialogs).toBe(1);
    await world.pass(1500);
    expect(world.server.counts.dialogs).toBe(0);
  });

  test('lasts longer when it is refreshed, and goes to the new Contact', async () => {
    const dialog = world.caller.dialogOf(world.caller.answer('SUBSCRIBE')!);
    world.caller.inDialog({ ...dialog, cseq: 1 }, 'SUBSCRIBE', { headers: [EVENT, 'Expires: 600'] });
    await world.pass(5);
    await world.answer('SUBSCRIBE', '200 OK', 'Expires: 600\r\n');
    await world.pass(300_000);
    expect(world.server.counts.dialogs).toBe(1);
    const moved = new SipPeer(world.network, '10.0.0.10', world.server.addresses[0]!);
    moved.inDialog({ ...dialog, cseq: 2 }, 'SUBSCRIBE', { headers: [EVENT, 'Expires: 0'] });
    await world.pass(5);
    await world.answer('SUBSCRIBE', '200 OK', 'Expires: 0\r\n');
    // Its last NOTIFY.
    await world.inDialog(dialogId, 'NOTIFY', state('terminated;reason=timeout'));
    expect(moved.last('NOTIFY').requestUriText).toBe(moved.contact);
    moved.respond(moved.last('NOTIFY'), 200);
  });

  test('ends without a BYE and without a record when the application goes', async () => {
    await world.gone();
    await world.pass(5);
    expect([world.caller.requests, world.server.counts.dialogs, world.stops]).toEqual([[], 0, []]);
  });
});

describe('a subscription of an application', () => {
  beforeEach(async () => {
    const { contact } = world.far;
    world.app.send(`sip||\r\nSUBSCRIBE ${contact} SIP/2.0\r\n${EVENT}\r\nExpires: 60\r\n\r\n`);
    await world.pass(5);
  });

  async function granted(): Promise<string> {
    world.far.respond(world.far.last('SUBSCRIBE'), 200, 'far', { headers: ['Expires: 60'] });
    await world.pass(5);
    return (await world.app.notified('SIP/2.0 200')).tokens[9]!;
  }

  async function notified(text: string, cseq: number): Promise<number | undefined> {
    const dialog = world.far.dialogFrom(world.far.last('SUBSCRIBE'), 'far');
    world.far.inDialog({ ...dialog, cseq }, 'NOTIFY', { headers: [EVENT, `Subscription-State: ${text}`] });
    await world.pass(5);
    await world.answer('NOTIFY');
    return world.far.answer('NOTIFY')?.status;
  }

  test('ends with the NOTIFY that says so, once it is answered', async () => {
    await granted();
    expect(await notified('active;expires=60', 0)).toBe(200);
    expect(world.server.counts.dialogs).toBe(1);
    expect(await notified('terminated;reason=deactivated', 1)).toBe(200);
    expect(world.server.counts.dialogs).toBe(0);
  });

  test('ends after its time when the far end is silent', async () => {
    await granted();
    await world.pass(91_000);
    expect(world.server.counts.dialogs).toBe(1);
    await world.pass(1500);
    expect(world.server.counts.dialogs).toBe(0);
  });

  test('ends when a refresh finds nobody who knows it', async () => {
    const dialogId = await granted();
    await world.inDialog(dialogId, 'SUBSCRIBE', `${EVENT}\r\nExpires: 60\r\n`);
    world.far.respond(world.far.last('SUBSCRIBE'), 481);
    await world.pass(5);
    expect(world.server.counts.dialogs).toBe(0);
  });

  test('ends without a BYE and without a record when the application goes', async () => {
    await granted();
    await world.gone();
    await world.pass(5);
    expect(world.far.requests.map(({ method }) => method)).toEqual(['SUBSCRIBE']);
    expect([world.server.counts.dialogs, world.stops]).toEqual([0, []]);
  });

  test('its first NOTIFY may come before the 2xx (RFC 6665 4.1.2.4)', async () => {
    expect(await notified('active;expires=60', 0)).toBe(200);
    const dialogId = await granted();
    expect(world.server.counts.dialogs).toBe(1);
    expect((await world.inDialog(dialogId, 'SUBSCRIBE', `${EVENT}\r\nExpires: 0\r\n`))[0]).toBe('OK');
    const [first, second] = world.far.all('SUBSCRIBE');
    expect([second!.cseq.number, second!.to.tag]).toEqual([first!.cseq.number + 1, 'far']);
    world.far.respond(second!, 200, '', { headers: ['Expires: 0'] });
    await world.pass(5);
    expect(await notified('terminated;reason=timeout', 1)).toBe(200);
    expect(world.server.counts.dialogs).toBe(0);
  });

  test('a NOTIFY before the 2xx makes no dialog when the SUBSCRIBE is refused', async () => {
    expect(await notified('pending', 0)).toBe(200);
    world.far.respond(world.far.last('SUBSCRIBE'), 403, 'far');
    await world.pass(5);
    expect(world.server.counts.dialogs).toBe(0);
  });
});
