import { afterEach, beforeEach, expect, test } from 'vitest';
import { ALICE } from '../../../contract/edge/edge-world.ts';
import { ServerWorld } from './server-world.ts';

let world: ServerWorld;
beforeEach(async () => {
  world = await ServerWorld.open({ isEmergency: (number) => number === '110' });
});
afterEach(() => world.close());

/** Somebody calls that number; the statuses that he gets. */
async function calls(user: string): Promise<number[]> {
  world.caller.request('INVITE', user, { user, body: ALICE });
  await world.pass(300);
  return statuses(user);
}

const statuses = (callId: string): number[] =>
  world.caller.responses.filter((response) => response.callId === callId).map(({ status }) => status);

test('a call in an emergency goes to an application also while the server drains, others do not', async () => {
  void world.server.drain();
  expect(await calls('400')).toEqual([503]);
  expect(await calls('110')).toEqual([100]);
  await world.answer('INVITE', '486 Busy Here');
  expect(statuses('110')).toEqual([100, 486]);
});

test('under overload nobody is let in: who calls is not known here', async () => {
  world.busyShare = 1;
  await world.pass(2000);
  expect(await calls('110')).toEqual([503]);
  world.busyShare = 0;
  await world.pass(2000);
});
