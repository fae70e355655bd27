import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CALLERS, LiveData, QUEUES } from '../../../src/console/api/live-data.ts';

let client: QueryClient;
let live: LiveData;
beforeEach(() => {
  client = new QueryClient();
  live = new LiveData(client);
});
afterEach(() => {
  live.close();
  client.clear();
});

const ready = (queues?: readonly object[]) =>
  live.take({ type: 'ready', seq: 1, topics: [], ...(queues && { snapshot: { queues } }) } as never);
const isOld = (key: readonly string[]) => client.getQueryState(key)?.isInvalidated;
const none = { items: [], next: null };

it('reads anew what was read before the first connection stood: what happened since was told to nobody', () => {
  client.setQueryData(CALLERS, none, { updatedAt: Date.now() - 5000 });
  client.setQueryData(QUEUES, none, { updatedAt: Date.now() - 5000 });
  ready([]);
  expect([isOld(CALLERS), isOld(QUEUES)]).toEqual([true, false]);
});

it('reads all anew where a connection begins again: what was counted in between is not told', () => {
  ready([]);
  client.setQueryData(CALLERS, none);
  expect(isOld(CALLERS)).toBe(false);
  ready();
  expect(isOld(CALLERS)).toBe(true);
});
