/** Dialogs have the names by which drachtio-srf looks for them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ALICE, BOB } from '../../../contract/edge/edge-world.ts';
import { ServerWorld } from './server-world.ts';

let world: ServerWorld;
beforeEach(async () => {
  world = await ServerWorld.open();
});
afterEach(() => world.close());

test('Call-ID and From tag of the INVITE, in and out', async () => {
  const { dialog, dialogId } = await world.answered('a-call@host');
  expect(dialogId).toBe('a-call@host;from-tag=peer');
  world.caller.inDialog(dialog, 'ACK');
  const out = await world.talking();
  const { callId, from } = world.far.last('INVITE');
  expect(out).toBe(`${callId};from-tag=${from.tag}`);
  for (const id of [dialogId, out]) await world.inDialog(id, 'BYE');
  for (const end of [world.caller, world.far]) end.respond(end.last('BYE'), 200);
  await world.pass(5);
});

test('a call that comes through the server twice has two names, each of one end', async () => {
  const { app, far } = world;
  const { dialog, dialogId } = await world.answered('twice');
  world.caller.inDialog(dialog, 'ACK');
  app.send(
    `sip||\r\nINVITE ${far.contact} SIP/2.0\r\nCall-ID: twice\r\nFrom: <sip:peer@example.com>;tag=peer\r\nContent-Type: application/sdp\r\n\r\n${ALICE}`,
  );
  await world.pass(5);
  far.respond(far.last('INVITE'), 200, 'far', { body: BOB });
  await world.pass(5);
  const out = (await app.notified('SIP/2.0 200')).tokens[9]!;
  expect(out).not.toBe(dialogId);
  await world.inDialog(out, 'ACK');
  await world.inDialog(dialogId, 'BYE');
  expect([world.caller.all('BYE').length, far.all('BYE').length]).toEqual([1, 0]);
  world.caller.respond(world.caller.last('BYE'), 200);
  await world.pass(5);
  await world.inDialog(out, 'BYE');
  far.respond(far.last('BYE'), 200);
  await world.pass(5);
});

test('the name is free again when its dialog is over', async () => {
  for (let call = 1; call <= 2; call++) {
    const { dialog, dialogId } = await world.answered('again');
    expect(dialogId).toBe('again;from-tag=peer');
    world.caller.inDialog(dialog, 'ACK');
    world.caller.inDialog(dialog, 'BYE');
    await world.pass(5);
    await world.answer('BYE');
    await world.pass(40_000);
  }
});
