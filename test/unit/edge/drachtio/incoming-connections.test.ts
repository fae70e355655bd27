import { expect, test } from 'vitest';
import { IncomingConnections } from '../../../../src/edge/drachtio/incoming-connections.ts';
import type { ServerConnection } from '../../../../src/edge/drachtio/server-connection.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';

function setUp() {
  const clock = new ManualClock();
  const used = new Set<ServerConnection>();
  const closed: string[] = [];
  const incoming = new IncomingConnections(
    clock,
    () => used,
    (connection) => {
      closed.push((connection as unknown as { id: string }).id);
      incoming.remove(connection);
    },
  );
  const add = (name: string, id: string, state = 'ready') => {
    const connection = {
      name,
      id,
      state,
      close: () => incoming.remove(connection),
    } as unknown as ServerConnection;
    incoming.add(connection);
    return connection;
  };
  return { clock, used, closed, incoming, add };
}

test('one connection of each server stays, the newest; those that hold something stay until they do not', async () => {
  const { clock, used, closed, add } = setUp();
  const first = add('10.0.0.5', 'first');
  used.add(first);
  add('10.0.0.5', 'second');
  add('10.0.0.6', 'other');
  add('10.0.0.5', 'third');
  add('10.0.0.5', 'unready', 'authenticating');
  await clock.advance(60_000);
  expect(closed).toEqual(['second']);
  used.clear();
  await clock.advance(10_000);
  expect(closed).toEqual(['second', 'first']);
});

test('a connection has time to bring the request that it was made for', async () => {
  const { clock, closed, add } = setUp();
  add('10.0.0.5', 'first');
  await clock.advance(4999);
  add('10.0.0.5', 'second');
  await clock.advance(5000);
  expect(closed).toEqual([]);
  await clock.advance(5000);
  expect(closed).toEqual(['first']);
});

test('nothing ticks for a single connection, nor after the end', async () => {
  const { clock, incoming, add } = setUp();
  const first = add('10.0.0.5', 'first');
  expect(clock.pending).toBe(0);
  add('10.0.0.5', 'second');
  expect(clock.pending).toBe(1);
  expect(incoming.remove(first)).toBe(true);
  expect([clock.pending, incoming.remove(first)]).toEqual([0, false]);
  add('10.0.0.5', 'third');
  incoming.close();
  expect(clock.pending).toBe(0);
});
