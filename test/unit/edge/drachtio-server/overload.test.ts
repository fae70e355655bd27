import { expect, test } from 'vitest';
import { ServerWorld } from './server-world.ts';

test('who asked for 100 is told of overload, other applications are not', async () => {
  const world = await ServerWorld.open();
  const told = () =>
    world.app.frames.filter(({ tokens }) => tokens[1] === 'overload').map(({ tokens }) => tokens[2]);
  world.busyShare = 1;
  await world.pass(2000);
  world.busyShare = 0;
  await world.pass(2000);
  expect(told()).toEqual([]);
  await world.app.command('trying');
  world.busyShare = 1;
  await world.pass(2000);
  world.busyShare = 0;
  await world.pass(2000);
  expect(told()).toEqual(['on', 'off']);
  await world.close();
});
