/** RFC 3262 for applications: the server repeats their reliable provisional responses, one after the other. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ALICE, BOB } from '../../../contract/edge/edge-world.ts';
import { ServerWorld } from './server-world.ts';

let world: ServerWorld;
beforeEach(async () => {
  world = await ServerWorld.open();
});
afterEach(() => world.close());

test('the answer to the PRACK of one does not end the repetition of the next', async () => {
  const { app, caller } = world;
  caller.request('INVITE', 'two', { body: ALICE, headers: ['Supported: 100rel'] });
  await world.clock.advance(5);
  const id = (await app.notified('INVITE')).tokens[8]!;
  for (const status of ['180 Ringing', '183 Session Progress']) {
    app.send(`sip|${id}|\r\nSIP/2.0 ${status}\r\nRequire: 100rel\r\n\r\n`);
  }
  await world.pass(5);
  const dialog = caller.dialogOf(caller.answer('INVITE')!);
  const prack = async () => {
    const rack = `RAck: ${caller.answer('INVITE')!.get('RSeq')} 1 INVITE`;
    caller.inDialog(dialog, 'PRACK', { headers: [rack] });
    await world.pass(5);
    await world.answer('PRACK');
  };
  await prack();
  await world.pass(600);
  const sent = () =>
    caller.responses.filter(({ cseq }) => cseq.method === 'INVITE').map(({ status }) => status);
  expect(sent()).toEqual([100, 180, 183, 183]);
  await prack();
  await app.command(`sip|${id}|\r\nSIP/2.0 486 Busy Here\r\n\r\n${BOB}`);
  await world.pass(5);
  expect([sent().at(-1), caller.answer('PRACK')?.status]).toEqual([486, 200]);
});
