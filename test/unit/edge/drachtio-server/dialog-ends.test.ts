/** How dialogs of applications end: each once, with every 2xx acknowledged, and nothing of them stays. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALICE, BOB } from '../../../contract/edge/edge-world.ts';
import type { PeerDialog } from '../../../support/sip-peer.ts';
import { until } from '../../../support/until.ts';
import { ServerWorld } from './server-world.ts';

let world: ServerWorld;
beforeEach(async () => {
  world = await ServerWorld.open();
});
afterEach(() => world.close());

const methods = (of: { requests: { method: string }[] }) => of.requests.map(({ method }) => method);
const NO_DIALOG = ['NOK', 'Server error: unable to find dialog for dialog id provided'];

describe('a BYE of an application that is challenged', () => {
  const CHALLENGE = { headers: ['Proxy-Authenticate: Digest realm="x", nonce="y"'] };
  let dialogId: string;

  beforeEach(async () => {
    dialogId = await world.talking();
    await world.inDialog(dialogId, 'BYE');
    world.far.respond(world.far.last('BYE'), 407, '', CHALLENGE);
    await world.pass(5);
    await world.app.notified('SIP/2.0 407');
  });

  test('is sent again with credentials; the call has one record', async () => {
    const again = await world.inDialog(dialogId, 'BYE', 'Proxy-Authorization: Digest username="u"\r\n');
    expect(again[0]).toBe('OK');
    const [first, second] = world.far.all('BYE');
    expect(second!.cseq.number).toBe(first!.cseq.number + 1);
    expect(second!.get('Proxy-Authorization')).toBe('Digest username="u"');
    world.far.respond(second!, 200);
    await world.pass(5);
    expect(await world.inDialog(dialogId, 'BYE')).toEqual(NO_DIALOG);
    expect(world.stops).toEqual(['application normal-release']);
  });

  test('and not sent again: after 32 s the dialog is gone', async () => {
    await world.pass(31_000);
    expect(world.server.counts.dialogs).toBe(1);
    await world.pass(1100);
    expect(world.server.counts.dialogs).toBe(0);
    expect(await world.inDialog(dialogId, 'BYE')).toEqual(NO_DIALOG);
  });

  test('and the application goes: no further BYE', async () => {
    await world.gone();
    await world.pass(5);
    expect(methods(world.far)).toEqual(['INVITE', 'ACK', 'BYE']);
    expect([world.server.counts.dialogs, world.stops]).toEqual([0, ['application normal-release']]);
  });
});

describe('a re-INVITE that a BYE overtakes', () => {
  let dialogId: string;

  beforeEach(async () => {
    dialogId = await world.talking();
    await world.inDialog(dialogId, 'INVITE', 'Content-Type: application/sdp\r\n', ALICE);
    world.far.respond(world.far.last('INVITE'), 100);
    await world.pass(5);
    await world.inDialog(dialogId, 'BYE');
    world.far.respond(world.far.last('BYE'), 200);
    await world.pass(5);
    expect(world.server.counts.dialogs).toBe(0);
  });

  test('its late 2xx is acknowledged each time, and makes no dialog', async () => {
    const again = world.far.last('INVITE');
    for (let repetition = 1; repetition <= 2; repetition++) {
      world.far.respond(again, 200, '', { body: BOB });
      await world.pass(5);
      expect(world.far.all('ACK').map(({ cseq }) => cseq.number)).toEqual([
        1,
        ...Array(repetition).fill(again.cseq.number),
      ]);
    }
    await world.app.notified('SIP/2.0 200');
    expect(world.server.counts.dialogs).toBe(0);
    expect(await world.drains()).toBe(true);
  });

  test('it is given up when the far end says no more of it', async () => {
    await world.pass(40_000);
    expect(world.server.counts.requests).toBe(0);
    expect(await world.drains()).toBe(true);
  });
});

test('an answer that crosses the BYE of an early dialog is acknowledged and hung up', async () => {
  const { app, far } = world;
  app.send(`sip||\r\nINVITE ${far.contact} SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n${ALICE}`);
  await world.pass(5);
  far.respond(far.last('INVITE'), 180, 'far');
  await world.pass(5);
  const { tokens } = await app.notified('SIP/2.0 180');
  await world.inDialog(tokens[9]!, 'BYE');
  far.respond(far.last('BYE'), 200);
  await world.pass(5);
  far.respond(far.last('INVITE'), 200, 'far', { body: BOB });
  await world.pass(5);
  expect(methods(far)).toEqual(['INVITE', 'BYE', 'ACK', 'BYE']);
  far.respond(far.last('BYE'), 200);
  await world.pass(5);
  expect(world.server.counts.dialogs).toBe(0);
});

test('an early dialog goes when the application has the request proxied after all', async () => {
  world.caller.request('INVITE', 'forwarded', { body: ALICE });
  await world.clock.advance(5);
  const { tokens } = await world.app.notified('INVITE');
  await world.app.command(`sip|${tokens[8]}|\r\nSIP/2.0 181 Call Is Being Forwarded\r\n\r\n`);
  expect(world.server.counts.dialogs).toBe(1);
  const to = world.far.contact;
  world.app.send(`proxy|${tokens[8]}||fullResponse||serial|||${to}\r\nINVITE ${to} SIP/2.0\r\n\r\n`);
  await world.pass(5);
  expect(world.server.counts.dialogs).toBe(0);
  world.far.respond(world.far.last('INVITE'), 486, 'far');
  await world.pass(5);
  expect(world.caller.statuses).toEqual([100, 181, 486]);
  expect(await world.drains()).toBe(true);
});

describe('a call that ends before its ACK', () => {
  test('by the caller, whose ACK was lost: no more 2xx, no BYE of ours, one record', async () => {
    const { dialog } = await world.answered();
    world.caller.inDialog(dialog, 'BYE');
    await world.pass(5);
    await world.answer('BYE');
    expect(world.caller.answer('BYE')?.status).toBe(200);
    const before = world.accepted.length;
    await world.pass(40_000);
    expect(world.accepted.length).toBe(before);
    expect(methods(world.caller)).toEqual([]);
    expect(world.app.frames.filter(({ tokens }) => tokens[8] === 'unsolicited')).toEqual([]);
    expect(world.stops).toEqual(['network normal-release']);
  });

  test('by the application: the ACK that comes then ends the repetition', async () => {
    const { dialog, dialogId } = await world.answered();
    await world.inDialog(dialogId, 'BYE');
    world.caller.respond(world.caller.last('BYE'), 200);
    await world.pass(600);
    const before = world.accepted.length;
    world.caller.inDialog(dialog, 'ACK');
    await world.pass(40_000);
    expect([before, world.accepted.length]).toEqual([2, 2]);
    expect(methods(world.caller)).toEqual(['BYE']);
    expect(world.stops).toEqual(['application normal-release']);
  });

  test('by the application, and no ACK comes: nothing more is sent or told', async () => {
    const { dialog, dialogId } = await world.answered();
    await world.inDialog(dialogId, 'BYE');
    world.caller.respond(world.caller.last('BYE'), 200);
    await world.pass(40_000);
    expect(methods(world.caller)).toEqual(['BYE']);
    expect(world.app.frames.filter(({ tokens }) => tokens[8] === 'unsolicited')).toEqual([]);
    expect(world.stops).toEqual(['application normal-release']);
    world.caller.inDialog(dialog, 'INFO');
    await world.pass(5);
    expect(world.caller.answer('INFO')?.status).toBe(481);
  });
});

describe('an application that goes before the ACK of its call', () => {
  test('BYE waits for the ACK (RFC 3261 15)', async () => {
    const { dialog } = await world.answered();
    await world.gone();
    expect(methods(world.caller)).toEqual([]);
    world.caller.inDialog(dialog, 'ACK');
    await world.pass(5);
    const before = world.accepted.length;
    world.caller.respond(world.caller.last('BYE'), 200);
    await world.pass(40_000);
    expect([methods(world.caller), world.accepted.length]).toEqual([['BYE'], before]);
    expect(world.stops).toEqual(['application system-initiated-termination']);
  });

  test('without an ACK one BYE goes after 32 s', async () => {
    await world.answered();
    await world.gone();
    await world.pass(31_500);
    expect(methods(world.caller)).toEqual([]);
    await world.pass(1000);
    world.caller.respond(world.caller.last('BYE'), 200);
    await world.pass(40_000);
    expect(methods(world.caller)).toEqual(['BYE']);
    expect(world.stops).toEqual(['application system-initiated-termination']);
  });

  test('and a server that closes: BYE goes at once, nobody is left to wait', async () => {
    const { dialog } = await world.answered();
    await world.gone();
    await world.server.close();
    await until('the witness knows', () => world.witness.closed, { everyMs: 2 });
    await world.clock.advance(5);
    expect(methods(world.caller)).toEqual(['BYE']);
    expect(world.caller.last('BYE').callId).toBe(dialog.callId);
  });

  test('requests of the caller are answered meanwhile; its BYE ends the call', async () => {
    const { dialog } = await world.answered();
    await world.gone();
    world.caller.inDialog(dialog, 'INFO');
    await world.pass(5);
    expect(world.caller.answer('INFO')?.status).toBe(503);
    world.caller.inDialog(dialog, 'BYE');
    await world.pass(5);
    expect(world.caller.answer('BYE')?.status).toBe(200);
    const before = world.accepted.length;
    await world.pass(40_000);
    expect([methods(world.caller), world.accepted.length]).toEqual([[], before]);
    expect(world.stops).toEqual(['network normal-release']);
  });
});

/** RFC 3261 15.1.2 */
describe('what is pending when a dialog ends gets 487, and the application is too late', () => {
  const TOO_LATE = ['NOK', 'Response not sent due to unknown transaction'];
  const statuses = (method: string) =>
    world.caller.responses.filter(({ cseq }) => cseq.method === method).map(({ status }) => status);

  /** A request of the caller that the application has got and not answered; its name. */
  async function pending(dialog: PeerDialog, method: string): Promise<string> {
    world.caller.inDialog(dialog, method, method === 'INVITE' ? { body: ALICE } : {});
    await world.pass(5);
    return (await world.app.notified(method)).tokens[8]!;
  }
  const late = async (id: string) =>
    (await world.app.command(`sip|${id}|\r\nSIP/2.0 200 OK\r\n\r\n${BOB}`)).tokens.slice(3);

  async function talking() {
    const call = await world.answered();
    world.caller.inDialog(call.dialog, 'ACK');
    await world.pass(5);
    return call;
  }

  test('a re-INVITE and an INFO, when the caller hangs up', async () => {
    const { dialog } = await talking();
    const ids = [await pending(dialog, 'INVITE'), await pending(dialog, 'INFO')];
    world.caller.inDialog(dialog, 'BYE');
    await world.pass(5);
    expect([statuses('INVITE'), statuses('INFO')]).toEqual([[100, 200, 100, 487], [487]]);
    await world.answer('BYE');
    for (const id of ids) expect(await late(id)).toEqual(TOO_LATE);
    expect(world.server.counts.requests).toBe(0);
    expect(await world.drains()).toBe(true);
    expect([statuses('INVITE').includes(200), statuses('BYE')]).toEqual([true, [200]]);
    expect(world.stops).toEqual(['network normal-release']);
  });

  test('a re-INVITE, when the application hangs up', async () => {
    const { dialog, dialogId } = await talking();
    const id = await pending(dialog, 'INVITE');
    await world.inDialog(dialogId, 'BYE');
    expect(statuses('INVITE')).toEqual([100, 200, 100, 487]);
    world.caller.respond(world.caller.last('BYE'), 200);
    await world.pass(5);
    expect(await late(id)).toEqual(TOO_LATE);
    expect(await world.drains()).toBe(true);
  });

  test('the INVITE itself, when its caller hangs up before the answer', async () => {
    world.caller.request('INVITE', 'early', { body: ALICE });
    await world.clock.advance(5);
    const id = (await world.app.notified('INVITE')).tokens[8]!;
    await world.app.command(`sip|${id}|\r\nSIP/2.0 180 Ringing\r\n\r\n`);
    await world.pass(5);
    world.caller.inDialog(world.caller.dialogOf(world.caller.answer('INVITE')!), 'BYE');
    await world.pass(5);
    await world.answer('BYE');
    expect([statuses('INVITE'), statuses('BYE')]).toEqual([[100, 180, 487], [200]]);
    expect(await late(id)).toEqual(TOO_LATE);
    expect([await world.drains(), world.stops]).toEqual([true, ['network normal-release']]);
  });
});

test.each(['INFO', 'BYE'])(
  'a %s that the application never answers is forgotten after 32 s',
  async (method) => {
    const { dialog, dialogId } = await world.answered();
    world.caller.inDialog(dialog, 'ACK');
    world.caller.inDialog(dialog, method);
    await world.pass(31_000);
    expect(world.server.counts.requests).toBe(1);
    await world.pass(1500);
    expect(world.server.counts).toMatchObject({ requests: 0, server: 0, dialogs: method === 'BYE' ? 0 : 1 });
    if (method === 'INFO') {
      await world.inDialog(dialogId, 'BYE');
      world.caller.respond(world.caller.last('BYE'), 200);
    }
    await world.pass(5);
    expect(await world.drains()).toBe(true);
  },
);
